"""What the demo's doctors know of their invented patients: records, reasons, and the notes of the morning."""

from __future__ import annotations

from typing import TYPE_CHECKING

from nowserving.actions.clinic.consulting import edit_note
from nowserving.actions.clinic.records import create_record
from nowserving.actions.clinic.visiting import attach
from nowserving.demo.clinic.guests import patient
from nowserving.store.clinic.visits import consultations_by
from nowserving.store.tickets.tickets import open_tickets, ticket_by_id

if TYPE_CHECKING:
    from random import Random

    from nowserving.demo.build import Built
    from nowserving.domain.clinic.cabinet import Cabinet
    from nowserving.domain.tickets.ticket import Ticket
    from nowserving.store.store import Store

_REASONS = (
    "Cough since Monday", "Blood pressure, every three months", "Back pain", "Results of the last sample",
    "A rash on the left arm", "Headache in the morning", "Before a journey", "Repeat prescription",
)  # fmt: skip
_NOTES = (
    ("Lungs are clear. Tea, rest, come again if there is fever.", "Come again"),
    ("140 over 90. The dose stays, next check in three months.", "Come again"),
    ("No sign of anything serious. Exercises shown.", "Recovered"),
    ("Referred to the Blue wing with today's values.", "Referred"),
)
# Of more than these nobody reads in a demo.
_MOST_OPEN, _MOST_SEEN = 16, 4


def write_records(store: Store, branch: Built, cabinet: Cabinet, random: Random) -> None:
    """Make records for those who wait or are inside, with why they came, and write the doctors' notes."""
    clinical = {branch.queues[prefix] for prefix in "GHKL"}
    here: list[Ticket] = store.read_now(lambda reader: list(open_tickets(reader, branch.id)))
    for ticket in [one for one in here if one.queue_id in clinical][:_MOST_OPEN]:
        _record(store, branch.id, cabinet, random, ticket.key)
    for agent_id in branch.agents.values():
        actor = f"staff:{agent_id}"
        done = store.read_now(consultations_by, actor, branch.id, 0)
        for one in [each for each in done if each.to_at is not None][:_MOST_SEEN]:
            note, outcome = random.choice(_NOTES)
            store.write_now(
                edit_note, actor=actor, consultation_id=one.id, cabinet=cabinet, note=note, outcome=outcome
            )
            seen = store.read_now(ticket_by_id, one.ticket_id)
            if seen is not None:
                _record(store, branch.id, cabinet, random, seen.key)


def _record(store: Store, branch_id: str, cabinet: Cabinet, random: Random, key: str) -> None:
    given: dict[str, object] = patient(random)
    made = store.write_now(create_record, branch_id=branch_id, cabinet=cabinet, given=given)
    reason = random.choice(_REASONS)
    store.write_now(attach, key=key, cabinet=cabinet, record_id=made.id, reason=reason)
