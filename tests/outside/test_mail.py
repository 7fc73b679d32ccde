"""E-mail, handed to a real SMTP server on this machine."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from typing import Any

import pytest

from nowserving.domain.messages.delivery import End, Letter, Outcome, Picture
from nowserving.outside.mail import MailSender, MailServer, written
from tests.outside.office import Office, serving_mail
from tests.servers import free_port

pytestmark = [pytest.mark.anyio, pytest.mark.filterwarnings("ignore::DeprecationWarning")]


@pytest.fixture
def office() -> Iterator[tuple[Office, MailSender]]:
    handler = Office()
    with serving_mail(handler) as port:
        sender = "Town Hall <queue@example.org>"
        yield handler, MailSender(MailServer(host="127.0.0.1", port=port, security="none", sender=sender))


def letter(**more: Any) -> Letter:
    plain = {"id": "m1", "channel": "email", "to": "ana@example.net", "subject": "Your turn", "text": "Come."}
    return Letter(**{**plain, **more})


async def test_a_letter_arrives_in_plain_text_with_a_way_out(office: tuple[Office, MailSender]) -> None:
    handler, sender = office
    sent = letter(
        text="आपकी बारी है, A-001", subject="A-001: آپ کی باری", stop="https://q.example/stop/k", language="hi"
    )
    assert await sender.send(sent) == Outcome(End.SENT)
    ((to, message),) = handler.letters
    assert to == ["ana@example.net"]
    assert message["From"] == "Town Hall <queue@example.org>"
    assert message["Subject"] == "A-001: آپ کی باری"
    assert message["Message-ID"] == "<m1@example.org>"
    assert message["List-Unsubscribe"] == "<https://q.example/stop/k>"
    assert message["Auto-Submitted"] == "auto-generated"
    assert message.get_content_type() == "text/plain"
    assert message.get_content().strip() == "आपकी बारी है, A-001"


async def test_pictures_stand_inside_the_letter_and_the_plain_text_goes_without(
    office: tuple[Office, MailSender],
) -> None:
    handler, sender = office
    link = "https://q.example/booked/k"
    text = f"Your seats are booked. {link}\nStalls, <A>, 1\nStalls, A, 2"
    pictures = (Picture("Stalls, <A>, 1", b"first"), Picture("Stalls, A, 2", b"second"))
    calendar = {"calendar": "BEGIN:VCALENDAR", "method": "REQUEST"}
    await sender.send(letter(text=text, link=link, pictures=pictures, language="es", **calendar))
    ((_, message),) = handler.letters
    words, file = message.iter_parts()
    assert file.get_content_type() == "text/calendar"
    plain, page = words.iter_parts()
    assert plain.get_content().splitlines() == text.splitlines()
    html, *shown = page.iter_parts()
    written_page = html.get_content()
    assert f'<a href="{link}">' in written_page
    assert "Stalls, &lt;A&gt;, 1" in written_page
    assert "<A>" not in written_page
    assert [one.get_content() for one in shown] == [b"first", b"second"]
    for one in shown:
        assert f'src="cid:{one["Content-ID"].strip("<>")}"' in written_page
    # Whoever opens it is not seen by anybody: all of it came along.
    assert 'src="http' not in written_page


async def test_a_second_try_has_the_same_id(office: tuple[Office, MailSender]) -> None:
    handler, sender = office
    await sender.send(letter())
    await sender.send(letter())
    assert {message["Message-ID"] for _, message in handler.letters} == {"<m1@example.org>"}


@pytest.mark.parametrize(
    "evil", ["x\r\nBcc: eve@example.net", "x\nBcc: eve@example.net", "x\u2028Bcc: e@x.org"]
)
async def test_a_line_break_in_a_subject_or_name_is_inert(
    office: tuple[Office, MailSender], evil: str
) -> None:
    handler, sender = office
    assert await sender.send(letter(subject=evil)) == Outcome(End.SENT)
    ((to, message),) = handler.letters
    assert to == ["ana@example.net"]
    assert message["Bcc"] is None
    assert "Bcc" in message["Subject"]


@pytest.mark.parametrize("address", ["ana@example.net\r\nRCPT TO:<eve@example.net>", "not an address", ""])
async def test_an_address_that_is_none_goes_nowhere(office: tuple[Office, MailSender], address: str) -> None:
    handler, sender = office
    assert (await sender.send(letter(to=address))).end is End.NEVER
    assert handler.letters == []


@pytest.mark.parametrize(
    ("answer", "end", "reason"),
    [("550 no such user ana@example.net", End.NEVER, "smtp_550"), ("451 later", End.AGAIN, "smtp_451")],
)
async def test_what_the_server_says_decides_and_is_not_repeated(
    office: tuple[Office, MailSender], answer: str, end: End, reason: str
) -> None:
    handler, sender = office
    handler.refuse = answer
    assert await sender.send(letter()) == Outcome(end, reason)
    handler.refuse, handler.answer = "", answer
    assert await sender.send(letter()) == Outcome(end, reason)


async def test_a_server_that_hangs_can_be_broken_off(office: tuple[Office, MailSender]) -> None:
    handler, sender = office
    handler.slow_s = 30
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.5):
            await sender.send(letter())


async def test_a_server_that_is_away_is_worth_another_try() -> None:
    server = MailServer(host="127.0.0.1", port=free_port(), security="none", sender="a@example.org")
    assert await MailSender(server).send(letter()) == Outcome(End.AGAIN, "unreachable")


async def test_a_server_without_tls_gets_no_letter_where_tls_is_wanted(
    office: tuple[Office, MailSender],
) -> None:
    handler, sender = office
    server = MailServer(host="127.0.0.1", port=sender.server.port, sender="a@example.org")
    assert (await MailSender(server).send(letter())).end is End.AGAIN
    assert handler.letters == []


def test_the_sender_can_not_smuggle_a_header_in() -> None:
    message = written(letter(), "Evil\r\nBcc: eve@example.net <queue@example.org>")
    assert message["Bcc"] is None
