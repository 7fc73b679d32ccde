"""What a request handler needs: the store, memory, settings. Made once by app.py, reached by `house_of`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from starlette.requests import HTTPConnection

from nowserving.domain.clinic.cabinet import Cabinet
from nowserving.domain.tickets.estimate import Pace
from nowserving.live.branch import BranchLive
from nowserving.live.hub import Hub
from nowserving.live.relay import Relay
from nowserving.outside.cabinet import LockedCabinet
from nowserving.outside.payment import PayAtDoor, Payments
from nowserving.outside.senders import Senders
from nowserving.settings import Settings
from nowserving.store.store import Store
from nowserving.web.gate.passwords import Passwords
from nowserving.web.looks.brand import Accent
from nowserving.web.wire.outlet import Round

if TYPE_CHECKING:
    from nowserving.web.gate.auth import Credentials
    from nowserving.web.gate.limits import Limits


# Where a request's scope holds the house that serves it.
HOUSE = "nowserving.house"


@dataclass(slots=True)
class House:
    """The parts of a running server."""

    settings: Settings
    store: Store
    hub: Hub
    relay: Relay
    # Links and sign-ins that the start page of a demo shows; None outside a demo.
    demo: Mapping[str, Any] | None = None
    passwords: Passwords = field(default_factory=Passwords)
    sending: Round = field(default_factory=Round)
    # How messages go out, by channel; and what browsers know this server by when they take pushes.
    senders: Senders = field(default_factory=dict)
    push_key: str = ""
    # The ways to pay, by the name that a show calls them.
    payments: Mapping[str, Payments] = field(default_factory=lambda: {PayAtDoor.name: PayAtDoor()})
    # What is written of patients is sealed in here; locked until its keys have been found.
    cabinet: Cabinet = field(default_factory=LockedCabinet)
    # The organisation's colour, for every page.
    accent: Accent = field(default_factory=Accent)
    credentials: Credentials = field(init=False)
    limits: Limits = field(init=False)

    def pace_for(self, queue_id: str, party_size: object) -> Pace | None:
        """Return how a queue goes for a party that is about to join it: what its quote is made of.

        `party_size` comes as it was given; what is no size is refused by the join itself.
        """
        branch = self.relay.branch_with_queue(queue_id)
        return pace_in(branch, queue_id, party_size, self.store.clock()) if branch else None


def pace_in(branch: BranchLive, queue_id: str, party_size: object, now: int) -> Pace | None:
    """Return how a queue of a branch goes for a party that is about to join it; see `House.pace_for`."""
    return branch.pace_for(queue_id, max(party_size if isinstance(party_size, int) else 1, 1), now)


def house_of(connection: HTTPConnection) -> House:
    """Return the house that serves this request; web/doors.py put it there."""
    house: House = connection.scope[HOUSE]
    return house
