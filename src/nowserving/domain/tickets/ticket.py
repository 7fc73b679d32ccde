"""A ticket and its life: the states, the verbs that move it, and the table of what may follow what.

The table is data. docs/state-machine.md shows it to people and a test compares the two; a pair
that is not in the table is refused with the state the ticket is really in.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from nowserving.domain.instants import MINUTE_US
from nowserving.errors import N_, Conflict


class State(StrEnum):
    """Where a ticket is in its life."""

    WAITING = "waiting"
    CALLED = "called"
    SERVING = "serving"
    PARKED = "parked"
    DONE = "done"
    NO_SHOW = "no_show"
    LEFT = "left"
    CANCELLED = "cancelled"


class Verb(StrEnum):
    """What moves a ticket. Joining creates one and undo restores one, so neither is in the table."""

    CALL = "call"
    TAKE = "take"
    RECALL = "recall"
    START = "start"
    CHECK_IN = "check_in"
    COMING = "coming"
    EXTEND = "extend"
    RESIZE = "resize"
    FINISH = "finish"
    EXPIRE = "expire"
    OVERSTAY = "overstay"
    LAPSE = "lapse"
    NO_SHOW = "no_show"
    PARK = "park"
    REQUEUE = "requeue"
    REJOIN = "rejoin"
    TRANSFER = "transfer"
    POSTPONE = "postpone"
    TRIAGE = "triage"
    DRAW = "draw"
    LEAVE = "leave"
    CANCEL = "cancel"


TRANSITIONS: Mapping[tuple[State, Verb], State] = MappingProxyType(
    {
        (State.WAITING, Verb.CALL): State.CALLED,
        (State.CALLED, Verb.TAKE): State.CALLED,
        (State.SERVING, Verb.TAKE): State.CALLED,
        (State.CALLED, Verb.RECALL): State.CALLED,
        (State.CALLED, Verb.START): State.SERVING,
        (State.CALLED, Verb.CHECK_IN): State.SERVING,
        (State.WAITING, Verb.COMING): State.WAITING,
        (State.CALLED, Verb.COMING): State.CALLED,
        (State.CALLED, Verb.EXTEND): State.CALLED,
        (State.SERVING, Verb.EXTEND): State.SERVING,
        (State.WAITING, Verb.RESIZE): State.WAITING,
        (State.CALLED, Verb.RESIZE): State.CALLED,
        (State.SERVING, Verb.RESIZE): State.SERVING,
        (State.PARKED, Verb.RESIZE): State.PARKED,
        (State.SERVING, Verb.FINISH): State.DONE,
        (State.SERVING, Verb.EXPIRE): State.DONE,
        (State.SERVING, Verb.OVERSTAY): State.SERVING,
        (State.CALLED, Verb.LAPSE): State.NO_SHOW,
        (State.CALLED, Verb.NO_SHOW): State.NO_SHOW,
        (State.WAITING, Verb.PARK): State.PARKED,
        (State.CALLED, Verb.PARK): State.PARKED,
        (State.SERVING, Verb.PARK): State.PARKED,
        (State.CALLED, Verb.REQUEUE): State.WAITING,
        (State.NO_SHOW, Verb.REQUEUE): State.WAITING,
        (State.PARKED, Verb.REQUEUE): State.WAITING,
        (State.NO_SHOW, Verb.REJOIN): State.WAITING,
        (State.WAITING, Verb.TRANSFER): State.WAITING,
        (State.CALLED, Verb.TRANSFER): State.WAITING,
        (State.SERVING, Verb.TRANSFER): State.WAITING,
        (State.WAITING, Verb.POSTPONE): State.WAITING,
        (State.WAITING, Verb.TRIAGE): State.WAITING,
        (State.WAITING, Verb.DRAW): State.WAITING,
        (State.WAITING, Verb.LEAVE): State.LEFT,
        (State.CALLED, Verb.LEAVE): State.LEFT,
        (State.PARKED, Verb.LEAVE): State.LEFT,
        (State.WAITING, Verb.CANCEL): State.CANCELLED,
        (State.CALLED, Verb.CANCEL): State.CANCELLED,
        (State.PARKED, Verb.CANCEL): State.CANCELLED,
    }
)

FINAL = frozenset({State.DONE, State.NO_SHOW, State.LEFT, State.CANCELLED})
OPEN = frozenset(State) - FINAL

# One whole sentence for each state: a translator can't bend a sentence around a foreign word.
_REFUSALS: Mapping[State, str] = {
    State.WAITING: N_("That is not possible now: the ticket is waiting."),
    State.CALLED: N_("That is not possible now: the ticket has been called."),
    State.SERVING: N_("That is not possible now: the ticket is being served."),
    State.PARKED: N_("That is not possible now: the ticket is set aside."),
    State.DONE: N_("That is not possible any more: the ticket is done."),
    State.NO_SHOW: N_("That is not possible any more: the ticket was called and nobody came."),
    State.LEFT: N_("That is not possible any more: the guest has left."),
    State.CANCELLED: N_("That is not possible any more: the ticket was cancelled."),
}


def wrong_state(state: State) -> Conflict:
    """Return the refusal that names the state a ticket is really in, ready to raise."""
    return Conflict("wrong_state", _REFUSALS[state], state=state.value)


def next_state(state: State, verb: Verb) -> State:
    """Return the state that `verb` leads to; raise Conflict "wrong_state" if the table has no such row."""
    try:
        return TRANSITIONS[state, verb]
    except KeyError:
        raise wrong_state(state) from None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticket:
    """One place in one queue, as it is stored. Instants are microseconds since the epoch, UTC."""

    id: int
    key: str
    branch_id: str
    queue_id: str
    number_queue_id: str
    service_day: str
    number: int
    code: str
    state: State
    rank: int
    party_size: int
    priority: str
    name: str | None
    language: str
    desk_id: str | None
    agent_id: str | None
    joined_at: int
    since_at: int
    called_at: int | None
    calls: int
    passed: int
    deadline_at: int | None
    ended_at: int | None
    note: str | None = None
    """What staff have written about the guest. Personal, like the name."""
    quoted_low_s: int | None = None
    quoted_high_s: int | None = None
    """The range of seconds that the guest was told when joining."""
    coming_at: int | None = None
    """What a guest on the way said: a whole minute, when they mean to be here; else, when they said so."""
    overstayed_at: int | None = None
    """When the limit of a party that stays all the same was over."""
    rejoin_until_at: int | None = None
    """Until when a guest who missed a call may come back."""
    joined_from: str | None = None
    """What tells the device that joined from afar from others. For nobody's eyes."""
    reach: int = 0
    """Whether the guest can be told anything: 0 no, 1 yes, 2 yes and knows that it is nearly their turn."""

    @property
    def quoted(self) -> tuple[int, int] | None:
        """Return the range of seconds that the guest was told when joining, or None."""
        if self.quoted_low_s is None or self.quoted_high_s is None:
            return None
        return self.quoted_low_s, self.quoted_high_s


def coming_from(now: int, minutes: int) -> int:
    """Return the `coming_at` (µs) of a guest who says "I'm on my way", to be here in so many minutes.

    People promise by the clock on the wall, so a promise is kept as a whole minute, rounded up. "On my way"
    promises nothing: it is kept as the instant at which it was said, which is never a whole minute.
    """
    if minutes:
        return -(-(now + minutes * MINUTE_US) // MINUTE_US) * MINUTE_US
    return now if now % MINUTE_US else now + 1


def is_promise(coming_at: int) -> bool:
    """Tell whether a `coming_at` says when the guest means to be here, and not when they said something."""
    return coming_at % MINUTE_US == 0
