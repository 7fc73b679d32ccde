"""The four ways in which a history can show that a line was no line, and places that it never had.

A history is that of a first-in-first-out queue if and only if none of the four is in it. They are
looked for in the whole history at once, in the time it takes to sort it.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterator

from tests.races.rush.history import NEVER, Act, History, Stay


def all_patterns(history: History, delay_ns: int = 0) -> list[str]:
    """Return every violation, as sentences.

    `delay_ns` is how old a place may be that is read from one process while another writes.
    """
    return [
        *from_nowhere(history),
        *called_twice(history),
        *overtaken(history),
        *empty_but_waiting(history),
        *impossible_places(history, delay_ns),
    ]


def from_nowhere(history: History) -> Iterator[str]:
    """Somebody is called who had not asked for a ticket."""
    came = {act.ticket: act.start for act in history.of("join")}
    for call in history.of("call"):
        if came.get(call.ticket, NEVER) > call.end:
            yield f"{call.ticket} was called and had not joined"


def called_twice(history: History) -> Iterator[str]:
    """Somebody is called by two requests."""
    first: dict[str, Act] = {}
    for call in history.of("call"):
        other = first.setdefault(call.ticket, call)
        if other is not call:
            yield f"{call.ticket} was called twice, to {other.desk} and {call.desk}"


def overtaken(history: History) -> Iterator[str]:
    """One joined before another asked, and the other had been called before it was gone."""
    stays, called = history.stays(), {act.ticket for act in history.of("call")}
    for line in by_queue(stays).values():
        early = sorted(line, key=lambda key: stays[key].came[1])
        latest, who, reached = -1, "", 0
        for key in sorted(line, key=lambda key: stays[key].came[0]):
            while reached < len(early) and stays[early[reached]].came[1] < stays[key].came[0]:
                if stays[early[reached]].gone[0] > latest:
                    latest, who = stays[early[reached]].gone[0], early[reached]
                reached += 1
            if key in called and stays[key].gone[1] < latest:
                yield f"{key} was called before {who}, who had joined before"


def empty_but_waiting(history: History) -> Iterator[str]:
    """A desk was told that nobody waits, and somebody did at every instant of the question."""
    held = {
        queue: _merged((stays.came[1], stays.gone[0]) for stays in line)
        for queue, line in _stays_by_queue(history.stays()).items()
    }
    for call in history.of("call", "refused"):
        if call.code != "queue_empty":
            continue
        spans = held.get(call.queue, [])
        before = bisect_left(spans, (call.asked, 0)) - 1
        if before >= 0 and spans[before][1] > call.end:
            yield f"{call.client} was told that {call.queue} is empty while somebody waited"


def impossible_places(history: History, delay_ns: int = 0) -> Iterator[str]:
    """A place was told that the line did not have at any instant of the question."""
    stays = history.stays()
    told: dict[str, list[Act]] = defaultdict(list)
    for op in ("join", "place"):
        for act in history.of(op):
            if act.position is not None and act.ticket in stays:
                told[act.queue].append(act)
    for queue, line in by_queue(stays).items():
        asked = told[queue]
        everybody = [stays[key] for key in line]
        least = ahead_at([(act.end, act.number) for act in asked], everybody, 0)
        most = ahead_at(
            [(act.start - delay_ns * (act.op == "place"), act.number) for act in asked], everybody, 1
        )
        for act, low, high in zip(asked, least, most, strict=True):
            if not low < (act.position or 0) <= high + 1:
                yield f"{act.ticket} was told place {act.position}; it was between {low + 1} and {high + 1}"


def ahead_at(questions: list[tuple[int, int]], line: list[Stay], side: int) -> list[int]:
    """Return for each (instant, number) how many smaller numbers were not gone at that instant.

    `side` says which end of their going counts: 0 when they had surely not begun to go, 1 when they
    may have been there still. Instants are walked backwards, with a tree of counts over the numbers.
    """
    tree = [0] * (max((stay.number for stay in line), default=0) + 2)
    leaving = sorted(line, key=lambda stay: stay.gone[side])
    answers = [0] * len(questions)
    for which in sorted(range(len(questions)), key=lambda which: -questions[which][0]):
        instant, number = questions[which]
        while leaving and leaving[-1].gone[side] > instant:
            _add(tree, leaving.pop().number)
        answers[which] = _count(tree, min(number, len(tree) - 1) - 1)
    return answers


def _add(tree: list[int], at: int) -> None:
    while at < len(tree):
        tree[at] += 1
        at += at & -at


def _count(tree: list[int], upto: int) -> int:
    total = 0
    while upto > 0:
        total += tree[upto]
        upto -= upto & -upto
    return total


def by_queue(stays: dict[str, Stay]) -> dict[str, list[str]]:
    """Return the tickets of each queue."""
    found: dict[str, list[str]] = defaultdict(list)
    for key, stay in stays.items():
        found[stay.queue].append(key)
    return found


def _stays_by_queue(stays: dict[str, Stay]) -> dict[str, list[Stay]]:
    return {queue: [stays[key] for key in line] for queue, line in by_queue(stays).items()}


def _merged(spans: Iterator[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return spans that overlap as one, in order."""
    merged: list[tuple[int, int]] = []
    for begin, end in sorted(span for span in spans if span[0] < span[1]):
        if merged and begin < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((begin, end))
    return merged
