"""Taking a queue or a desk away while somebody counts on it."""

from __future__ import annotations

from nowserving.actions.layout.desks import archive_desk
from nowserving.actions.layout.queues import archive_queue
from nowserving.actions.reservations.services import archive_service, edit_service
from nowserving.errors import Conflict
from tests.actions.surgery import HOUR, TUESDAY, Surgery


def test_a_queue_to_which_a_service_leads_is_not_taken_away(surgery: Surgery) -> None:
    refusal = surgery.refuses(archive_queue, queue_id=surgery.queue_id)

    assert isinstance(refusal, Conflict)
    assert (refusal.code, refusal.data["services"]) == ("services_here", "Check-up")
    assert "Check-up" in str(refusal)


def test_it_is_once_the_service_leads_elsewhere_or_is_gone(surgery: Surgery) -> None:
    other = surgery.build.queue("Blood tests", surgery.branch_id, prefix="B")
    surgery.do(edit_service, service_id=surgery.service.id, changes={"queue_id": other, "desk_ids": []})
    assert surgery.do(archive_queue, queue_id=surgery.queue_id).archived_at is not None

    surgery.do(archive_service, service_id=surgery.service.id)
    assert surgery.do(archive_queue, queue_id=other).archived_at is not None


def test_who_takes_a_desk_away_is_told_how_many_are_expected_there(surgery: Surgery) -> None:
    for start_at in (TUESDAY, TUESDAY + HOUR):
        surgery.reserve(start_at, desk_id=surgery.rooms[1])

    refusal = surgery.refuses(archive_desk, desk_id=surgery.rooms[1])

    assert (refusal.code, refusal.data["reservations"]) == ("reservations_open", 2)
    assert "still to come here: 2." in str(refusal)
