"""At the kiosk: from the first touch to the ticket, in four languages, with and without paper or server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.journeys.browser import KIOSK, PHONE, TABLET, Windows, axe, scrolls, settled, until
from tests.journeys.kiosk import PRINTER, SCREEN, opened, take
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

LANDSCAPE = (1366, 768)
_RESTAURANT = 2


@pytest.fixture
def kiosk(town: Town, windows: Windows) -> Page:
    return opened(windows, town.device("kiosk"))


def test_one_touch_gives_a_ticket(town: Town, kiosk: Page) -> None:
    code = take(kiosk, "Certificates")
    words = kiosk.locator(".result__slip")
    expect(words).to_contain_text("Certificates")
    expect(words).to_contain_text(re.compile(r"\d+ people ahead of you|You are the next"))
    expect(words).to_contain_text("Civil registry")
    address = kiosk.locator(".result__address").inner_text()
    place = town.call("GET", f"/tickets/{address.rpartition('/')[2]}")
    assert place["code"] == code
    assert place["state"] == "waiting"


def test_the_qr_code_is_a_picture_with_its_quiet_zone(kiosk: Page) -> None:
    take(kiosk, "Certificates")
    picture = kiosk.locator(".result__code")
    expect(picture).to_have_js_property("complete", True)
    answer = kiosk.request.get(picture.get_attribute("src") or "")
    assert answer.headers["content-type"] == "image/svg+xml"
    assert "style" not in answer.text()
    # Black on white whatever the theme, and four empty modules at each side.
    assert 'fill="#fff"' in answer.text()
    size = int(re.findall(r'viewBox="0 0 (\d+) \d+"', answer.text())[0])
    assert (size - 8 - 17) % 4 == 0


def test_a_double_touch_gives_one_ticket(town: Town, kiosk: Page) -> None:
    before = waiting(town, "C")
    kiosk.locator(".service", has_text="Certificates").evaluate("card => { card.click(); card.click() }")
    expect(kiosk.locator(SCREEN.format("result"))).to_be_visible()
    assert waiting(town, "C") == before + 1


def test_an_answer_that_got_lost_is_given_again(town: Town, windows: Windows, kiosk: Page) -> None:
    windows.watch.forgive_cut_lines()
    before = waiting(town, "C")
    lost: list[str] = []

    def lose_the_first_answer(route: Route) -> None:
        if lost:
            route.continue_()
            return
        route.fetch()
        lost.append("answer")
        route.abort("connectionreset")

    kiosk.route("**/tickets", lose_the_first_answer)
    kiosk.locator(".service", has_text="Certificates").click()
    expect(kiosk.locator(SCREEN.format("result"))).to_be_visible()
    assert lost
    assert waiting(town, "C") == before + 1


def waiting(town: Town, prefix: str) -> int:
    queue = town.call("GET", f"/queues/{town.queue(prefix)}")
    return int(queue["waiting"])


def test_the_counts_on_the_cards_are_live(town: Town, kiosk: Page) -> None:
    before = waiting(town, "K")
    town.join("K")
    expect(kiosk.locator(".service", has_text="Parking permits")).to_contain_text(f"{before + 1} people")


def test_each_guest_finds_the_kiosk_as_new(town: Town, windows: Windows) -> None:
    page = windows.device("kiosk", town.device("kiosk"))
    page.add_init_script(PRINTER)
    page.clock.install()
    page.goto("/kiosk")
    page.locator("[data-language=es]").click()
    page.get_by_role("button", name=re.compile("contrast|contraste", re.IGNORECASE)).click()
    expect(page.locator("html")).to_have_attribute("lang", "es")
    code = take(page, "Certificates")
    ring = page.locator(".ring__seconds")
    assert 8 <= int(ring.inner_text()) <= 15
    page.clock.run_for(16_000)
    expect(page.locator(SCREEN.format("home"))).to_be_visible()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    assert page.locator("html").get_attribute("data-contrast") is None
    # Neither the screen, nor the paper, nor the way back in the browser knows the ticket any more.
    assert code not in page.content()
    assert page.evaluate("history.length") <= 2


def test_who_needs_longer_gets_longer(town: Town, windows: Windows) -> None:
    page = windows.device("kiosk", town.device("kiosk"))
    page.add_init_script(PRINTER)
    page.clock.install()
    page.goto("/kiosk")
    take(page, "Certificates")
    page.get_by_role("button", name="More time").click()
    page.clock.run_for(20_000)
    expect(page.locator(SCREEN.format("result"))).to_be_visible()
    page.get_by_role("button", name="Done").click()
    expect(page.locator(SCREEN.format("home"))).to_be_visible()


def test_a_kiosk_left_alone_warns_and_begins_anew(town: Town, windows: Windows) -> None:
    page = windows.device("kiosk", town.device("kiosk"))
    page.clock.install()
    page.goto("/kiosk")
    page.locator("[data-language=hi]").click()
    page.clock.run_for(31_000)
    warning = page.locator("dialog.idle")
    expect(warning).to_be_visible()
    warning.get_by_role("button").click()
    expect(warning).to_be_hidden()
    hear_from_the_server(town, page)
    page.clock.run_for(20_000)
    expect(page.locator("html")).to_have_attribute("lang", "hi")
    hear_from_the_server(town, page)
    page.clock.run_for(26_000)
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(warning).to_be_hidden()


def hear_from_the_server(town: Town, page: Page) -> None:
    """Let a message arrive: where only the page's clock runs, the server would seem to be silent for long."""
    queue = town.queue("K")
    count = page.locator(f"[data-queue='{queue}'] .service__waiting")
    before = count.inner_text()
    town.join("K")
    expect(count).not_to_have_text(before)


def test_a_queue_that_asks_gets_its_answers(own_town: Town, own_windows: Windows) -> None:
    rules = {
        "ask_name": True,
        "ask_party": True,
        "max_party": 12,
        "priorities": [
            {"code": "old", "name": "Over 70 years old", "head_start_s": 600},
            {"code": "child", "name": "With a small child", "head_start_s": 600},
        ],
    }
    own_town.call("PATCH", f"/queues/{own_town.queue('C')}", {"rules": rules})
    page = opened(own_windows, own_town.device("kiosk"))
    page.get_by_role("button", name="With a small child").click()
    page.locator(".service", has_text="Certificates").click()
    page.get_by_role("button", name="With a small child").click()
    page.get_by_role("button", name="More", exact=True).click()
    for digit in "12":
        page.get_by_role("button", name=digit, exact=True).click()
    expect(page.locator("output")).to_have_text("12 people")
    page.get_by_role("button", name="Go on").click()
    for letter in "AÑA":
        page.get_by_role("button", name=letter, exact=True).click()
    expect(page.locator("#name")).to_have_value("Aña")
    assert axe(page) == []
    page.get_by_role("button", name="Go on", exact=True).click()
    expect(page.locator(SCREEN.format("result"))).to_be_visible()
    # It has a name for staff; the paper and the screen have none.
    assert "Aña" not in page.content()
    key = page.locator(".result__address").inner_text().rpartition("/")[2]
    overview = own_town.call("GET", f"/snapshots?topic=overview:{own_town.branch()['id']}", role="agent")
    (row,) = [one for one in overview[0]["state"]["waiting"] if one["key"] == key]
    assert (row["name"], row["party_size"], row["priority"]) == ("Aña", 12, "With a small child")


def test_the_ticket_is_printed_on_paper_of_its_width(town: Town, windows: Windows) -> None:
    for width, points in (("80", 226.77), ("58", 164.41)):
        page = opened(windows, town.device("kiosk", paper=width))
        code = take(page, "Certificates")
        expect(page.locator(".result__paper")).to_have_text("Please take your ticket below.")
        until(page, "window.printed === 1")
        paper = page.pdf(prefer_css_page_size=True)
        assert len(re.findall(rb"/Type\s*/Page[^s]", paper)) == 1, "a slip is one piece of paper"
        wide, _ = map(float, re.findall(rb"/MediaBox\s*\[0 0 ([\d.]+) ([\d.]+)", paper)[0])
        assert wide == pytest.approx(points, abs=2)
        page.emulate_media(media="print")
        slip = page.locator("#slip")
        for words in (
            "Riverside",
            "Riverside Town Hall",
            "Certificates",
            code,
            "ahead of you",
            "No personal",
        ):
            expect(slip).to_contain_text(words)
        expect(page.locator("main")).to_be_hidden()


def test_without_paper_the_number_is_to_be_remembered(town: Town, windows: Windows) -> None:
    page = opened(windows, town.device("kiosk", paper="none"))
    take(page, "Certificates")
    expect(page.locator(".result__paper")).to_contain_text("remember your number")
    assert page.evaluate("window.printed") == 0


def test_a_printer_out_of_order_is_told_to_guest_and_staff(own_town: Town, own_windows: Windows) -> None:
    page = opened(own_windows, own_town.device("kiosk"))
    for _ in range(5):
        page.locator("#staff-door").click()
    with page.expect_response("**/kiosk/pulse"):
        page.get_by_role("button", name="The printer is out of order").click()
    assert [device["fault"] for device in own_town.devices()] == ["printer"]
    take(page, "Certificates")
    expect(page.locator(".result__paper")).to_contain_text("out of order")
    expect(page.locator(".result--phone .result__code")).to_be_visible()
    assert page.evaluate("window.printed") == 0
    page.reload()
    take(page, "Certificates")
    expect(page.locator(".result__paper")).to_contain_text("out of order")


def test_queues_say_why_they_give_no_ticket(own_town: Town, own_windows: Windows) -> None:
    for prefix, rules in (("P", {"max_waiting": 0}), ("D", {"walk_ins": False})):
        own_town.call("PATCH", f"/queues/{own_town.queue(prefix)}", {"rules": rules})
    own_town.call("POST", f"/queues/{own_town.queue('A')}/pause")
    page = opened(own_windows, own_town.device("kiosk"))
    for name, words in (
        ("Passports", "Full just now"),
        ("Driving", "Only with a reservation"),
        ("Change of address", "Takes a short break"),
    ):
        expect(page.locator(".service", has_text=name)).to_contain_text(words)
        expect(page.locator(".service", has_text=name)).to_be_disabled()
    expect(page.locator(".service", has_text="Certificates")).to_be_enabled()


def test_a_closed_house_says_when_it_opens(own_town: Town, own_windows: Windows) -> None:
    hours = {
        "weekly": {day: [["08:00", "08:01"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    }
    own_town.call("PATCH", f"/branches/{own_town.branch()['id']}", {"hours": hours})
    page = own_windows.device("kiosk", own_town.device("kiosk"))
    page.goto("/kiosk")
    expect(page.locator(SCREEN.format("closed"))).to_be_visible()
    expect(page.locator("h1")).to_have_text("We are closed now")
    expect(page.locator("[data-part=lead]")).to_have_text(re.compile(r"We open (today|tomorrow) at 8:00"))
    assert axe(page) == []


def test_many_queues_are_behind_their_departments(own_town: Town, own_windows: Windows) -> None:
    branch = own_town.branch()["id"]
    for place, prefix in enumerate("QRSTUVWXYZ"):
        wish = {"name": f"Counter service number {place}", "prefix": prefix}
        own_town.call("POST", f"/branches/{branch}/queues", wish)
    page = opened(own_windows, own_town.device("kiosk"))
    expect(page.locator(".service")).to_have_count(4)
    page.locator(".service", has_text="Other services").click()
    expect(page.locator("h1")).to_have_text("Other services")
    expect(page.locator(".service")).to_have_count(8)
    page.get_by_role("button", name="Next").click()
    expect(page.locator(".service")).to_have_count(2)
    expect(page.get_by_role("button", name="Next")).to_be_disabled()
    page.get_by_role("button", name="Back").click()
    expect(page.locator(".service", has_text="Civil registry")).to_be_visible()


def test_a_server_that_is_away_is_said_plainly_and_comes_back(own_town: Town, own_windows: Windows) -> None:
    page = opened(own_windows, own_town.device("kiosk"))
    own_windows.watch.forgive_cut_lines()
    own_town.stop()
    expect(page.locator(SCREEN.format("away"))).to_be_visible(timeout=15_000)
    expect(page.locator("h1")).to_have_text("Please see a member of staff")
    own_town.start()
    expect(page.locator(".service").first).to_be_visible(timeout=30_000)
    take(page, "Certificates")


def test_a_new_kiosk_shows_a_code_and_is_one_when_it_was_typed(own_town: Town, own_windows: Windows) -> None:
    page = own_windows.page(KIOSK)
    page.goto("/kiosk")
    code = page.locator("#code")
    expect(code).to_have_text(re.compile(r"^[2-9A-HJ-NP-Z]{8}$"))
    assert axe(page) == []
    wish = {"code": code.inner_text().replace("\n", " "), "name": "Lobby"}
    own_town.call("POST", f"/branches/{own_town.branch()['id']}/devices", wish)
    expect(page.locator(".service").first).to_be_visible(timeout=30_000)
    # It is the same device after a restart of server and browser.
    own_windows.watch.forgive_cut_lines()
    own_town.stop()
    own_town.start()
    page.goto("/kiosk")
    expect(page.locator(".service").first).to_be_visible()
    (device,) = own_town.devices()
    own_windows.watch.forgive("401")
    own_town.call("DELETE", f"/devices/{device['id']}")
    expect(page.locator("#code")).to_have_text(re.compile("^.{8}$"), timeout=40_000)


def test_the_keyboard_is_enough(kiosk: Page) -> None:
    for _ in range(30):
        kiosk.keyboard.press("Tab")
        if "Certificates" in str(kiosk.evaluate("document.activeElement.textContent")):
            break
    kiosk.keyboard.press("Enter")
    expect(kiosk.locator(SCREEN.format("result"))).to_be_visible()
    assert kiosk.evaluate("document.activeElement.tagName") == "H1"


@pytest.mark.parametrize("size", [PHONE, (320, 568)])
def test_on_a_screen_as_narrow_as_a_phone_every_key_is_in_reach(
    town: Town, windows: Windows, size: tuple[int, int]
) -> None:
    page = windows.device("kiosk", town.device("kiosk"), size, has_touch=True)
    page.goto("/kiosk")
    expect(page.locator(".service").first).to_be_visible()
    following = page.locator(".pages .button").last
    while not page.locator(".service", has_text="Vehicles and permits").is_visible():
        expect(following).to_be_in_viewport(ratio=1)
        following.click()
    for key in page.locator(".languages__key").all():
        expect(key).to_be_in_viewport(ratio=1)
        assert key.evaluate("key => key.getClientRects().length && key.scrollWidth <= key.clientWidth")
        lines = key.evaluate(
            "key => { const words = document.createRange(); words.selectNodeContents(key);"
            " return new Set([...words.getClientRects()].map(({ top }) => Math.round(top))).size }"
        )
        assert lines == 1
    assert not scrolls(page)


@pytest.mark.parametrize("size", [KIOSK, TABLET, LANDSCAPE])
def test_every_screen_fits_and_is_within_reach(town: Town, windows: Windows, size: tuple[int, int]) -> None:
    page = opened(windows, town.device("kiosk"), size)
    for language in ("hi", "es", "ar", "en"):
        page.locator(f"[data-language={language}]").click()
        assert not scrolls(page)
        check_targets(page, size)
    assert axe(page) == []
    for name in ("Larger text", "Larger text", "More contrast", "Keys lower down"):
        page.get_by_role("button", name=name).click()
        assert not scrolls(page)
        check_targets(page, size)
    assert axe(page) == []
    page.locator(".service").first.click()
    if page.locator("main[data-screen=group]").count():
        page.locator(".service").first.click()
    expect(page.locator(SCREEN.format("result"))).to_be_visible()
    assert not scrolls(page)
    assert axe(page) == []


def check_targets(page: Page, size: tuple[int, int]) -> None:
    """Every key is 72 px or more, whole on the screen, in its lower two thirds, and 16 px from the next."""
    boxes = settled(page, "main button")
    assert boxes
    for box in boxes:
        assert box["width"] >= 72
        assert box["height"] >= 72
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size[0] + 1
        assert box["y"] + box["height"] <= size[1] + 1
        assert box["y"] >= size[1] / 3
    for at, one in enumerate(boxes):
        for other in boxes[at + 1 :]:
            across = max(one["x"], other["x"]) - min(one["x"] + one["width"], other["x"] + other["width"])
            down = max(one["y"], other["y"]) - min(one["y"] + one["height"], other["y"] + other["height"])
            assert max(across, down) >= 14, (one, other)


@pytest.mark.parametrize("size", [LANDSCAPE, (1280, 800), (1920, 1080)])
def test_no_question_runs_into_the_keys_at_the_foot(
    town: Town, windows: Windows, size: tuple[int, int]
) -> None:
    page = opened(windows, town.device("kiosk", _RESTAURANT), size)
    page.locator(".service").first.click()
    for question, last in (
        ("How many people are you?", ".answer--wide"),
        ("What is your name?", ".typing__end"),
    ):
        expect(page.locator(".kiosk__title")).to_have_text(question)
        ends, foot = page.locator(last).bounding_box(), page.locator(".kiosk__foot").bounding_box()
        assert ends
        assert foot
        assert ends["y"] + ends["height"] <= foot["y"], question
        if "people" in question:
            page.get_by_role("button", name="2", exact=True).click()
