"""What comes by mail, in the hand: a time moved from its letter, an account from its first letter on."""

from __future__ import annotations

import re
import time
from collections.abc import Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from icalendar import Calendar
from playwright.sync_api import Browser, Page, expect

from tests.journeys.browser import PHONE, Windows, axe, watched
from tests.journeys.test_booking import service_of, shot
from tests.journeys.town import Town, copied
from tests.outside.office import Office, serving_mail

pytestmark = [pytest.mark.browser, pytest.mark.filterwarnings("ignore::DeprecationWarning")]

ANA = "ana@example.org"


@dataclass
class Post:
    """A town whose letters arrive."""

    town: Town
    office: Office
    read: int = 0

    def next(self, to: str = ANA) -> EmailMessage:
        """Return the next letter to somebody, once it is there."""
        ends = time.monotonic() + 30
        while time.monotonic() < ends:
            found = [letter for people, letter in self.office.letters[self.read :] if to in people]
            if found:
                self.read += 1
                letter: EmailMessage = found[0]
                return letter
            time.sleep(0.02)
        raise AssertionError(f"no letter for {to}")


@pytest.fixture(scope="module")
def post(built_town: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Post]:
    office = Office()
    town = copied(built_town, tmp_path_factory.mktemp("post") / "town")
    with serving_mail(office) as port:
        town.settings = {
            "NOWSERVING_BASE_URL": town.base,
            "NOWSERVING_SMTP_HOST": "127.0.0.1",
            "NOWSERVING_SMTP_PORT": str(port),
            "NOWSERVING_SMTP_SECURITY": "none",
            "NOWSERVING_MAIL_FROM": "Town Hall <queue@example.org>",
        }
        try:
            town.start()
            yield Post(town, office)
        finally:
            town.stop()


@pytest.fixture
def phones(chromium: Browser, post: Post) -> Iterator[Windows]:
    with watched(chromium, post.town.base) as opened:
        yield opened


def text_of(letter: EmailMessage) -> str:
    body = letter.get_body(("plain",))
    assert body is not None
    return str(body.get_content())


def link_in(letter: EmailMessage, path: str) -> str:
    """Return the address in a letter that leads to such a page of ours, without its host."""
    found = re.search(rf"https?://[^/\s]+({path})(?=\s|$)", text_of(letter))
    assert found, text_of(letter)
    return found[1]


def calendar_of(letter: EmailMessage) -> Any:
    (file,) = [one for one in letter.walk() if one.get_content_type() == "text/calendar"]
    (event,) = Calendar.from_ical(file.get_content()).walk("VEVENT")
    return event


def book(page: Page, path: str, **typed: str) -> str:
    """Take the first free time and return the path of the reservation."""
    page.goto(path)
    page.locator("#times button.slot:not(.slot--full)").first.click()
    for label, text in typed.items():
        page.get_by_label(label.replace("_", "-")).fill(text)
    page.get_by_role("button", name="Book this time").click()
    expect(page.get_by_text("Your reservation is confirmed")).to_be_visible()
    return "/r/" + page.url.partition("/r/")[2].partition("?")[0]


def test_a_time_is_moved_from_its_letter_and_the_calendar_follows(post: Post, phones: Windows) -> None:
    path = service_of(post.town)
    own = book(phones.page(PHONE), path, Name="Ana Ruiz", E_mail=ANA)
    booked = post.next()
    first = calendar_of(booked)
    # Another phone, another day: all that Ana has is the letter.
    page = phones.page(PHONE)
    page.goto(link_in(booked, f"{own}/move"))
    expect(page.get_by_text("It stays yours until you choose another one.")).to_be_visible()
    assert axe(page) == []
    shot(page, "letter-move")
    page.locator("#times button.slot:not(.slot--full)").last.click()
    expect(page.get_by_text("Your reservation is confirmed")).to_be_visible()
    now = post.town.call("GET", f"/reservations/{own.removeprefix('/r/')}")
    moved = calendar_of(post.next())
    assert moved["UID"] == first["UID"]
    assert moved["SEQUENCE"] > first["SEQUENCE"]
    assert moved["DTSTART"].dt > first["DTSTART"].dt
    assert now["start_at"].startswith(moved["DTSTART"].dt.strftime("%Y-%m-%dT%H:%M"))
    page.goto(link_in(booked, f"{own}/cancel"))
    page.get_by_role("button", name="Yes, cancel it").click()
    expect(page.get_by_text("This reservation was cancelled")).to_be_visible()
    assert calendar_of(post.next())["STATUS"] == "CANCELLED"


def enter(page: Page, password: str) -> None:
    page.get_by_label("E-mail").fill(ANA)
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Sign in").click()


def test_an_account_from_its_first_letter_to_a_new_password(post: Post, phones: Windows) -> None:
    # What is refused on the way is told to the console as well.
    phones.watch.forgive("status of 401", "status of 404", "status of 410", "status of 422")
    path = service_of(post.town, name="Residence permit")
    page = phones.page(PHONE)
    page.goto("/my/register")
    page.get_by_label("E-mail").fill(ANA)
    page.get_by_label("Name").fill("Ana Ruiz")
    page.get_by_role("button", name="Create the account").click()
    expect(page.get_by_role("heading", name="Please look into your mail")).to_be_visible()
    # Before the address is proved there is no way in.
    page.goto("/my/sign-in")
    enter(page, "a sentence to remember")
    expect(page.locator(".notice[role=alert]")).to_be_visible()
    page.goto(link_in(post.next(), r"/my/verify/[\w-]+"))
    assert axe(page) == []
    shot(page, "choose-password")
    page.get_by_label("Password").fill("a sentence to remember")
    page.get_by_role("button", name="Confirm and sign in").click()
    expect(page.get_by_text("Nothing booked")).to_be_visible()

    own = book(page, path, Name="Ana Ruiz", E_mail=ANA)
    post.next()
    page.goto("/my")
    mine = page.get_by_role("link", name=re.compile("Residence permit"))
    expect(mine).to_have_attribute("href", own)
    assert axe(page) == []
    shot(page, "my-reservations")

    # On another phone the password is forgotten; a new one signs this phone out, and nothing booked is lost.
    other = phones.page(PHONE)
    other.goto("/my/sign-in")
    other.get_by_role("link", name="Forgot the password?").click()
    other.get_by_label("E-mail").fill(ANA)
    other.get_by_role("button", name="Send me a link").click()
    expect(other.get_by_role("heading", name="Please look into your mail")).to_be_visible()
    letter = post.next()
    other.goto(link_in(letter, r"/my/reset/[\w-]+"))
    other.get_by_label("Password").fill("another sentence to remember")
    other.get_by_role("button", name="Set the password").click()
    enter(other, "another sentence to remember")
    expect(other.get_by_role("link", name=re.compile("Residence permit"))).to_be_visible()
    page.reload()
    expect(page.get_by_role("button", name="Sign in")).to_be_visible()
    # A link is good once.
    page.goto(link_in(letter, r"/my/reset/[\w-]+"))
    page.get_by_label("Password").fill("a third sentence to remember")
    page.get_by_role("button", name="Set the password").click()
    expect(page.locator(".notice[role=alert]")).to_be_visible()
