"""An evening at a restaurant that seats by rule, as the processes of a race live it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from multiprocessing.connection import Connection
from random import Random
from typing import Any

from sqlalchemy import select

from nowserving.actions.layout.queues import edit_queue
from nowserving.actions.tickets.arriving import coming, rejoin
from nowserving.actions.tickets.hosting import resize, resize_own
from nowserving.actions.tickets.joining import join
from nowserving.actions.tickets.lapsing import lapse_overdue
from nowserving.actions.tickets.serving import check_in, finish, leave, no_show, postpone
from nowserving.domain.tickets.rules import Admission, Counts, Fit, QueueRules
from nowserving.store.engine.reader import Reader
from nowserving.store.schema import events
from nowserving.store.store import Store
from tests.builders import Builder
from tests.races.work import opened, outcome

SEATS, SMALL, LARGEST = 24, 18, 6
# How many of its latest tickets a player still acts on: most of them are in line or inside.
RECALLED = 12
_INSIDE = ("called", "serving")
RULES = QueueRules(
    admission=Admission.AUTOMATIC,
    capacity=SEATS,
    counts=Counts.COVERS,
    check_in_window_s=1,
    service_limit_s=2,
    rejoin_grace_s=60,
    fit=Fit.FILL,
    fit_passes=3,
    # A line that outgrows the tables would call only people whom nobody here plays any more.
    max_waiting=30,
    ignore_hours=True,
)


def restaurant(url: str, rules: QueueRules = RULES) -> tuple[str, str]:
    """Make a restaurant; return the ids of its branch and its queue."""
    builder = Builder(url)
    branch_id = builder.branch("Trattoria")
    queue_id = builder.queue("Tables", branch_id, rules=rules)
    builder.close()
    return branch_id, queue_id


def evening(
    store: Store,
    branch_id: str,
    queue_id: str,
    acts: int,
    seed: int,
    pass_time: Callable[[], None] = lambda: None,
) -> Counter[str]:
    """Be guests, host and sweep by turns, as chance has it; return how often what came of it.

    Nobody lets in by hand: what is inside was let in by the rule, and may never be too much.
    """
    chance = Random(seed)
    own: list[str] = []
    came: Counter[str] = Counter()
    for _ in range(acts):
        pass_time()
        verb, arguments = any_act(chance, own, branch_id, queue_id)
        code, value = outcome(store.write_now, verb, **arguments)
        came[f"{verb.__name__} {code}"] += 1
        if verb is join and value is not None:
            own = [*own[-RECALLED:], value.ticket.key]
    return came


_VERBS: Sequence[Callable[..., Any]] = (
    *(join,) * 5,
    *(check_in,) * 4,
    *(finish,) * 3,
    *(leave, no_show, postpone, rejoin, coming, resize_own, resize, lapse_overdue, edit_queue),
)


def any_act(
    chance: Random, own: Sequence[str], branch_id: str, queue_id: str
) -> tuple[Callable[..., Any], dict[str, Any]]:
    """Return what somebody does next, as chance has it: the verb, its actor and its arguments."""
    verb = chance.choice(_VERBS)
    actor = "staff:host" if verb in (finish, no_show, resize, edit_queue) else "guest"
    return verb, {"actor": actor, **_asked(verb, chance, own, branch_id, queue_id)}


def _asked(
    verb: Callable[..., Any], chance: Random, own: Sequence[str], branch_id: str, queue_id: str
) -> dict[str, Any]:
    if verb is join:
        return {"queue_id": queue_id, "party_size": chance.randint(1, LARGEST)}
    if verb is lapse_overdue:
        return {"branch_id": branch_id}
    if verb is edit_queue:
        capacity = chance.choice([SMALL, SEATS, SEATS])
        return {"queue_id": queue_id, "changes": {"rules": {"capacity": capacity}}}
    more: dict[str, Any] = {"key": chance.choice(own) if own else "A" * 22}
    if verb is postpone:
        more["places"] = 2
    elif verb is resize_own:
        more["party_size"] = chance.randint(1, LARGEST)
    elif verb is resize:
        # By staff a party at the table may grow over the capacity: here they only ever get fewer.
        more["party_size"] = 1
    return more


def dine(
    pipe: Connection, url: str, without: Sequence[str], branch_id: str, queue_id: str, acts: int, n: int
) -> None:
    """Live an evening in this process, from "go" on, and tell what came of it."""
    with opened(url, without) as store:
        pipe.send("ready")
        pipe.recv()
        pipe.send(evening(store, branch_id, queue_id, acts, seed=n))


def tap(pipe: Connection, url: str, without: Sequence[str], skew_s: float, n: int) -> None:
    """Say "I am here" for each key that is sent, at once, and tell whether that was in time."""
    with opened(url, without) as store:
        wall = store.clock
        store.clock = lambda: wall() - round(n * skew_s * 1_000_000)
        pipe.send("ready")
        for key in iter(pipe.recv, None):
            pipe.send((key, outcome(store.write_now, check_in, actor="guest", key=key)[0]))


def too_many(reader: Reader) -> Iterator[str]:
    """Count who is inside after each event, in as few words as can be: never more than there are seats.

    It knows nothing of the check that the product has; the largest capacity of the evening is the measure.
    """
    tickets: dict[int, tuple[str, int]] = {}
    used = 0
    wanted = select(events).where(events.c.ticket_id.is_not(None)).order_by(events.c.version)
    for event in reader.execute(wanted).all():
        state, size = tickets.get(event.ticket_id, ("", 0))
        used -= size * (state in _INSIDE)
        after = json.loads(event.data).get("after", {})
        state, size = after.get("state", state), after.get("party_size", size)
        used += size * (state in _INSIDE)
        tickets[event.ticket_id] = state, size
        if used > SEATS:
            yield f"version {event.version}: {used} inside, where {SEATS} may be"


def count_events(reader: Reader) -> int:
    """Return how many events there are."""
    return len(list(reader.execute(select(events.c.version))))
