"""Joining: a guest takes a place."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from nowserving.actions.messages.contacts import checked_contact, reach_of
from nowserving.actions.messages.telling import alert_first
from nowserving.actions.tickets.admitting import admit_free
from nowserving.actions.tickets.moving import emit
from nowserving.domain.calendar.day import service_day
from nowserving.domain.calendar.hours import closed_for, joinable, next_opening
from nowserving.domain.messages.contact import Contact
from nowserving.domain.text import clean_text
from nowserving.domain.tickets import rank
from nowserving.domain.tickets.code import ticket_code
from nowserving.domain.tickets.estimate import Pace, Range, estimate
from nowserving.domain.tickets.rules import QueueRules
from nowserving.domain.tickets.ticket import State, Ticket
from nowserving.domain.values import whole
from nowserving.errors import N_, Conflict, invalid_field, not_found
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages.contacts import insert_contact
from nowserving.store.tickets import tickets as rows
from nowserving.store.tickets.places import QueuePlace, queue_place

_NAME_LENGTH = 120
_NOTE_LENGTH = 300
_LANGUAGES = ("", "en", "hi", "es", "ar")


@dataclass(frozen=True, slots=True)
class Joined:
    """A new ticket and its 1-based place in the line; None when it was called at once.

    `again` says that it is no new one: the device that asked has it already, wherever it stands.
    """

    ticket: Ticket
    position: int | None
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """Who joins, as the guest says and the queue's rules allow."""

    party_size: int
    priority: str
    name: str | None
    note: str | None
    language: str
    quoted: tuple[int, int] | None
    joined_from: str | None
    contact: Contact | None


@dataclass(slots=True)
class Tail:
    """What a join knows of its queue. The next one of its group finds the same, changed in place."""

    queue: QueuePlace
    zone: ZoneInfo
    waiting: int
    last: int
    """The largest rank that waits."""

    def follow(self, ticket: Ticket) -> None:
        """Take in a ticket that has joined."""
        self.waiting += 1
        self.last = max(self.last, ticket.rank)


class Place(NamedTuple):
    """Where in a line somebody comes to stand."""

    rank: int
    ahead: int


@action(scope="queue_id")
def join(
    tx: Tx,
    *,
    queue_id: str,
    party_size: int = 1,
    priority: str = "",
    name: str | None = None,
    note: str | None = None,
    language: str = "",
    remote: bool = False,
    quoted: tuple[int, int] | None = None,
    pace: Pace | None = None,
    joined_from: str | None = None,
    contact: Mapping[str, Any] | None = None,
    push_anywhere: bool = False,
    through_show: bool = False,
) -> Joined:
    """Give a guest the next number of a queue and a place in its line.

    `remote` says that the guest asks from outside, which a queue must allow; `joined_from` tells the
    guest's device from others: one that has an open place here gets it back, for whoever asks twice
    wants to see it and not to be told off. `note` is what staff write about the guest, `quoted` the
    range of seconds that they told the guest; else the guest's quote is the estimate by `pace`, as memory
    knew it a moment ago, for the place that was got. A party larger than the whole capacity joins by staff
    only, on record and without an estimate: it waits until somebody calls it. The lobby of a show is joined
    `through_show` alone, where its rules are looked at. Raises Conflict `lobby`, `queue_paused`,
    `no_walk_ins`, `no_remote_join`, `queue_closed` or `queue_full`, and Invalid for a bad field.
    """
    tail = tx.kept(_tail, queue_id)
    queue = tail.queue
    if remote and joined_from and queue.rules.one_per_device:
        own = rows.open_from(tx, queue_id, joined_from)
        if own is not None:
            return Joined(own, None, again=True)
    if not through_show:
        refuse_lobby(queue)
    _check_open(tx, tail, remote=remote and not through_show)
    head_start_s = queue.rules.head_start(priority)
    # A walk-in is the last in line: only somebody with a head start has anybody behind.
    place = _place(tx, tail, rank.prioritised(tx.now, head_start_s), passes=bool(head_start_s))
    party = Party(
        party_size=checked_size(tx, queue.rules, party_size),
        priority=priority,
        name=_checked_name(queue, name),
        note=clean_note(note),
        language=_checked_language(language),
        quoted=quoted or (_told(tx, place, pace) if queue.rules.fits(party_size) else None),
        joined_from=joined_from,
        contact=checked_contact(tx, queue, contact, language, push_anywhere=push_anywhere),
    )
    return _enter(tx, tail, place, party)


def enter(tx: Tx, queue_id: str, wanted: int, party: Party, *, pace: Pace | None = None) -> Joined:
    """Let a party in that was promised a place, with the rank that the promise is worth.

    Whether walk-ins may join now does not matter: a promise is kept. Raises NotFound for a queue that is
    no more. Where nothing was quoted to the party, it is the estimate for its place.
    """
    tail = tx.kept(_tail, queue_id)
    place = _place(tx, tail, wanted, passes=True)
    told = party if party.quoted else replace(party, quoted=_told(tx, place, pace))
    return _enter(tx, tail, place, told)


def _told(tx: Tx, place: Place, pace: Pace | None) -> Range | None:
    """Return the estimate for a place that somebody takes now."""
    return estimate(place.ahead, pace, place.rank, tx.now)


def _place(tx: Tx, tail: Tail, wanted: int, *, passes: bool) -> Place:
    """Return the rank that somebody gets who wants one, and how many are ahead of it then."""
    queue = tail.queue
    free = wanted if wanted > tail.last else rows.free_rank(tx, queue.id, wanted)
    return Place(free, tail.waiting - (rows.waiting_beyond(tx, queue.id, free) if passes else 0))


def _enter(tx: Tx, tail: Tail, place: Place, party: Party) -> Joined:
    ticket = _insert(tx, tail, place.rank, party)
    tail.follow(ticket)
    return _admitted(tx, tail.queue, ticket, place.ahead + 1)


def _tail(tx: Tx, queue_id: str) -> Tail:
    queue = queue_place(tx, queue_id)
    if queue is None or queue.archived:
        raise not_found()
    return Tail(queue, ZoneInfo(queue.time_zone), *rows.line_end(tx, queue_id))


def _check_open(tx: Tx, tail: Tail, *, remote: bool) -> None:
    queue, rules = tail.queue, tail.queue.rules
    if queue.paused:
        raise queue_paused()
    if not rules.walk_ins:
        raise Conflict("no_walk_ins", N_("This queue is for people with a reservation."))
    if remote and not rules.remote_join:
        raise Conflict("no_remote_join", N_("Tickets for this queue are given at the place itself."))
    if not joinable(tx.now, rules, queue.hours, tail.zone, queue.closures):
        raise queue_closed(tx.now, queue)
    if rules.max_waiting is not None and tail.waiting >= rules.max_waiting:
        raise Conflict("queue_full", N_("This queue is full. Please try again later."))


def refuse_lobby(queue: QueuePlace) -> None:
    """Refuse what would put somebody into the lobby of a show, or call them from it, past its rules.

    Raises Conflict `lobby`.
    """
    if queue.rules.needs_pass:
        message = N_("This is the line of a show: places are taken on its page, and called in their order.")
        raise Conflict("lobby", message)


def queue_paused() -> Conflict:
    """Return the refusal of a queue that takes nobody for a while."""
    return Conflict("queue_paused", N_("This queue takes a pause. Please try again later."))


def queue_closed(now: int, queue: QueuePlace) -> Conflict:
    """Return the refusal of a queue outside its hours, with when its doors open next, and why not today."""
    zone = ZoneInfo(queue.time_zone)
    opens_at = next_opening(now, queue.hours, zone, queue.closures)
    told: dict[str, Any] = {} if opens_at is None else {"opens_at": opens_at}
    reason = closed_for(now, zone, queue.closures)
    if reason:
        return Conflict("queue_closed", N_("Closed today: %(reason)s"), reason=reason, **told)
    return Conflict("queue_closed", N_("This queue is closed now."), **told)


def check_only_place(tx: Tx, queue: QueuePlace, ticket: Ticket) -> None:
    """Refuse to bring a ticket back whose device has taken another place in the queue meanwhile.

    Raises Conflict `one_place_only`.
    """
    if ticket.joined_from is None or not queue.rules.one_per_device:
        return
    other = rows.open_from(tx, queue.id, ticket.joined_from)
    if other is not None and other.id != ticket.id:
        message = N_("You have another place in this queue already, and that one is still yours.")
        raise Conflict("one_place_only", message)


def checked_size(tx: Tx, rules: QueueRules, party_size: int) -> int:
    """Return the size of a party; only staff may let one wait that never fits. Raises Invalid."""
    size = whole(party_size, "/party_size", 1, rules.max_party)
    if not rules.fits(size) and not is_staff(tx):
        message = N_("We can seat parties of up to %(most)s here. Please speak to the host.")
        raise invalid_field("/party_size", "too_large", message, most=rules.largest_party)
    return size


def is_staff(tx: Tx) -> bool:
    """Tell whether a person of the staff acts, and no guest, device or program."""
    return tx.actor.startswith("staff:")


def _checked_name(queue: QueuePlace, name: str | None) -> str | None:
    if name is None:
        return None
    if not queue.rules.ask_name:
        raise invalid_field("/name", "name_not_asked", N_("This queue does not ask for names."))
    return clean_text(name, "/name", _NAME_LENGTH)


def clean_name(name: str | None) -> str | None:
    """Return a guest's name as it is stored; None for none. Raises Invalid."""
    return None if name is None else clean_text(name, "/name", _NAME_LENGTH, required=False) or None


def clean_note(note: str | None) -> str | None:
    """Return what staff note about a guest as it is stored; None for nothing. Raises Invalid."""
    return None if note is None else clean_text(note, "/note", _NOTE_LENGTH, required=False) or None


def _checked_language(language: str) -> str:
    if language not in _LANGUAGES:
        raise invalid_field("/language", "unknown_language", N_("This language is not offered."))
    return language


def _insert(tx: Tx, tail: Tail, free: int, party: Party) -> Ticket:
    queue, now = tail.queue, tx.now
    day = service_day(now, tail.zone, queue.hours.day_starts_at)
    number = rows.next_number(tx, queue.id, day)
    low_s, high_s = party.quoted or (None, None)
    ticket = Ticket(
        id=tx.new_ticket_id(),
        key=tx.new_key(),
        branch_id=queue.branch_id,
        queue_id=queue.id,
        number_queue_id=queue.id,
        service_day=day,
        number=number,
        code=ticket_code(queue.prefix, number),
        state=State.WAITING,
        rank=free,
        party_size=party.party_size,
        priority=party.priority,
        name=party.name,
        language=party.language,
        desk_id=None,
        agent_id=None,
        joined_at=now,
        since_at=now,
        called_at=None,
        calls=0,
        passed=0,
        deadline_at=None,
        ended_at=None,
        note=party.note,
        quoted_low_s=low_s,
        quoted_high_s=high_s,
        joined_from=party.joined_from,
        reach=reach_of(party.contact),
    )
    rows.insert_ticket(tx, ticket)
    if party.contact is not None:
        insert_contact(tx, ticket.id, queue.branch_id, party.contact)
    rows.open_stay(tx, ticket)
    rows.count_waiting(tx, queue.id, 1)
    large: dict[str, Any] = {} if queue.rules.fits(ticket.party_size) else {"too_large": True}
    emit(tx, "ticket.joined", None, ticket, **large)
    alert_first(tx, queue, tail.waiting)
    return ticket


def _admitted(tx: Tx, queue: QueuePlace, ticket: Ticket, position: int) -> Joined:
    """Let the queue's rule call whom it will: perhaps some who were ahead, perhaps this very ticket."""
    called = admit_free(tx, queue)
    for one in called:
        if one.id == ticket.id:
            return Joined(one, None)
    return Joined(ticket, position - sum(one.rank < ticket.rank for one in called))
