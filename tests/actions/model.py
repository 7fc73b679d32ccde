"""A town hall in lists and dictionaries: what the engine must do, said once more in as few words as possible.

It knows nothing of ranks but one thing: the rank that a ticket had when it was put into a line is
its place there, should an undo bring it back. All else is the order of a list.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import NamedTuple

from nowserving.domain.layout.branch import DeskState
from nowserving.domain.tickets.rank import Where
from nowserving.domain.tickets.ticket import FINAL, TRANSITIONS, State, Verb

MINUTE = 60_000_000


class Refused(Exception):
    """What must be refused, by its code."""

    def __init__(self, code: str) -> None:
        self.code = code


class Spot(NamedTuple):
    """Where a ticket is."""

    state: State
    queue: str
    desk: str | None = None
    deadline: int | None = None


@dataclass
class Act:
    """What was done last at a desk: where the tickets were before, and whether it may be taken back."""

    at: int
    before: dict[str, Spot]
    ranks: dict[str, int]
    undoable: bool


@dataclass
class Model:
    """Who waits where, who is at which desk, and what was done there last."""

    serves: tuple[str, ...]
    desks: dict[str, DeskState]
    windows: dict[str, int | None]
    spots: dict[str, Spot] = field(default_factory=dict)
    lines: dict[str, list[str]] = field(default_factory=dict)
    ranks: dict[str, int] = field(default_factory=dict)
    acts: dict[str, Act] = field(default_factory=dict)
    left_at: dict[str, tuple[int, Spot]] = field(default_factory=dict)

    # The ideas

    def put(self, key: str, spot: Spot, place: int | None = None) -> None:
        """Move a ticket to a spot; into a line at a place."""
        old = self.spots.get(key)
        if old is not None and old.state is State.WAITING:
            self.lines[old.queue].remove(key)
        self.spots[key] = spot
        if spot.state is State.WAITING:
            assert place is not None
            self.lines[spot.queue].insert(place, key)

    def place(self, queue: str, where: Where) -> int:
        """Return the place of the front, the middle (half of them stay ahead, rounded up) or the end."""
        many = len(self.lines[queue])
        return {Where.FRONT: 0, Where.MIDDLE: (many + 1) // 2, Where.END: many}[where]

    def old_place(self, key: str, queue: str) -> int:
        """Return the place of a ticket that comes back to its old rank, or to the next one that is free."""
        taken = {self.ranks[other] for other in self.lines[queue]}
        while self.ranks[key] in taken:
            self.ranks[key] += 1
        return sum(self.ranks[other] < self.ranks[key] for other in self.lines[queue])

    def at(self, desk: str | None) -> str | None:
        """Return who is at a desk."""
        return next((key for key, spot in self.spots.items() if desk and spot.desk == desk), None)

    def allow(self, key: str, verb: Verb) -> State:
        """Return where a verb leads to, or refuse it."""
        if (self.spots[key].state, verb) not in TRANSITIONS:
            raise Refused("wrong_state")
        return TRANSITIONS[self.spots[key].state, verb]

    def until(self, now: int, queue: str) -> int | None:
        """Return until when somebody who is called now may come."""
        window = self.windows[queue]
        return None if window is None else now + window

    def done(self, now: int, desk: str | None, *keys: str, undoable: bool = True) -> None:
        """Note an act before it happens: nobody else can take back what they did with the same tickets."""
        for act in self.acts.values():
            act.undoable = act.undoable and not act.before.keys() & set(keys)
        if desk is not None:
            spots = {key: self.spots[key] for key in keys}
            self.acts[desk] = Act(now, spots, {key: self.ranks[key] for key in keys}, undoable)

    # The verbs

    def call_next(self, now: int, desk: str) -> str:
        """Call the first of the first queue in which anybody waits."""
        line = next((self.lines[queue] for queue in self.serves if self.lines[queue]), None)
        if line is None:
            raise Refused("queue_empty")
        return self.summon(now, desk, line[0])

    def choose(self, now: int, desk: str, key: str, *, anyway: bool) -> str:
        """Call one that was chosen."""
        spot = self.spots[key]
        if spot.desk == desk:
            return self.recall(now, key)
        if spot.desk is not None and not anyway:
            raise Refused("at_other_desk")
        if spot.state in FINAL - {State.NO_SHOW}:
            raise Refused("wrong_state")
        return self.summon(now, desk, key)

    def summon(self, now: int, desk: str, key: str) -> str:
        """Finish whom the desk has, then call."""
        had = self.at(desk)
        self.done(now, desk, *([had] if had else []), key)
        if had is not None:
            self.put(had, Spot(State.DONE, self.spots[had].queue))
        queue = self.spots[key].queue
        self.put(key, Spot(State.CALLED, queue, desk, self.until(now, queue)))
        self.desks[desk] = DeskState.OPEN
        return key

    def recall(self, now: int, key: str) -> str:
        """Call again: the whole window again, and nothing to take back."""
        self.allow(key, Verb.RECALL)
        spot = self.spots[key]
        self.done(now, spot.desk, key, undoable=False)
        self.put(key, spot._replace(deadline=self.until(now, spot.queue)))
        return key

    def serve(self, now: int, key: str, verb: Verb) -> None:
        """Begin a visit: by the agent, or by the guest before the deadline."""
        spot = self.spots[key]
        late = spot.deadline is not None and spot.deadline <= now
        if verb is Verb.CHECK_IN and (spot.state is State.NO_SHOW or (spot.state is State.CALLED and late)):
            raise Refused("lapsed")
        state = self.allow(key, verb)
        self.done(now, spot.desk, key, undoable=verb is Verb.START)
        self.put(key, Spot(state, spot.queue, spot.desk))

    def end(self, now: int, key: str, verb: Verb, acting: str | None = None) -> None:
        """Finish, no-show, park, cancel, leave: away from the desk and out of the line."""
        spot = self.spots[key]
        called = spot.state is State.CALLED and verb is Verb.FINISH
        state = State.DONE if called else self.allow(key, verb)
        self.done(now, spot.desk or acting, key, undoable=verb is not Verb.LEAVE)
        if verb is Verb.LEAVE:
            self.left_at[key] = now, spot
        self.put(key, Spot(state, spot.queue))

    def requeue(self, now: int, key: str, where: Where, acting: str | None) -> None:
        """Put back into the same line."""
        state = self.allow(key, Verb.REQUEUE)
        spot = self.spots[key]
        self.done(now, spot.desk or acting, key)
        self.put(key, Spot(state, spot.queue), self.place(spot.queue, where))

    def transfer(self, now: int, key: str, queue: str, where: Where, acting: str | None) -> None:
        """Send on to another line."""
        state = self.allow(key, Verb.TRANSFER)
        spot = self.spots[key]
        if spot.queue == queue:
            raise Refused("invalid")
        self.done(now, spot.desk or acting, key)
        self.put(key, Spot(state, queue), self.place(queue, where))

    def postpone(self, now: int, key: str, places: int) -> None:
        """Let so many pass, as far as there are any."""
        state = self.allow(key, Verb.POSTPONE)
        line = self.lines[self.spots[key].queue]
        place = min(line.index(key) + places, len(line) - 1)
        if place != line.index(key):
            self.done(now, None, key)
            self.put(key, Spot(state, self.spots[key].queue), place)

    def rest(self, desk: str, state: DeskState) -> None:
        """Pause or close a desk."""
        if self.desks[desk] is not state and self.at(desk) is not None:
            raise Refused("desk_busy")
        self.desks[desk] = state

    def sweep(self, now: int) -> int:
        """Let lapse who did not come in time."""
        late = [key for key, spot in self.spots.items() if spot.deadline is not None and spot.deadline <= now]
        for key in late:
            self.done(now, self.spots[key].desk, key, undoable=False)
            self.put(key, Spot(State.NO_SHOW, self.spots[key].queue))
        return len(late)

    def undo(self, now: int, desk: str) -> None:
        """Take back the last act at a desk: whole, or not at all."""
        act = self.acts.get(desk)
        if act is None or not act.undoable or now - act.at > MINUTE:
            raise Refused("nothing_to_undo")
        self._check_desks(act, desk)
        came_from = {key: self.spots[key].desk for key in act.before}
        self.done(now, None, *act.before)
        self.ranks |= act.ranks
        for key, spot in reversed(act.before.items()):
            place = self.old_place(key, spot.queue) if spot.state is State.WAITING else None
            deadline = self.until(now, spot.queue) if spot.state is State.CALLED else None
            self.put(key, spot._replace(deadline=deadline), place)
            self.acts[spot.desk or came_from[key] or desk] = Act(now, {}, {}, undoable=False)
            if spot.desk == desk:
                self.desks[desk] = DeskState.OPEN

    def _check_desks(self, act: Act, own: str) -> None:
        for spot in reversed(act.before.values()):
            if spot.desk is None:
                continue
            if self.at(spot.desk) not in {None, *act.before}:
                raise Refused("desk_busy")
            if spot.desk != own and self.desks[spot.desk] is not DeskState.OPEN:
                raise Refused("nothing_to_undo")

    def come_back(self, now: int, key: str) -> None:
        """Take back leaving: called again if that can be, else to the old place in the line."""
        left_at, spot = self.left_at.get(key, (0, self.spots[key]))
        too_late = spot.deadline is not None and spot.deadline <= now
        if self.spots[key].state is not State.LEFT or now - left_at > MINUTE or too_late:
            raise Refused("nothing_to_undo")
        if spot.state is State.CALLED and (
            spot.desk is None or self.desks[spot.desk] is not DeskState.OPEN or self.at(spot.desk)
        ):
            spot = Spot(State.WAITING, spot.queue)
        self.done(now, spot.desk, key, undoable=False)
        self.put(key, spot, self.old_place(key, spot.queue) if spot.state is State.WAITING else None)
