"""A guest's quote is kept with the ticket: what was told when joining, not what turned out."""

from nowserving.actions.layout.queues import edit_queue
from nowserving.actions.tickets.joining import join
from nowserving.domain.tickets.estimate import Pace, Range, estimate
from nowserving.store.store import Store
from nowserving.store.tickets.tickets import ticket_by_key
from tests.builders import TownHall

PACE = Pace(2, mean_s=300.0, variation=0.4, samples=50)


def quoted(store: Store, key: str) -> tuple[int, int] | None:
    found = store.read_now(ticket_by_key, key)
    assert found is not None
    return found.quoted


def test_each_ticket_keeps_the_quote_of_its_own_place(store: Store, town_hall: TownHall) -> None:
    made = [store.write_now(join, queue_id=town_hall.passports, pace=PACE) for _ in range(4)]
    keys = [one.ticket.key for one in made]
    told = [quoted(store, key) for key in keys]
    assert told == [estimate(ahead, PACE) for ahead in range(4)]
    assert len(set(told)) > 1


def test_a_head_start_is_quoted_the_place_it_leads_to(store: Store, town_hall: TownHall) -> None:
    rules = {"priorities": [{"code": "elder", "name": "Elder", "head_start_s": 3600}]}
    store.write_now(edit_queue, queue_id=town_hall.passports, changes={"rules": rules})
    for _ in range(5):
        store.write_now(join, queue_id=town_hall.passports)
    first = store.write_now(join, queue_id=town_hall.passports, priority="elder", pace=PACE).ticket
    assert first.quoted == estimate(0, PACE)


def test_what_staff_have_said_counts(store: Store, town_hall: TownHall) -> None:
    said = (1200, 1200)
    made = store.write_now(join, queue_id=town_hall.passports, quoted=said, pace=PACE).ticket
    assert quoted(store, made.key) == said


def test_where_nobody_knows_there_is_no_quote(store: Store, town_hall: TownHall) -> None:
    for pace in (None, Pace(2), PACE._replace(desks=0)):
        made = store.write_now(join, queue_id=town_hall.passports, pace=pace).ticket
        assert quoted(store, made.key) is None


def test_running_late_is_part_of_the_quote(store: Store, town_hall: TownHall) -> None:
    late = PACE._replace(late_s=900)
    made = store.write_now(join, queue_id=town_hall.passports, pace=late).ticket
    plain = estimate(0, PACE)
    assert plain is not None
    assert made.quoted == Range(plain.low_s + 900, plain.high_s + 900)
