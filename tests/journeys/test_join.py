"""From the poster to one's turn, on the guest's own phone: no app, no account, no network for a while."""

from __future__ import annotations

import gzip
import json
import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import EYES, PHONE, Windows, axe, until
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

_MOST_BYTES = 60_000
_RESTAURANT = 2
# The worker has this page, and every file that it is made of.
_KEPT = """async () => {
  const pages = await (await caches.open("ns-pages-1")).keys();
  const files = await (await caches.open("ns-files-1")).keys();
  return pages.length === 1 && files.length > 20;
}"""


def is_in(page: Page, state: str) -> None:
    expect(page.locator("body")).to_have_attribute("data-state", state)
    expect(page.locator(f"[data-when={state}] h1")).to_be_visible()


def key_of(page: Page) -> str:
    return page.url.rpartition("/t/")[2]


def test_by_the_posters_address_to_ones_turn_with_the_keyboard_alone(
    own_town: Town, own_windows: Windows
) -> None:
    page = own_windows.page(PHONE)
    page.goto(f"/b/{own_town.branch()['id']}")
    page.get_by_role("link", name=re.compile("Births and marriages")).focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", name="Births and marriages")).to_be_visible()
    waiting = page.locator("[data-f=waiting]").inner_text()
    own_town.join("B")
    expect(page.locator("[data-f=waiting]")).not_to_have_text(waiting)
    page.get_by_role("button", name="Join the queue").focus()
    page.keyboard.press("Enter")
    is_in(page, "waiting")
    # Whoever scans the poster again is led back, not given a second place.
    key = key_of(page)
    page.goto(f"/q/{own_town.queue('B')}")
    page.get_by_role("link", name=re.compile("You have a place")).click()
    assert key_of(page) == key
    call = {"key": key, "anyway": True}
    own_town.call("POST", f"/desks/{own_town.desk('Desk 3')}/call", call, "agent")
    is_in(page, "called")
    expect(page.locator(".say__desk")).to_have_text("Desk 3")
    for verb in ("start", "finish"):
        own_town.call("POST", f"/tickets/{key}/{verb}", {}, "agent")
    page.get_by_role("radio", name="Very good").focus()
    page.keyboard.press("Space")
    page.get_by_role("button", name="Send").press("Enter")
    expect(page.get_by_text("Thank you for telling us.")).to_be_visible()


def test_a_party_joins_grows_is_called_and_two_phones_check_in_once(
    own_town: Town, own_windows: Windows
) -> None:
    own_windows.watch.forgive("409")
    first = own_windows.page(PHONE)
    first.goto(f"/q/{own_town.queue('T', _RESTAURANT)}")
    first.get_by_role("button", name="One more").click()
    first.get_by_label("What shall we call you?").fill("Noor")
    first.get_by_role("button", name="Join the queue").click()
    is_in(first, "waiting")
    first.get_by_text("We are 3 people").click()
    first.get_by_role("button", name="One more").click()
    first.get_by_role("button", name="Save").click()
    expect(first.get_by_text("We are 4 people")).to_be_visible()
    first.get_by_role("button", name="I'm on my way").click()
    expect(first.get_by_text("The staff know that you are on your way.")).to_be_visible()

    second = own_windows.page(PHONE)
    second.goto(f"/t/{key_of(first)}")
    own_town.call("POST", f"/tickets/{key_of(first)}/call", {})
    for page in (first, second):
        is_in(page, "called")
        expect(page.locator(".check-in")).to_contain_text(re.compile(r"\d:[0-5]\d"))
    # Both at once: neither waits for the other's answer.
    for page in (first, second):
        page.evaluate("document.querySelector('.check-in').click()")
    for page in (first, second):
        is_in(page, "serving")
    assert own_town.call("GET", f"/tickets/{key_of(first)}")["state"] == "serving"


def test_without_a_network_the_last_state_stays_says_its_age_and_comes_back_to_life(
    own_town: Town, own_windows: Windows
) -> None:
    own_windows.watch.forgive("net::ERR_", "503")
    tickets = [own_town.join("C") for _ in range(2)]
    page = own_windows.page(PHONE)
    page.goto(f"/t/{tickets[1]['key']}")
    is_in(page, "waiting")
    own_town.call("POST", f"/tickets/{tickets[0]['key']}/cancel", {})
    words = page.locator("[data-when=waiting] h1")
    ahead = own_town.call("GET", f"/tickets/{tickets[1]['key']}")["ahead"]
    expect(words).to_have_text(re.compile(rf"^{ahead} "))
    until(page, f"({_KEPT})()")
    page.context.set_offline(True)
    page.reload()

    expect(page.locator("#code")).to_have_text(tickets[1]["code"])
    # Not as the page was when it was opened: as the phone heard it last.
    expect(words).to_have_text(re.compile(rf"^{ahead} "))
    expect(page.locator("#connection")).to_contain_text("Connection lost, trying again. Last update")
    assert page.locator("html[data-kept]").count() == 1
    # Greyed at once, and with one time, in the zone of the branch.
    until(page, "getComputedStyle(document.querySelector('.slip')).opacity < 1")
    expect(page.locator("#updated")).to_be_hidden()
    page.get_by_role("button", name="Leave the queue").click()
    expect(page.locator("#toasts")).to_contain_text("Nothing was changed.")

    page.context.set_offline(False)
    expect(page.locator("#connection")).to_be_hidden(timeout=30_000)
    expect(page.locator("html[data-stale]")).to_have_count(0)
    is_in(page, "waiting")


def test_without_scripts_a_guest_joins_and_lets_others_pass(own_town: Town, own_windows: Windows) -> None:
    page = own_windows.page(PHONE, java_script_enabled=False)
    page.goto(f"/q/{own_town.queue('T', _RESTAURANT)}")
    page.get_by_label("How many people are you?").fill("5")
    page.get_by_role("button", name="Join the queue").click()
    is_in(page, "waiting")
    before = own_town.call("GET", f"/tickets/{key_of(page)}")["position"]
    own_town.join("T", _RESTAURANT, party_size=6)
    page.reload()
    page.get_by_role("link", name="I need more time").click()
    assert 'http-equiv="refresh"' not in page.content()
    page.get_by_role("button", name="1 party").click()
    is_in(page, "waiting")
    page.get_by_role("link", name="We are 5 people").click()
    page.get_by_label("How many people are you?").fill("3")
    page.get_by_role("button", name="Save").click()
    is_in(page, "waiting")
    assert own_town.call("GET", f"/tickets/{key_of(page)}")["party_size"] == 3
    assert own_town.call("GET", f"/tickets/{key_of(page)}")["position"] == before + 1


@pytest.mark.parametrize(("scheme", "locale"), EYES)
def test_axe_is_content_with_every_page_of_a_guest(
    town: Town, windows: Windows, scheme: str, locale: str
) -> None:
    page = windows.page(PHONE, color_scheme=scheme, locale=locale)
    desk, ticket = town.desk("Room 4", 1), town.join("H", 1)
    called = {"key": ticket["key"], "anyway": True}
    town.call("POST", f"/desks/{desk}/call", called, "agent")
    town.call("POST", f"/tickets/{ticket['key']}/finish", {}, "agent")
    queues = [town.queue("T", _RESTAURANT), town.queue("M", 1), town.queue("G", 1)]
    paths = [f"/q/{queue_id}" for queue_id in queues]
    paths += [f"/b/{town.branch(1)['id']}"]
    paths += [f"/t/{ticket['key']}{path}" for path in ("", "/show", "/data")]
    waiting = town.join("T", _RESTAURANT, party_size=2)
    town.join("T", _RESTAURANT, party_size=2)
    paths += [f"/t/{waiting['key']}/{path}" for path in ("party-size?wanted=3", "postpone", "contact")]
    for path in paths:
        page.goto(path)
        expect(page.locator("h1:visible, h2:visible").first).to_be_visible()
        assert axe(page) == [], path


def test_the_page_is_light_with_all_that_it_brings(town: Town, windows: Windows) -> None:
    """The 60 KB are for everything: pages, scripts, sheets, pictures and the worker."""
    ticket = town.join("H", 1)
    for path in (f"/t/{ticket['key']}", f"/q/{town.queue('T', _RESTAURANT)}"):
        page = windows.page(PHONE)
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        sizes: list[float] = []
        network.on("Network.loadingFinished", lambda one, into=sizes: into.append(one["encodedDataLength"]))
        page.goto(path)
        if "/t/" in path:
            until(page, f"({_KEPT})()")
        else:
            page.wait_for_timeout(500)
        worker = page.request.get("/worker.js").body() if "/t/" in path else b""
        assert sum(sizes) + len(gzip.compress(worker)) + 800 < _MOST_BYTES, path


def test_a_push_is_shown_in_its_own_words_by_the_worker(town: Town, whole_windows: Windows) -> None:
    ticket = town.join("H", 1)
    context = whole_windows.profile(PHONE, permissions=["notifications"])
    page = whole_windows.watch.over(context.new_page())
    page.goto(f"/t/{ticket['key']}")
    until(page, f"({_KEPT})()")
    line = context.new_cdp_session(page)
    known: list[str] = []
    line.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: known.extend(one["registrationId"] for one in told["registrations"]),
    )
    line.send("ServiceWorker.enable")
    page.wait_for_timeout(200)
    there = f"{town.base}/t/{ticket['key']}"
    notification = {"title": "It's your turn", "body": "Room 4", "navigate": there, "lang": "en"}
    push = {"web_push": 8030, "notification": notification}
    for data in (json.dumps(push), "no words of ours"):
        where = {"origin": town.base, "registrationId": known[0]}
        line.send("ServiceWorker.deliverPushMessage", {**where, "data": data})

    shown = """async () => (await (await navigator.serviceWorker.ready).getNotifications())
      .map((one) => [one.title, one.body, one.data.navigate])"""
    until(page, f"({shown})().then((all) => all.length === 2)")
    # What can't be read still says that there is something: a silent push is taken away by the browser.
    assert sorted(page.evaluate(shown)) == [["It's your turn", "Room 4", there], ["Now Serving", "", "/"]]
