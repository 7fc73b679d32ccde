"""A guest's phone: the place that is true, the call that can't be missed, and a way out."""

from __future__ import annotations

import re
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import EYES, PHONE, Windows, axe
from tests.journeys.staff import until
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

_MOST_BYTES = 60_000
# Remembers every sentence that a screen reader is told at once.
_LISTEN = """() => {
  window.told = [];
  const alerter = document.getElementById("alerter");
  new MutationObserver(() => alerter.textContent && window.told.push(alerter.textContent)).observe(
    alerter, {childList: true, characterData: true, subtree: true});
}"""


def phone(windows: Windows, ticket: dict[str, Any], **how: Any) -> Page:
    """Return the page that the ticket's link opens."""
    page = windows.page(PHONE, **how)
    page.goto(f"/t/{ticket['key']}")
    return page


def ahead(page: Page, words: str) -> None:
    expect(page.locator("[data-when=waiting] h1")).to_have_text(words)


def is_in(page: Page, state: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", state)
    expect(page.locator(f"[data-when={state}] h1")).to_be_visible()


def test_the_place_on_the_phone_follows_the_line(own_town: Town, own_windows: Windows) -> None:
    tickets = [own_town.join("C") for _ in range(3)]
    before = int(own_town.call("GET", f"/tickets/{tickets[2]['key']}")["ahead"])
    page = phone(own_windows, tickets[2])
    ahead(page, f"{before} people ahead of you")
    expect(page.locator("[data-f=wait]")).to_have_text(re.compile(r"^(About \d+ to|Under) \d+ min$"))

    own_town.call("POST", f"/tickets/{tickets[0]['key']}/cancel", {})
    ahead(page, f"{before - 1} people ahead of you")
    own_town.call_next("Desk 4")
    ahead(page, f"{before - 2} people ahead of you")
    own_town.join("C")
    own_town.call("POST", f"/tickets/{tickets[1]['key']}/cancel", {})
    ahead(page, f"{before - 3} people ahead of you" if before > 4 else f"{before - 3} person ahead of you")
    truth = own_town.call("GET", f"/tickets/{tickets[2]['key']}")
    assert truth["ahead"] == before - 3
    assert page.locator(".people__one:visible").count() == min(truth["ahead"], 8)


def test_your_turn_fills_the_page_and_is_said_once_for_each_call(
    own_town: Town, own_windows: Windows
) -> None:
    ticket = own_town.join("B")
    page = phone(own_windows, ticket)
    is_in(page, "waiting")
    page.evaluate(_LISTEN)
    page.locator("#alert-me").click()
    expect(page.locator("#alert-me")).to_have_attribute("aria-pressed", "true")
    page.evaluate(
        "() => { window.shaken = 0; navigator.vibrate = () => { window.shaken += 1; return true } }"
    )
    own_town.call("POST", f"/desks/{own_town.desk('Desk 3')}/call", {"key": ticket["key"]}, "agent")

    is_in(page, "called")
    expect(page.locator(".say__desk")).to_have_text("Desk 3")
    expect(page).to_have_title(f"Your turn · {ticket['code']}")
    until(page, "window.told.length === 1 && window.shaken === 1")
    assert page.evaluate("window.told[0]") == f"It's your turn, {ticket['code']}. Please go to Desk 3."
    until(page, "getComputedStyle(document.body).backgroundColor === 'rgb(255, 197, 61)'")

    own_town.join("B")
    page.wait_for_timeout(400)
    assert page.evaluate("window.told.length") == 1
    own_town.call("POST", f"/tickets/{ticket['key']}/recall", {}, "agent")
    until(page, "window.told.length === 2 && window.shaken === 2")

    own_town.call("POST", f"/tickets/{ticket['key']}/start", {}, "agent")
    is_in(page, "serving")
    own_town.call("POST", f"/tickets/{ticket['key']}/finish", {}, "agent")
    is_in(page, "done")


def test_leaving_can_be_taken_back(town: Town, windows: Windows) -> None:
    ticket = town.join("K")
    page = phone(windows, ticket)
    is_in(page, "waiting")
    page.get_by_role("button", name="Leave the queue").click()
    is_in(page, "left")
    assert town.call("GET", f"/tickets/{ticket['key']}")["state"] == "left"
    back = page.get_by_role("button", name=re.compile("I want to stay"))
    expect(back).to_contain_text(re.compile(r"0:[0-5]\d|1:00"))
    back.click()
    is_in(page, "waiting")
    assert town.call("GET", f"/tickets/{ticket['key']}")["state"] == "waiting"


def test_a_transferred_guest_follows_the_other_line(own_town: Town, own_windows: Windows) -> None:
    ticket = own_town.join("D")
    page = phone(own_windows, ticket)
    is_in(page, "waiting")
    moved = {"queue_id": own_town.queue("K"), "where": "front"}
    own_town.call("POST", f"/tickets/{ticket['key']}/transfer", moved, "agent")
    expect(page.locator(".slip__queue")).to_have_text("Parking permits")
    ahead(page, "You are next")
    # Somebody of the new line who comes in front is noticed: the page hears that line now.
    other = own_town.join("D")
    own_town.call("POST", f"/tickets/{other['key']}/transfer", moved, "agent")
    ahead(page, "1 person ahead of you")


@pytest.mark.parametrize(("verb", "state"), [("park", "parked"), ("cancel", "cancelled")])
def test_what_staff_do_is_told_in_kind_words(town: Town, windows: Windows, verb: str, state: str) -> None:
    ticket = town.join("M", 1)
    page = phone(windows, ticket)
    is_in(page, "waiting")
    town.call("POST", f"/tickets/{ticket['key']}/{verb}", {}, "agent")
    is_in(page, state)


def test_a_missed_guest_is_told_and_comes_back_by_itself(own_town: Town, own_windows: Windows) -> None:
    ticket = own_town.join("A")
    page = phone(own_windows, ticket)
    is_in(page, "waiting")
    desk = own_town.desk("Desk 1")
    own_town.call("POST", f"/desks/{desk}/call", {"key": ticket["key"]}, "agent")
    is_in(page, "called")
    own_town.call("POST", f"/tickets/{ticket['key']}/no-show", {}, "agent")
    is_in(page, "no_show")
    own_town.call("POST", f"/tickets/{ticket['key']}/requeue", {"where": "front"}, "agent")
    is_in(page, "waiting")


def test_a_page_that_is_opened_after_the_end_follows_whoever_comes_back(
    own_town: Town, own_windows: Windows
) -> None:
    ticket = own_town.join("A")
    desk = own_town.desk("Desk 1")
    own_town.call("POST", f"/desks/{desk}/call", {"key": ticket["key"]}, "agent")
    own_town.call("POST", f"/tickets/{ticket['key']}/no-show", {}, "agent")
    page = phone(own_windows, ticket)
    is_in(page, "no_show")
    own_town.call("POST", f"/desks/{desk}/undo", None, "agent")
    is_in(page, "called")
    own_town.call("POST", f"/tickets/{ticket['key']}/no-show", {}, "agent")
    is_in(page, "no_show")
    page.reload()
    is_in(page, "no_show")
    expect(page.locator("#connection")).to_be_hidden()
    own_town.call("POST", f"/tickets/{ticket['key']}/requeue", {"where": "front"}, "agent")
    is_in(page, "waiting")


def test_a_call_to_no_desk_says_to_come_and_not_to_nowhere(own_town: Town, own_windows: Windows) -> None:
    ticket = own_town.join("T", 2)
    # Whether a seat is free for a party that joins depends on who has come before.
    if ticket["state"] == "waiting":
        own_town.call("POST", f"/tickets/{ticket['key']}/call")
    page = phone(own_windows, ticket)
    is_in(page, "called")
    words = f"It's your turn, {ticket['code']}. Please come now and say that you are here."
    expect(page.locator("#alerter")).to_have_text(words)
    expect(page.locator(".say__desk")).to_be_hidden()


@pytest.mark.parametrize(
    ("verb", "ended"), [("finish", "done"), ("no-show", "no_show"), ("cancel", "cancelled")]
)
def test_an_end_that_staff_take_back_is_taken_back_on_the_phone_at_once(
    own_town: Town, own_windows: Windows, verb: str, ended: str
) -> None:
    ticket = own_town.join("A")
    page = phone(own_windows, ticket)
    is_in(page, "waiting")
    desk = own_town.desk("Desk 1")
    own_town.call("POST", f"/desks/{desk}/call", {"key": ticket["key"]}, "agent")
    is_in(page, "called")
    body: dict[str, str] | None = {} if verb == "cancel" else None
    own_town.call("POST", f"/tickets/{ticket['key']}/{verb}", body, "agent")
    is_in(page, ended)
    own_town.call("POST", f"/desks/{desk}/undo", None, "agent")
    is_in(page, "called")


def test_who_stays_after_all_stays_in_every_tab(own_town: Town, own_windows: Windows) -> None:
    ticket = own_town.join("K")
    first, second = phone(own_windows, ticket), phone(own_windows, ticket)
    is_in(second, "waiting")
    first.get_by_role("button", name="Leave the queue").click()
    is_in(first, "left")
    is_in(second, "left")
    second.get_by_role("button", name=re.compile("I want to stay")).click()
    is_in(second, "waiting")
    is_in(first, "waiting")


def test_without_scripts_the_page_reads_itself_again(town: Town, windows: Windows) -> None:
    ticket = town.join("N", 1)
    page = phone(windows, ticket, java_script_enabled=False)
    ahead(page, f"{ticket['ahead']} people ahead of you" if ticket["ahead"] else "You are next")
    assert 'http-equiv="refresh"' in page.content()
    page.get_by_role("button", name="Leave the queue").click()
    is_in(page, "left")
    page.get_by_role("button", name=re.compile("I want to stay")).click()
    is_in(page, "waiting")


def test_looking_never_changes_anything(town: Town, windows: Windows) -> None:
    ticket = town.join("P")
    before = town.call("GET", f"/tickets/{ticket['key']}")
    page = phone(windows, ticket)
    for _ in range(3):
        page.reload()
    assert town.call("GET", f"/tickets/{ticket['key']}") == before


@pytest.mark.parametrize("key", ["aaaaaaaaaaaaaaaaaaaaaa", "short", "%00", "a" * 64])
def test_a_link_that_opens_nothing_says_so_kindly_and_nothing_else(
    town: Town, windows: Windows, key: str
) -> None:
    windows.watch.forgive("404")
    page = windows.page(PHONE)
    answer = page.goto(f"/t/{key}")
    assert answer is not None
    assert answer.status == 404
    assert answer.headers["cache-control"] == "no-store"
    expect(page.get_by_role("heading", name="There is no ticket here")).to_be_visible()


def test_the_page_is_light_private_and_talks_to_nobody_else(town: Town, windows: Windows) -> None:
    ticket = town.join("H", 1)
    page = windows.page(PHONE)
    network = page.context.new_cdp_session(page)
    network.send("Network.enable")
    sizes: list[float] = []
    hosts: set[str] = set()
    network.on("Network.loadingFinished", lambda one: sizes.append(one["encodedDataLength"]))
    page.on("request", lambda request: hosts.add(request.url.split("/")[2]))
    answer = page.goto(f"/t/{ticket['key']}")
    is_in(page, "waiting")
    page.wait_for_timeout(800)
    assert answer is not None
    assert answer.headers["cache-control"] == "no-store"
    assert "noindex" in answer.headers["x-robots-tag"]
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert hosts == {windows.base.removeprefix("http://")}
    assert sum(sizes) < _MOST_BYTES


def test_the_page_survives_a_cut_and_finds_the_truth(own_town: Town, own_windows: Windows) -> None:
    own_windows.watch.forgive_cut_lines()
    tickets = [own_town.join("C") for _ in range(2)]
    page = phone(own_windows, tickets[1])
    is_in(page, "waiting")
    own_town.stop()
    expect(page.locator("#connection")).to_be_visible(timeout=15_000)
    expect(page.locator("#code")).to_have_text(tickets[1]["code"])
    own_town.start()
    expect(page.locator("#connection")).to_be_hidden(timeout=30_000)
    own_town.call("POST", f"/tickets/{tickets[0]['key']}/cancel", {})
    truth = own_town.call("GET", f"/tickets/{tickets[1]['key']}")["ahead"]
    expect(page.locator("[data-when=waiting] h1")).to_have_text(re.compile(rf"^{truth} |You are next"))


@pytest.mark.parametrize(("scheme", "locale"), EYES)
def test_axe_is_content_in_every_state(town: Town, windows: Windows, scheme: str, locale: str) -> None:
    desk = town.desk("Room 4", 1)
    ticket = town.join("G", 1)
    page = phone(windows, ticket, color_scheme=scheme, locale=locale, reduced_motion="reduce")
    is_in(page, "waiting")
    assert axe(page) == []
    town.call("POST", f"/desks/{desk}/call", {"key": ticket["key"]}, "agent")
    is_in(page, "called")
    assert axe(page) == []
    town.call("POST", f"/tickets/{ticket['key']}/start", {}, "agent")
    is_in(page, "serving")
    assert axe(page) == []
    town.call("POST", f"/tickets/{ticket['key']}/park", {}, "agent")
    is_in(page, "parked")
    assert axe(page) == []
    town.call("POST", f"/tickets/{ticket['key']}/cancel", {}, "agent")
    is_in(page, "cancelled")
    assert axe(page) == []
