"""docs/evidence/proofs.md, from the rows that the proofs have noted."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

Row = dict[str, Any]

HEAD = """# Proofs

Written by `make prove`; every row is a run that took place. Beside each proof stand its controls: the
same test against a server that has lost one guard, and what it found then. A proof whose control finds
nothing would be no proof.
"""

# Each line of the page: its heading, and what is claimed.
LINES = {
    "rush": (
        "A rush at real servers that are killed",
        """32 guests and 16 desks at once, over HTTP: they join, look, leave, call, start and finish;
lines are cut, requests sent again with their Idempotency-Key, servers ended by `kill -9` and started
again. Afterwards the whole history is checked: no ticket was called to two desks, no desk had two; in
each queue the numbers have no gap and no repeat; each answered join exists once, no other exists;
what was asked twice happened once and was answered with the same bytes; nobody was called who had not
joined, or before somebody who had surely joined earlier, and no desk was told "empty" while somebody
surely waited; each place that was told is one that the line had between question and answer (at
several processes, or as long before as the row says), and equals a recount in the end; all processes show
the same screens; `nowserving check` finds nothing.""",
    ),
    "killed": (
        "Killed in the middle of a commit",
        (
            "Eight threads join without pause while the process is ended by `kill -9`, again and again: "
            "every answered join is there, once, and nothing is half done."
        ),
    ),
    "calling": (
        "Four processes call from one line",
        "Each ticket is called once, in order, and nobody is refused.",
    ),
    "slots": (
        "Everybody wants the last place of a slot",
        "What is sold is the capacity, exactly; nobody is refused while room remains.",
    ),
    "sell-out": (
        "A house is sold out",
        (
            "Bookers take a place in the lobby, come in with a pass, choose the best seats or some by name, "
            "book them, give them up or forget them, all at once, until every seat is sold. From the event "
            "log alone it is worked out who had which seat from when until when: none was two people's at "
            "any instant, none is left over, and nobody was refused, at any instant of their request, while "
            "there were as many seats as they asked for. The time is that from the first hold to the last "
            "booking."
        ),
    ),
    "seats": (
        "A seat is sold once",
        "Guests want the same seats at once; the guards are taken out, and doubles are found.",
    ),
    "expiry against confirm": (
        "The last instant of a hold has one winner",
        (
            "Its owner books, another takes the seat and the sweep comes, all within a microsecond of the "
            "end of the hold: it is the owner's in time and the other's afterwards, and never both's."
        ),
    ),
    "lobby": (
        "A lobby lets in at its rate, in order",
        (
            "Servers take places, let guests go and sweep at once. By the event log no sixty seconds see "
            "more calls than the rate says, never more are inside than may be, and the order of calls is "
            "the order of places, from the first to the last."
        ),
    ),
    "draw": (
        "The draw is fair and the published one",
        (
            "The line after the opening is what anybody recomputes from the revealed seed; and over many "
            "draws the first to come stand everywhere alike."
        ),
    ),
    "arrivals": (
        "One guest arrives at the kiosk, on the phone and at the desk at once",
        "The reservation becomes one ticket.",
    ),
    "offers": (
        "A freed place is wanted by everybody at the instant at which its offer runs out",
        "It goes to whom it was offered, or to the next in the list, and never to a stranger or to two.",
    ),
    "database": (
        "A database that goes away",
        (
            "It is restarted, crashes, cuts every connection; or one of two processes is frozen while it "
            'holds the line: nothing answered is lost, callers hear "busy" at worst, and all is well '
            "again without anybody's help."
        ),
    ),
    "disk": (
        "A disk that is full",
        (
            "Writes are refused, reading goes on, nothing answered is lost, and all is well again without "
            "anybody's help once there is room."
        ),
    ),
    "messages": (
        "A message is sent if and only if its change committed",
        (
            "Guests join while couriers deliver to a provider that hangs, breaks, hangs up and answers "
            "twice; couriers are ended by `kill -9` between claim, send and done, or frozen past their "
            "lease and resumed. Every committed join is told; no rolled-back one is; what comes twice has "
            "the same message id; who was frozen settles nothing."
        ),
    ),
    "deadlines": (
        "Deadlines happen once",
        (
            "However many processes sweep, whichever is killed or frozen past the deadline and resumed, and "
            "however the clock steps: each deadline happens once, and not before its time; after an outage "
            "those that are overdue happen in order."
        ),
    ),
    "covers": (
        "Never more inside than fit",
        (
            "Guests and a host of a restaurant that seats by rule join, check in, go, grow and come back "
            "while its capacity changes and processes sweep its deadlines, one of them killed or frozen: "
            "after no event is more inside than there are seats, no deadline fires twice, nobody is "
            "passed too often, and in the end nobody waits who could go in."
        ),
    ),
    "finish": (
        "The last moment has one winner",
        (
            "Two phones of one party tap at the very deadline of its call while others sweep: it is "
            "checked in once or it has lapsed, never both, and both phones were told so."
        ),
    ),
    "crowd": (
        "A server full of open streams",
        "Twelve thousand phones hold a stream open, and whoever asks for a page gets it.",
    ),
    "dawdlers": (
        "Clients that dawdle",
        (
            "Heads and bodies that never end, streams that nobody reads: they are sent away, and meanwhile "
            "everybody else is served."
        ),
    ),
    "programs": (
        "The engine is its model",
        (
            "Random programs of joins, calls, moves and passing time run against the engine and against "
            "a model of it in lists; after each step every ticket, line and desk is the same in both."
        ),
    ),
    "streams": (
        "Screens that are cut off converge",
        (
            "Programs follow a branch over server-sent events, are cut off at random and come back with "
            "`Last-Event-ID`: none sees an event older than its last, and all end with what GET says."
        ),
    ),
    "seeds": (
        "The same seed, the same trace",
        (
            "With an injected clock and seeded chance the engine does exactly the same twice: "
            "the hashes of all events and tickets are equal."
        ),
    ),
}


def page(rows: Sequence[Row]) -> str:
    """Return the page as Markdown."""
    machines = list(dict.fromkeys(row["machine"] for row in rows))
    parts = [HEAD]
    if machines:
        parts.append("Machine: " + "; ".join(machines) + ".\n")
    for line, (heading, claim) in LINES.items():
        own = [row for row in rows if row["line"] == line]
        if own:
            parts.append("\n".join(_section(heading, claim, own)))
    return "\n".join(parts)


def _section(heading: str, claim: str, rows: Sequence[Row]) -> Iterator[str]:
    yield f"## {heading}\n"
    yield f"{claim}\n"
    proofs = [row for row in rows if row["kind"] == "row"]
    if proofs:
        yield "| where | done | violations | took | when |\n|---|---|---|---|---|"
        for row in proofs:
            yield (
                f"| {row['where']} | {row['done']} | **{row['violations']}** |"
                f" {row['seconds']} s | {row['at']} |"
            )
    controls = [row for row in rows if row["kind"] == "control"]
    if controls:
        yield "\n| control: without this guard | where | is found | took | when |\n|---|---|---|---|---|"
        for row in controls:
            yield (
                f"| {row['without']} | {row['where']} | {row['found']} | {row['seconds']} s | {row['at']} |"
            )
    yield "\nAgain, line by line:\n\n```sh"
    yield from dict.fromkeys(row["command"] for row in rows)
    yield "```\n"
