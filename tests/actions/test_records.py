"""Records: sealed in the database, found by the words of the person, and every look at them on record."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from nowserving.actions.clinic.erasing import erase_record, forget_reads, forget_records, reseal
from nowserving.actions.clinic.exporting import export_record
from nowserving.actions.clinic.records import create_record, edit_record, read_record, search_records
from nowserving.actions.clinic.visiting import attach, read_visits
from nowserving.domain.clinic.record import Record
from nowserving.domain.clinic.visit import Reading
from nowserving.errors import AppError, Busy, Forbidden, Invalid, NotFound, Stale
from nowserving.outside.cabinet import KeyedCabinet, LockedCabinet
from nowserving.store import schema
from tests.actions.clinic import CABINET, DAILY, KEY, OTHER_KEY, STRANGER, in_consultation, make_clinical
from tests.actions.office import MARIA, Office

ANA = {
    "name": "Ana María O’Brien-Ñandú",
    "birth_date": "1954-03-01",
    "phone": "+34 600 123 456",
    "email": "ana@example.org",
    "number": "SS-77 88",
}


def made(office: Office, cabinet: KeyedCabinet = CABINET, **changed: object) -> Record:
    given = {**ANA, **changed}
    return office.do(create_record, branch_id=office.hall.branch_id, cabinet=cabinet, given=given)


def found(office: Office, text: str, cabinet: KeyedCabinet = CABINET) -> list[str]:
    there = office.do(
        search_records, branch_id=office.hall.branch_id, cabinet=cabinet, text=text, reading=DAILY
    )
    return [one.person.name for one in there]


def rows(office: Office, table: str) -> list[dict[str, object]]:
    which = schema.metadata.tables[table]
    return office.store.read_now(lambda reader: [dict(row._mapping) for row in reader.execute(select(which))])


def test_a_record_is_made_and_read_as_it_was_given(office: Office) -> None:
    record = made(office)
    read = office.do(read_record, record_id=record.id, cabinet=CABINET, reading=DAILY)
    assert read == record
    assert read.person.name == "Ana María O’Brien-Ñandú"
    assert read.person.phone == "+34600123456"


def test_nothing_readable_of_a_person_stands_in_the_database(office: Office, tmp_path: Path) -> None:
    made(office)
    stored = str([*rows(office, "records"), *rows(office, "record_words"), *rows(office, "events")])
    for canary in ("Ana", "ana", "1954", "600123456", "example.org", "SS-77", "ss7788"):
        assert canary not in stored


@pytest.mark.parametrize(
    "text",
    [
        "ana",
        "ANA MARIA",
        "María",
        "Ａｎａ",
        "o'brien",
        "ñandu maria",
        "+34 600 123 456",
        "00123456",
        "600123456",
        "SS-77",
        "ss7788",
        "1954-03-01",
        "ana 1954-03-01",
    ],
)
def test_a_record_is_found_by_its_words(office: Office, text: str) -> None:
    made(office, number="SS-77" if text == "SS-77" else ANA["number"])
    made(office, name="Somebody Else", birth_date="2001-01-01", phone=None, number="")
    assert found(office, text) == [ANA["name"]]


@pytest.mark.parametrize("text", ["", "  ", "anna", "ana lopez", "1954-03-02", "123", "!!"])
def test_what_does_not_fit_finds_nobody(office: Office, text: str) -> None:
    made(office)
    assert found(office, text) == []


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"name": "  "}, "/name"),
        ({"birth_date": "2026-02-30"}, "/birth_date"),
        ({"birth_date": "1849-12-31"}, "/birth_date"),
        ({"birth_date": "2199-01-01"}, "/birth_date"),
        ({"phone": "12"}, "/phone"),
        ({"email": "nobody"}, "/email"),
        ({"number": "x" * 41}, "/number"),
        ({"diagnosis": "?"}, "/diagnosis"),
    ],
)
def test_a_wrong_field_is_refused_by_name(office: Office, wrong: dict[str, object], pointer: str) -> None:
    refusal = office.refuses(
        create_record, branch_id=office.hall.branch_id, cabinet=CABINET, given={**ANA, **wrong}
    )
    assert isinstance(refusal, Invalid)
    assert [one.pointer for one in refusal.fields] == [pointer]


def test_what_is_left_out_may_be_left_out(office: Office) -> None:
    given = {"name": "Li", "birth_date": "", "phone": None}
    record = office.do(create_record, branch_id=office.hall.branch_id, cabinet=CABINET, given=given)
    assert (record.person.birth_date, record.person.phone, record.person.number) == (None, None, "")


def test_an_edit_changes_what_a_record_says_and_is_found_by(office: Office) -> None:
    record = made(office)
    after = office.do(edit_record, record_id=record.id, cabinet=CABINET, changes={"name": "Ana Gil"})
    assert (after.person.name, after.edited) == ("Ana Gil", 2)
    assert found(office, "gil") == ["Ana Gil"]
    assert found(office, "ñandu") == []
    told = office.events()[-1]
    assert (told.verb, told.data) == ("record.edited", {"record_id": record.id, "fields": ["name"]})


def test_an_edit_without_a_change_is_none(office: Office) -> None:
    record = made(office)
    assert (
        office.do(edit_record, record_id=record.id, cabinet=CABINET, changes={"number": "SS-77 88"}) == record
    )


def test_nobody_overwrites_what_they_have_not_seen(office: Office) -> None:
    record = made(office)
    refusal = office.refuses(
        edit_record, record_id=record.id, cabinet=CABINET, changes={"name": "Eva"}, expected=7
    )
    assert isinstance(refusal, Stale)


def test_every_look_is_on_record_with_who_whom_and_from_where(office: Office) -> None:
    record = made(office)
    office.do(read_record, record_id=record.id, cabinet=CABINET, reading=DAILY)
    found(office, "ana")
    read = [
        (row["what"], row["actor"], row["record_id"], row["address"]) for row in rows(office, "record_reads")
    ]
    assert read == [
        ("opened", MARIA, record.id, "203.0.113.7"),
        ("searched", MARIA, None, "203.0.113.7"),
        ("found", MARIA, record.id, "203.0.113.7"),
    ]


def test_whoever_looks_without_daily_need_says_why_first(office: Office) -> None:
    record = made(office)
    refusal = office.refuses(read_record, record_id=record.id, cabinet=CABINET, reading=STRANGER)
    assert isinstance(refusal, Forbidden)
    assert refusal.code == "why_needed"
    assert rows(office, "record_reads") == []
    because = Reading(ordinary=False, why="Asked by the patient", address="203.0.113.9")
    office.do(read_record, record_id=record.id, cabinet=CABINET, reading=because)
    assert [row["why"] for row in rows(office, "record_reads")] == ["Asked by the patient"]


def test_what_is_not_there_can_not_be_opened(office: Office) -> None:
    with pytest.raises(NotFound):
        office.do(read_record, record_id="nobody", cabinet=CABINET, reading=DAILY)


def test_without_the_key_nothing_opens_and_nothing_is_written(office: Office) -> None:
    record = made(office)
    before = rows(office, "records")
    for cabinet in (LockedCabinet(), KeyedCabinet([OTHER_KEY])):
        with pytest.raises(Busy) as refusal:
            office.do(read_record, record_id=record.id, cabinet=cabinet, reading=DAILY)
        assert refusal.value.code == "clinic_locked"
    with pytest.raises(Busy):
        made(office, LockedCabinet())  # type: ignore[arg-type]
    assert rows(office, "records") == before
    assert rows(office, "record_reads") == []


def test_a_sealed_text_opens_for_its_own_row_only(office: Office) -> None:
    first, second = made(office), made(office, name="Eva Gil")
    stolen = next(row["sealed"] for row in rows(office, "records") if row["id"] == first.id)
    office.build.change(schema.records, second.id, sealed=stolen)
    with pytest.raises(Busy):
        office.do(read_record, record_id=second.id, cabinet=CABINET, reading=DAILY)


def test_an_older_key_still_opens_and_a_rotation_makes_it_needless(office: Office) -> None:
    record = made(office)
    ticket = in_consultation(make_clinical(office))
    office.do(attach, key=ticket.key, cabinet=CABINET, record_id=record.id, reason="Cough")
    both = KeyedCabinet([KEY, OTHER_KEY])
    assert office.do(read_record, record_id=record.id, cabinet=both, reading=DAILY) == record
    assert found(office, "ana", both) == [ANA["name"]]
    from nowserving.actions.clinic.consulting import write_note

    office.do(write_note, key=ticket.key, cabinet=CABINET, note="Rest")
    assert office.do(reseal, branch_id=office.hall.branch_id, cabinet=both) == 3
    assert office.do(reseal, branch_id=office.hall.branch_id, cabinet=both) == 0
    new = KeyedCabinet([OTHER_KEY])
    assert office.do(read_record, record_id=record.id, cabinet=new, reading=DAILY) == record
    assert found(office, "ana", new) == [ANA["name"]]
    seen = office.do(
        read_visits, branch_id=office.hall.branch_id, ticket_ids=[ticket.id], cabinet=new, reading=DAILY
    )
    assert seen[ticket.id].reason == "Cough"


def test_a_visit_shows_whose_it_is_and_why_they_came(office: Office) -> None:
    record, ticket = made(office), office.join()
    office.do(attach, key=ticket.key, cabinet=CABINET, record_id=record.id)
    office.do(attach, key=ticket.key, cabinet=CABINET, reason="Cough, three days")
    office.do(attach, key=ticket.key, cabinet=CABINET)
    seen = office.do(
        read_visits,
        branch_id=office.hall.branch_id,
        ticket_ids=[ticket.id, 999],
        cabinet=CABINET,
        reading=DAILY,
    )
    assert (seen[ticket.id].name, seen[ticket.id].reason) == (ANA["name"], "Cough, three days")
    assert list(seen) == [ticket.id]
    assert [row["what"] for row in rows(office, "record_reads")] == ["visit"]
    assert "Cough" not in str(rows(office, "visits")) + str(rows(office, "events"))


def test_a_record_of_another_branch_is_none_of_ours(office: Office) -> None:
    ticket = office.join()
    elsewhere = office.do(create_record, branch_id="library", cabinet=CABINET, given=ANA)
    refusal = office.refuses(attach, key=ticket.key, cabinet=CABINET, record_id=elsewhere.id)
    assert isinstance(refusal, NotFound)
    assert found(office, "ana") == []


def test_erasing_leaves_nothing_of_the_person(office: Office) -> None:
    from nowserving.actions.clinic.consulting import read_history, write_note

    record = made(office)
    ticket = in_consultation(make_clinical(office))
    office.build.change(schema.tickets, ticket.id, name="Ana María")
    office.do(attach, key=ticket.key, cabinet=CABINET, record_id=record.id, reason="Cough")
    office.do(write_note, key=ticket.key, cabinet=CABINET, note="Rest", outcome="recovered")
    office.do(erase_record, record_id=record.id)
    assert found(office, "ana") == []
    assert rows(office, "record_words") == []
    (erased,) = rows(office, "records")
    assert (erased["sealed"], erased["erased_at"] is not None) == ("", True)
    (consultation,) = rows(office, "consultations")
    assert (consultation["note"], consultation["record_id"], consultation["outcome"]) == (
        None,
        None,
        "recovered",
    )
    assert rows(office, "visits")[0]["reason"] is None
    assert office.now(ticket).name is None
    assert office.verbs()[-2:] == ["record.erased", "guest.erased"]
    for verb in (read_record, read_history):
        with pytest.raises(AppError):
            office.do(verb, record_id=record.id, cabinet=CABINET, reading=DAILY)


def test_records_are_kept_as_long_as_the_setting_says(office: Office) -> None:
    day = 24 * 3600
    old = made(office)
    came = made(office, name="Eva Gil")
    office.clock.advance(100 * day)
    office.do(attach, key=office.join().key, cabinet=CABINET, record_id=came.id)
    branch_id = office.hall.branch_id
    assert office.do(forget_records, branch_id=branch_id, keep_days=0) == 0
    assert office.do(forget_records, branch_id=branch_id, keep_days=101) == 0
    assert office.do(forget_records, branch_id=branch_id, keep_days=99) == 1
    assert [row["id"] for row in rows(office, "records") if row["erased_at"] is None] == [came.id]
    assert old.id != came.id


def test_reads_are_kept_for_six_years(office: Office) -> None:
    record = made(office)
    office.do(read_record, record_id=record.id, cabinet=CABINET, reading=DAILY)
    office.clock.advance(6 * 365 * 24 * 3600)
    assert office.do(forget_reads) == 0
    office.clock.advance(10 * 24 * 3600)
    assert office.do(forget_reads) == 1


def test_an_export_has_all_that_is_kept_of_a_person(office: Office) -> None:
    from nowserving.actions.clinic.consulting import finish_consultation

    record = made(office)
    ticket = in_consultation(make_clinical(office))
    office.do(attach, key=ticket.key, cabinet=CABINET, record_id=record.id, reason="Cough")
    office.do(finish_consultation, key=ticket.key, cabinet=CABINET, note="Rest", outcome="recovered")
    export = office.do(export_record, record_id=record.id, cabinet=CABINET, reading=DAILY)
    assert export.person["name"] == ANA["name"]
    assert [(one["code"], one["reason"]) for one in export.visits] == [(ticket.code, "Cough")]
    assert [(one["note"], one["outcome"]) for one in export.consultations] == [("Rest", "recovered")]
    assert [one["what"] for one in export.reads] == ["exported"]
