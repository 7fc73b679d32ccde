"""The event log in words: "Desk 3 called A-004". Ticket keys and guests' names are in no sentence."""

from __future__ import annotations

import re
from collections.abc import Mapping

from nowserving.domain.event import Event
from nowserving.errors import N_
from nowserving.web.looks.i18n import Localiser

_PLACES = re.compile(r"%\((\w+)\)s")

# Of several sentences the first counts whose places can all be filled: a rule acts at no desk.
SENTENCES: Mapping[str, tuple[str, ...]] = {
    "ticket.joined": (N_("%(code)s joined %(queue)s"),),
    "ticket.too_large": (N_("%(code)s was added to %(queue)s, larger than its whole capacity"),),
    "ticket.called": (N_("%(desk)s called %(code)s"), N_("%(code)s was called")),
    "ticket.chosen": (N_("%(desk)s chose %(code)s and called it"), N_("%(code)s was chosen and called")),
    "ticket.taken": (N_("%(desk)s took %(code)s over from %(from_desk)s"),),
    "ticket.recalled": (N_("%(desk)s called %(code)s again"), N_("%(code)s was called again")),
    "ticket.started": (N_("%(desk)s began to serve %(code)s"), N_("%(code)s is being served")),
    "ticket.checked_in": (N_("%(code)s checked in at %(desk)s"), N_("%(code)s checked in")),
    "ticket.triaged": (N_("%(code)s got another place in line: %(why)s"),),
    "ticket.drawn": (N_("%(code)s got its place by lot"),),
    "ticket.coming": (N_("%(code)s is on the way"),),
    "ticket.extended": (N_("%(code)s got more time"),),
    "ticket.corrected": (N_("The name or the note of %(code)s was corrected"),),
    "ticket.resized": (N_("%(code)s is now a party of %(size)s"),),
    "ticket.finished": (N_("%(desk)s finished %(code)s"), N_("%(code)s was finished")),
    "ticket.expired": (N_("The time of %(code)s was up"),),
    "ticket.overstayed": (N_("The time of %(code)s was up, and they stayed"),),
    "ticket.lapsed": (N_("%(code)s did not come in time"),),
    "ticket.no_show": (N_("%(code)s did not come to %(desk)s"), N_("%(code)s did not come")),
    "ticket.parked": (N_("%(desk)s set %(code)s aside"), N_("%(code)s was set aside")),
    "ticket.requeued": (N_("%(code)s went back into the line of %(queue)s"),),
    "ticket.rejoined": (N_("%(code)s missed the call and came back into the line of %(queue)s"),),
    "ticket.transferred": (N_("%(code)s moved from %(from_queue)s to %(queue)s"),),
    "ticket.postponed": (N_("%(code)s let others pass"),),
    "ticket.passed": (N_("A smaller party went in ahead of %(code)s"),),
    "ticket.left": (N_("%(code)s left the line of %(queue)s"),),
    "ticket.cancelled": (N_("%(code)s was cancelled"),),
    "ticket.undone": (N_("What was done with %(code)s was taken back"),),
    "feedback.given": (N_("The guest of %(code)s said how it was"),),
    "guest.phone_shown": (N_("The phone number of the guest of %(code)s was looked at"),),
    "guest.erased": (N_("The guest of %(code)s had all that is personal erased"),),
    "desk.opened": (N_("%(desk)s opened"),),
    "desk.paused": (N_("%(desk)s paused"),),
    "desk.closed": (N_("%(desk)s closed"),),
    "desk.created": (N_("%(desk)s was added"),),
    "desk.edited": (N_("%(desk)s was changed"),),
    "desk.archived": (N_("%(desk)s was taken away"),),
    "desk.ordered": (N_("The desks were put into another order"),),
    "queue.created": (N_("The queue %(queue)s was added"),),
    "queue.edited": (N_("The queue %(queue)s was changed"),),
    "queue.paused": (N_("The queue %(queue)s lets nobody join for now"),),
    "queue.resumed": (N_("The queue %(queue)s lets people join again"),),
    "queue.told": (
        N_("The line of %(queue)s was told: %(text)s"),
        N_("The line of %(queue)s was told nothing more"),
    ),
    "queue.late": (
        N_("The queue %(queue)s runs %(minutes)s minutes late"),
        N_("The queue %(queue)s is on time again"),
    ),
    "queue.archived": (N_("The queue %(queue)s was closed for good"),),
    "queue.ordered": (N_("The queues were put into another order"),),
    "department.created": (N_("The department %(name)s was added"),),
    "department.edited": (N_("The department %(name)s was renamed"),),
    "department.archived": (N_("The department %(name)s was taken away"),),
    "department.ordered": (N_("The departments were put into another order"),),
    "branch.created": (N_("The branch %(branch)s was added"),),
    "branch.edited": (N_("The branch %(branch)s was changed"),),
    "branch.messages_edited": (N_("What the branch %(branch)s says to its guests was changed"),),
    "branch.archived": (N_("The branch %(branch)s was closed for good"),),
    "closure.added": (N_("Closed from %(starts_on)s to %(ends_on)s"),),
    "closure.removed": (N_("Not closed from %(starts_on)s to %(ends_on)s after all"),),
    "reservation.held": (N_("A time was held: %(code)s"),),
    "reservation.offered": (N_("A freed time was offered to the waiting list: %(code)s"),),
    "reservation.booked": (N_("The reservation %(code)s was booked"),),
    "reservation.verified": (N_("The guest of %(code)s proved the e-mail address"),),
    "reservation.confirmed": (N_("The reservation %(code)s was confirmed"),),
    "reservation.moved": (N_("The reservation %(code)s was moved to another time"),),
    "reservation.coming": (N_("The guest of the reservation %(code)s says that they are coming"),),
    "reservation.edited": (N_("The reservation %(code)s was changed"),),
    "reservation.arrived": (N_("The guest of the reservation %(code)s arrived"),),
    "reservation.missed": (N_("Nobody came to the reservation %(code)s"),),
    "reservation.cancelled": (N_("The reservation %(code)s was cancelled"),),
    "reservation.lapsed": (N_("The time to confirm %(code)s ran out"),),
    "standby.joined": (N_("Somebody joined the waiting list"),),
    "standby.offered": (N_("A freed time was offered to the first of the waiting list"),),
    "standby.declined": (N_("An offer to the waiting list was declined"),),
    "standby.left": (N_("Somebody left the waiting list"),),
    "standby.over": (N_("A place in the waiting list ended"),),
    "seat_map.created": (N_('Seat map "%(name)s" added'),),
    "seat_map.edited": (N_('Seat map "%(name)s" edited'),),
    "seat_map.archived": (N_('Seat map "%(name)s" put away'),),
    "seats.set": (N_("The seats of a performance were made from a seat map"),),
    "seats.blocked": (N_("Seats were blocked"),),
    "seats.opened": (N_("Blocked seats were opened again"),),
    "hold.made": (N_("Seats are held while somebody books"),),
    "hold.extended": (N_("Somebody was given more time to book seats"),),
    "hold.released": (N_("Held seats were released"),),
    "hold.lapsed": (N_("The time to book held seats ran out"),),
    "booking.made": (N_("Seats were booked"),),
    "booking.cancelled": (N_("A booking of seats was given back"),),
    "booking.transferred": (N_("Booked seats were handed on to somebody else"),),
    "booking.paid": (N_("The payment of a booking changed"),),
    "booking.erased": (N_("Whoever booked seats had all that is personal erased"),),
    "stub.came": (N_("Somebody came in by the code of a seat"),),
    "seat_standby.joined": (N_("Somebody joined the waiting list for seats"),),
    "seat_standby.offered": (N_("Freed seats were offered to the waiting list"),),
    "seat_standby.declined": (N_("Seats that were offered were declined"),),
    "seat_standby.left": (N_("Somebody left the waiting list for seats"),),
    "seat_standby.over": (N_("A place in the waiting list for seats ended"),),
    "show.created": (N_("The show %(name)s was planned"),),
    "show.edited": (N_("The show %(name)s was changed"),),
    "show.archived": (N_("The show %(name)s was put away"),),
    "show.announced": (N_("The show %(name)s was announced"),),
    "show.opened": (N_("The sale of %(name)s opened"),),
    "show.began": (N_("The show %(name)s began to be played"),),
    "show.closed": (N_("The sale of %(name)s closed"),),
    "show.cancelled": (N_("The show %(name)s was cancelled"),),
    "show.postponed": (N_("The show %(name)s was postponed"),),
    "performance.created": (N_("A date of %(name)s was added"),),
    "performance.edited": (N_("A date of %(name)s was changed"),),
    "performance.archived": (N_("A date of %(name)s was put away"),),
    "lobby.opened": (N_("The lobby of %(name)s opened"),),
    "lobby.paused": (N_("The lobby of %(name)s stands still"),),
    "lobby.resumed": (N_("The lobby of %(name)s goes on"),),
    "lobby.rated": (N_("Another number of people is let into %(name)s"),),
    "lobby.ended": (N_("The lobby of %(name)s ended"),),
    "pass.issued": (N_("Somebody came in to the seats"),),
    "pass.spent": (N_("Somebody was let into the website that we guard"),),
    "service.created": (N_("The service %(name)s was added"),),
    "service.edited": (N_("The service %(name)s was changed"),),
    "service.archived": (N_("The service %(name)s was taken away"),),
    "service.ordered": (N_("The services were put into another order"),),
    "roster.edited": (N_("When %(name)s gives its services was changed"),),
    "absence.added": (N_("An absence was noted for %(name)s"),),
    "absence.removed": (N_("An absence was taken back for %(name)s"),),
    "special_day.set": (N_("The hours of %(on_date)s were set"),),
    "special_day.removed": (N_("%(on_date)s is as usual again"),),
    "device.paired": (N_("The device %(name)s was paired"),),
    "device.claimed": (N_("The device %(name)s took up its work"),),
    "device.edited": (N_("The device %(name)s was changed"),),
    "device.revoked": (N_("The device %(name)s was shut out"),),
    "device.faulted": (N_("The device %(name)s reports: %(fault)s"),),
    "device.recovered": (N_("The device %(name)s works again"),),
    "staff.created": (N_("%(name)s got an account"),),
    "staff.edited": (N_("The account of %(name)s was changed"),),
    "staff.password_set": (N_("%(name)s got a new password"),),
    "staff.disabled": (N_("The access of %(name)s was taken away"),),
    "staff.enabled": (N_("%(name)s got their access back"),),
    "staff.signed_in": (N_("%(name)s signed in"),),
    "staff.sign_in_refused": (N_("A wrong password was typed for %(name)s"),),
    "staff.signed_out": (N_("%(name)s signed out"),),
    "staff.sign_ins_ended": (N_("%(name)s was signed out everywhere"),),
    "staff.token_reused": (N_("A used token of %(name)s was sent again; its sign-in was ended"),),
    "account.registered": (N_("A guest registered an account"),),
    "account.verified": (N_("A guest proved the e-mail address of an account"),),
    "account.edited": (N_("A guest changed the own account"),),
    "account.password_changed": (N_("A guest changed the own password"),),
    "account.password_reset": (N_("A guest replaced a forgotten password"),),
    "account.deleted": (N_("A guest deleted the own account"),),
    "api_key.created": (N_("The API key %(name)s was made"),),
    "api_key.revoked": (N_("The API key %(name)s was revoked"),),
    "organisation.set_up": (N_("%(name)s was set up"),),
    "organisation.edited": (N_("The organisation was changed"),),
    "record.created": (N_("A record was made"),),
    "record.edited": (N_("A record was changed"),),
    "record.erased": (N_("A record was erased"),),
    "visit.edited": (N_("What is known of the visit of %(code)s was changed"),),
    "consultation.written": (N_("A note was written at %(desk)s"), N_("A note was written")),
}


WHY: Mapping[str, str] = {
    "urgent": N_("urgent"),
    "needs_help": N_("needs help"),
    "came_earlier": N_("came earlier"),
    "asked_by_clinician": N_("asked for by a clinician"),
    "correction": N_("a correction"),
}


def sentence_of(speaking: Localiser, event: Event, names: Mapping[str, str]) -> str:
    """Return what happened as a sentence. `names` come from store/tickets/names.py."""
    verb = _told_as(event)
    values = _values(event, names)
    if event.data.get("why") in WHY:
        values["why"] = speaking.gettext(WHY[event.data["why"]])
    for sentence in SENTENCES.get(verb, ()):
        if values.keys() >= set(_PLACES.findall(sentence)):
            return speaking.gettext(sentence, **values)
    return event.verb


def _told_as(event: Event) -> str:
    """Return the sentence's name: some events are told in other words for what else they say."""
    if event.verb == "ticket.called" and event.data.get("chosen"):
        return "ticket.chosen"
    return "ticket.too_large" if event.data.get("too_large") else event.verb


def actor_of(speaking: Localiser, actor: str, names: Mapping[str, str]) -> str:
    """Return who did it, in words."""
    if actor == "guest":
        return speaking.gettext(N_("The guest"))
    if ":" not in actor:
        return speaking.gettext(N_("By itself"))
    return names.get(actor) or speaking.gettext(N_("Somebody"))


def _values(event: Event, names: Mapping[str, str]) -> dict[str, str]:
    data = event.data
    before, after = data.get("before") or {}, data.get("after") or {}
    # The name it had when it happened counts before the name of today.
    name = data.get("name") or before.get("name") or after.get("name")
    subject = event.verb.partition(".")[0]
    values = {
        "code": data.get("code"),
        "name": name or names.get(f"{subject}:{data.get(f'{subject}_id')}"),
        "desk": names.get(f"desk:{event.desk_id}"),
        "queue": names.get(f"queue:{event.queue_id}"),
        "branch": names.get(f"branch:{data.get('branch_id')}"),
        "from_desk": names.get(f"desk:{before.get('desk_id')}"),
        "from_queue": names.get(f"queue:{before.get('queue_id')}"),
        "fault": data.get("fault"),
        "text": data.get("text"),
        "size": _text(after.get("party_size")),
        "minutes": _text(data.get("late_s", 0) // 60),
        "on_date": data.get("on_date"),
        "starts_on": after.get("starts_on") or before.get("starts_on"),
        "ends_on": after.get("ends_on") or before.get("ends_on"),
    }
    if subject in ("desk", "queue", "branch") and name:
        values[subject] = name
    return {place: value for place, value in values.items() if value}


def _text(number: int | None) -> str:
    """Return a number as text; none for 0, which is told in another sentence."""
    return str(number) if number else ""
