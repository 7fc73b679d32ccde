"""On the wall: the latest call first and largest, told aloud one by one, whatever happens to the server."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.browser import WALL, Windows, axe, scrolls, until
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

UPRIGHT = (1080, 1920)
LATEST = "[data-part=latest]"
# Writes down every piece of sound that is played: when, from where in its recording, how long.
LISTEN = """
window.played = [];
const start = AudioBufferSourceNode.prototype.start;
AudioBufferSourceNode.prototype.start = function (when, offset, length) {
  window.played.push({ when, offset, length, whole: this.buffer.duration });
  return start.call(this, when, offset, length);
};
"""


IS_WHOLE = """code => {
  const frame = code.closest(".desk, .call, .latest").getBoundingClientRect();
  const { left, right } = code.getBoundingClientRect();
  return code.scrollWidth <= code.clientWidth + 1 && left >= frame.left && right <= frame.right;
}"""


def opened(windows: Windows, credential: str, size: tuple[int, int] = WALL) -> Page:
    page = windows.device("display", credential, size)
    page.add_init_script(LISTEN)
    page.goto("/display")
    expect(page.locator("#main[data-mood]")).to_be_visible()
    return page


def desk_code(page: Page, desk: str) -> str:
    return page.locator(".desk", has=page.get_by_text(desk, exact=True)).locator(".desk__code").inner_text()


def test_the_latest_call_is_first_and_largest(town: Town, windows: Windows) -> None:
    page = opened(windows, town.device("display"))
    first = town.call_next("Desk 1")
    latest = page.locator(LATEST)
    expect(latest.locator(".latest__code")).to_have_text(first)
    expect(latest).to_contain_text("Desk 1")
    expect(latest).to_have_class(re.compile("is-flashing"))
    second = town.call_next("Desk 3")
    expect(latest.locator(".latest__code")).to_have_text(second)
    expect(page.locator(".call").first).to_contain_text(first)
    # A recall counts as latest.
    key = town.call("GET", f"/snapshots?topic=desk:{town.desk('Desk 1')}", role="agent")[0]["state"][
        "current"
    ]["key"]
    town.call("POST", f"/tickets/{key}/recall", {}, "agent")
    expect(latest.locator(".latest__code")).to_have_text(first)
    expect(latest).to_contain_text("Desk 1")
    expect(page.locator(".call").first).to_contain_text(second)


def test_every_desk_has_its_code_and_every_queue_its_count(town: Town, windows: Windows) -> None:
    page = opened(windows, town.device("display"))
    expect(page.locator(".desk")).to_have_count(6)
    code = town.call_next("Desk 6")
    expect(page.locator(".desk", has_text="Desk 6").locator(".desk__code")).to_have_text(code)
    assert desk_code(page, "Desk 6") == code
    waiting = page.locator(".waiting", has_text="Certificates").locator("strong")
    before = int(waiting.inner_text())
    town.join("C")
    expect(waiting).to_have_text(str(before + 1))


def test_numbers_are_read_from_the_other_end_of_the_room(town: Town, windows: Windows) -> None:
    town.call_next("Desk 1")
    for size in (WALL, UPRIGHT):
        page = opened(windows, town.device("display"), size)
        tall = page.locator(".latest__code").evaluate("one => parseFloat(getComputedStyle(one).fontSize)")
        assert tall >= size[1] / 10
        assert 4 <= page.locator(".call:visible").count() <= 8
        assert not scrolls(page)
        assert axe(page) == []


def test_nobodys_name_hangs_on_the_wall(own_town: Town, own_windows: Windows) -> None:
    own_town.call("PATCH", f"/queues/{own_town.queue('C')}", {"rules": {"ask_name": True}})
    own_town.join("C", name="Kwabena Unmistakable")
    page = opened(own_windows, own_town.device("display"))
    assert "Kwabena" not in page.content()


def test_a_call_is_heard_after_one_touch_and_said_in_its_languages(
    own_town: Town, own_windows: Windows
) -> None:
    screens = {"voice_languages": ["en", "hi"], "voice_twice": False}
    own_town.call("PATCH", f"/branches/{own_town.branch()['id']}", {"screens": screens})
    page = opened(own_windows, own_town.device("display", volume=50))
    button = page.get_by_role("button", name="Enable sound")
    own_town.call_next("Desk 1")
    expect(page.locator(LATEST)).to_have_class(re.compile("is-flashing"))
    expect(page.locator(LATEST)).not_to_have_class(re.compile("is-flashing"), timeout=30_000)
    assert page.evaluate("played") == [], "a browser that was never touched makes no sound"
    button.click()
    expect(button).to_be_hidden()
    # The chime of the button itself.
    until(page, "played.length === 1")
    codes = [own_town.call_next("Desk 3"), own_town.call_next("Desk 5")]
    # Each: the chime, then in two languages at least "ticket", a letter, a digit, "go to", "desk", a number.
    until(page, "played.filter(one => one.length === one.whole).length === 3")
    until(page, "played.length >= 3 + 2 * 2 * 6")
    played = page.evaluate("played")
    ends = 0.0
    for one in played:
        assert one["when"] >= ends - 0.02, "one piece of sound begins before the other has ended"
        ends = one["when"] + one["length"]
    assert len(codes) == 2
    recordings = {round(one["whole"]) for one in played if one["length"] < one["whole"]}
    assert len(recordings) == 2, "two languages are two recordings"
    # It is remembered: next time a mark says that sound is off, until somebody touches the screen.
    page.reload()
    expect(page.get_by_label("Sound is off")).to_be_visible()
    expect(button).to_be_hidden()
    page.mouse.click(5, 5)
    expect(page.get_by_label("Sound is off")).to_be_hidden()


def test_quiet_hours_and_a_volume_of_nothing_are_silent(town: Town, windows: Windows) -> None:
    for settings in ({"volume": 0}, {"mute_from": "00:00", "mute_until": "23:59"}):
        page = opened(windows, town.device("display", **settings))
        page.mouse.click(5, 5)
        expect(page.get_by_label("Sound is off")).to_be_visible()
        code = town.call_next("Desk 4")
        expect(page.locator(".latest__code")).to_have_text(code)
        expect(page.locator(LATEST)).to_have_class(re.compile("is-flashing"))
        assert page.evaluate("played") == []


def test_what_hung_there_before_is_not_announced_and_neither_is_what_is_old(
    own_town: Town, own_windows: Windows
) -> None:
    own_town.call_next("Desk 1")
    page = opened(own_windows, own_town.device("display"))
    page.mouse.click(5, 5)
    expect(page.locator(LATEST)).not_to_have_class(re.compile("is-flashing"))
    own_town.call_next("Desk 2")
    expect(page.locator(LATEST)).to_have_class(re.compile("is-flashing"))
    until(page, "played.length > 0")


def test_a_display_outlives_its_server(own_town: Town, own_windows: Windows) -> None:
    page = opened(own_windows, own_town.device("display"))
    page.evaluate("window.same = true")
    own_windows.watch.forgive_cut_lines()
    before = own_town.call_next("Desk 1")
    expect(page.locator(".latest__code")).to_have_text(before)
    own_town.stop()
    expect(page.locator("#connection")).to_be_visible(timeout=30_000)
    # What was called stays readable; nothing else stands on the wall.
    expect(page.locator(".latest__code")).to_have_text(before)
    assert not scrolls(page)
    own_town.start()
    expect(page.locator("#connection")).to_be_hidden(timeout=30_000)
    after = own_town.call_next("Desk 3")
    expect(page.locator(".latest__code")).to_have_text(after)
    assert page.evaluate("window.same"), "it was not loaded anew"


def test_a_page_whose_scripts_did_not_come_is_loaded_anew(town: Town, windows: Windows) -> None:
    windows.watch.forgive("ERR_FAILED")
    page = windows.device("display", town.device("display"))
    page.clock.install()
    page.route("**/js/display/wall.js*", lambda route: route.abort(), times=1)
    page.goto("/display")
    page.clock.run_for(19_000)
    expect(page.locator("html")).not_to_have_attribute("data-alive", "yes")
    page.clock.run_for(2_000)
    expect(page.locator("html")).to_have_attribute("data-alive", "yes")


def test_settings_and_a_new_version_are_taken_over_without_a_hand(
    own_town: Town, own_windows: Windows
) -> None:
    credential = own_town.device("display")
    page = opened(own_windows, credential)
    (device,) = own_town.devices()
    own_town.call("PATCH", f"/devices/{device['id']}", {"settings": {"language": "ar", "theme": "dark"}})
    own_windows.watch.forgive_cut_lines()
    # It asks once a minute, and whenever the line comes back.
    own_town.stop()
    own_town.start()
    expect(page.locator("html")).to_have_attribute("lang", "ar", timeout=40_000)
    expect(page.locator("html")).to_have_attribute("data-theme", "dark")
    assert axe(page) == []


def test_when_nothing_is_called_people_are_asked_to_watch(own_town: Town, own_windows: Windows) -> None:
    branch = own_town.call(
        "POST", "/branches", {"name": "Quiet office", "time_zone": "Asia/Kolkata", "hours": {"weekly": {}}}
    )
    own_town.call("POST", f"/branches/{branch['id']}/queues", {"name": "Everything", "prefix": "A"})
    pairing = own_town.call("POST", "/pairings", {"kind": "display"})
    own_town.call("POST", f"/branches/{branch['id']}/devices", {"code": pairing["code"], "name": "Wall"})
    credential = own_town.call("POST", "/pairings/claim", {"claim": pairing["claim"]})["credential"]
    page = opened(own_windows, credential)
    always = {day: [["00:00", "24:00"]] for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun")}
    own_town.call("PATCH", f"/branches/{branch['id']}", {"hours": {"weekly": always}})
    expect(page.locator("h1")).to_have_text("Please watch for your number")
    own_town.call("PATCH", f"/branches/{branch['id']}", {"hours": {"weekly": {}}})
    expect(page.locator("h1")).to_have_text("We are closed now")
    assert axe(page) == []
    in_india = page.evaluate(
        "new Intl.DateTimeFormat('en', { timeStyle: 'short', timeZone: 'Asia/Kolkata' }).format(new Date())"
    )
    expect(page.locator("#clock")).to_have_text(re.compile(re.escape(in_india[:-5])))


def test_many_desks_with_long_names_still_find_room(own_town: Town, own_windows: Windows) -> None:
    branch = own_town.branch()
    queues = [queue["id"] for queue in branch["queues"]]
    for number in range(10):
        name = f"Consulting room for orthopaedics and trauma surgery {number}"
        desk = own_town.call("POST", f"/branches/{branch['id']}/desks", {"name": name, "queue_ids": queues})
        own_town.call("POST", f"/desks/{desk['id']}/call-next", {}, "agent")
    for layout in ("auto", "calls"):
        page = opened(own_windows, own_town.device("display", layout=layout))
        expect(page.locator(".desk")).to_have_count(16)
        assert not scrolls(page)
        # No number is cut: a code that lacks its end is another guest's code.
        for code in page.locator(".number:visible").all():
            assert code.evaluate(IS_WHOLE)


def test_less_motion_means_no_flashing(town: Town, windows: Windows) -> None:
    page = windows.device("display", town.device("display"), reduced_motion="reduce")
    page.goto("/display")
    expect(page.locator("#main[data-mood]")).to_be_visible()
    town.call_next("Desk 5")
    latest = page.locator(LATEST)
    expect(latest).to_have_class(re.compile("is-flashing"))
    assert latest.evaluate("one => getComputedStyle(one).animationName") == "none"
    assert latest.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


def test_a_new_display_pairs_by_its_code(own_town: Town, own_windows: Windows) -> None:
    page = own_windows.page(WALL)
    page.goto("/display")
    code = page.locator("#code")
    expect(code).to_have_text(re.compile(r"^.{8}$"))
    assert not scrolls(page)
    wish = {"code": code.inner_text().replace("\n", "-").lower(), "name": "Hall"}
    own_town.call("POST", f"/branches/{own_town.branch()['id']}/devices", wish)
    expect(page.locator("#main[data-mood]")).to_be_visible(timeout=30_000)
