"""The check of the catalogues finds every kind of fault that a guest would meet."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog

SCRIPTS = Path(__file__).resolve().parents[2] / "scripts"
GOES = "Go to %(desk)s"
PEOPLE = ("%(n)s person", "%(n)s people")


@pytest.fixture(autouse=True)
def _scripts() -> Iterator[None]:
    sys.path.insert(0, str(SCRIPTS))
    yield
    sys.path.remove(str(SCRIPTS))


def found(language: str, *said: tuple[object, object], fuzzy: bool = False) -> list[str]:
    """Return what the check says of a catalogue that translates GOES and PEOPLE as `said`."""
    import check_i18n
    import messages

    source = Catalog()
    source.add(GOES, None, [("desk.html", 4)])
    source.add(PEOPLE, None, [("desk.html", 5)])
    translated = Catalog(locale=language)
    for message, text in said:
        translated.add(message, text, flags=["fuzzy"] if fuzzy else [])  # type: ignore[arg-type]
    rule = messages.PLURALS[language]
    translated.mime_headers = [("Plural-Forms", rule)]
    assert translated.plural_forms == rule
    return list(check_i18n.faults(language, source, translated))


def test_a_whole_catalogue_has_no_fault() -> None:
    assert not found("es", (GOES, "Vaya a %(desk)s"), (PEOPLE, ("%(n)s persona", "%(n)s personas")))


def test_a_form_for_one_may_leave_out_its_number() -> None:
    assert not found("es", (GOES, "Vaya a %(desk)s"), (PEOPLE, ("una persona", "%(n)s personas")))


@pytest.mark.parametrize(
    ("said", "fault"),
    [
        ([(GOES, "Vaya a %(desk)s")], "missing"),
        ([(GOES, "Vaya a %(desk)s"), (PEOPLE, ("", ""))], "empty"),
        ([(GOES, "Vaya a %(desk)s"), (PEOPLE, ("%(n)s persona", ""))], "empty"),
        ([(GOES, "Vaya a %(puesto)s"), (PEOPLE, ("%(n)s a", "%(n)s b"))], "other places"),
        ([(GOES, "Vaya"), (PEOPLE, ("%(n)s a", "%(n)s b"))], "other places"),
        ([(GOES, "Vaya a %(desk)s"), (PEOPLE, ("%(n)s a",))], "1 forms in place of 2"),
        (
            [(GOES, "Vaya a %(desk)s"), (PEOPLE, ("%(n)s a", "%(n)s b")), ("Gone", "Ido")],
            "not in the code any more",
        ),
    ],
)
def test_a_fault_is_named(said: list[tuple[object, object]], fault: str) -> None:
    faults = found("es", *said)
    assert len(faults) == 1
    assert fault in faults[0]


def test_what_was_only_guessed_is_no_translation() -> None:
    faults = found("es", (GOES, "Vaya a %(desk)s"), (PEOPLE, ("%(n)s a", "%(n)s b")), fuzzy=True)
    assert [fault.split(":")[0] for fault in faults] == ["fuzzy", "fuzzy"]


def test_arabic_needs_six_forms() -> None:
    faults = found("ar", (GOES, "%(desk)s"), (PEOPLE, ("%(n)s", "%(n)s")))
    assert faults == [f"2 forms in place of 6: {PEOPLE!r}"]


def test_the_messages_of_python_templates_and_scripts_are_all_found() -> None:
    import messages

    source = messages.extracted()
    places = {path for message in source if message.id for path, _ in message.locations}
    assert {path.rsplit(".", 1)[1] for path in places} == {"py", "html", "js"}
    assert source.get("Connection lost, trying again. Last update %(time)s.") is not None
