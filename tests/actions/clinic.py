"""A clinic as the tests act in it: a doctor's queue, a laboratory, and a cabinet with a known key."""

from __future__ import annotations

from nowserving.actions.tickets.serving import start
from nowserving.domain.clinic.visit import Reading
from nowserving.domain.tickets.ticket import Ticket
from nowserving.outside.cabinet import KeyedCabinet
from tests.actions.office import Office

KEY = bytes(range(32))
OTHER_KEY = bytes(range(32, 64))
CABINET = KeyedCabinet([KEY])
DAILY = Reading(address="203.0.113.7")
STRANGER = Reading(ordinary=False, address="203.0.113.9")
OUTCOMES = ("recovered", "referred")


def make_clinical(office: Office) -> Office:
    """Make the first queue a doctor's, with outcomes; the second is a laboratory."""
    office.rule(clinical=True, outcomes=OUTCOMES)
    office.rule(office.hall.licences, clinical=True)
    return office


def in_consultation(office: Office) -> Ticket:
    """Return a ticket that the doctor is with."""
    ticket = office.join()
    office.call_next()
    return office.do(start, key=ticket.key)
