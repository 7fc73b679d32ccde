"""The door: each stub lets one person in, once, whatever scanned it and whenever that is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nowserving.domain.seats.sale import Stub, StubState
from nowserving.domain.seats.stub import DoorAnswer, StubText, answer_at_door
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.seats import bookings


@dataclass(frozen=True, slots=True)
class Looked:
    """What the door says to one code, with its stub where there is one."""

    answer: DoorAnswer
    stub: Stub | None = None


@dataclass(frozen=True, slots=True)
class Scan:
    """A code that was looked at, and when (µs): at the door now, or while the network was gone.

    `text` is None for what is not ours: it was never signed by us.
    """

    text: StubText | None
    at: int | None = None


@action(scope="performance_id")
def look_at_stubs(tx: Tx, *, performance_id: str, scans: Sequence[Scan]) -> list[Looked]:
    """Let in whom their stubs let in, in the order of the scans; returns the answer to each.

    A stub that was scanned at two doors without a network lets one in: the first that is told.
    """
    return [_looked(tx, performance_id, scan) for scan in scans]


def _looked(tx: Tx, performance_id: str, scan: Scan) -> Looked:
    if scan.text is None:
        return Looked(DoorAnswer.UNKNOWN)
    found = bookings.stub_by_serial(tx, scan.text.serial)
    if found is not None and found.performance_id != scan.text.performance_id:
        found = None
    answer = answer_at_door(
        scan.text,
        performance_id,
        version=None if found is None else found.version,
        valid=found is not None and found.state is StubState.VALID,
        came=found is not None and found.came_at is not None,
    )
    if answer is DoorAnswer.WRONG_PERFORMANCE:
        return Looked(answer)
    if found is None or answer is not DoorAnswer.YES:
        return Looked(answer, found)
    # A clock at the door that runs ahead is not believed.
    at = tx.now if scan.at is None else min(scan.at, tx.now)
    bookings.note_coming(tx, found, at, tx.actor)
    tx.emit(
        "stub.came", performance_id=performance_id, booking_id=found.booking_id, seat=found.place, came_at=at
    )
    return Looked(answer, bookings.stub_by_serial(tx, scan.text.serial))
