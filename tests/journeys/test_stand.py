"""At the host's stand: parties are added, called by the queue itself, seated, freed, and brought back."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import DESKTOP, EYES, PHONE, TABLET, Windows, axe
from tests.journeys.staff import signed_in
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

TRATTORIA = 2
_PREFIXES = iter("ABCDEFGHIJKLMNOPQRSUVWXYZ")


@dataclass(frozen=True)
class Stand:
    """A waitlist of one test's own, at the demo's restaurant."""

    town: Town
    id: str

    @property
    def path(self) -> str:
        return f"/stand/{self.id}"

    def party(self, size: int, name: str = "", **more: Any) -> dict[str, Any]:
        """Let a party join from its phone."""
        asked = {"party_size": size, **({"name": name} if name else {}), **more}
        found: dict[str, Any] = self.town.call("POST", f"/queues/{self.id}/tickets", asked)
        return found

    def seated(self, size: int, name: str = "") -> dict[str, Any]:
        """Let a party join, be called, and check in."""
        party = self.party(size, name)
        found: dict[str, Any] = self.town.call("POST", f"/tickets/{party['key']}/check-in", {})
        assert found["state"] == "serving"
        return found


def opened(town: Town, capacity: int, **rules: Any) -> Stand:
    """Add a waitlist to the restaurant."""
    asked = {
        "admission": "automatic",
        "capacity": capacity,
        "counts": "covers",
        "check_in_window_s": 600,
        "service_limit_s": 3600,
        "fit": "fill",
        "fit_passes": 2,
        "ask_name": True,
        "ask_party": True,
        "remote_join": True,
        "max_party": 12,
        **rules,
    }
    body = {"name": "Terrace", "prefix": "X" + next(_PREFIXES), "rules": asked}
    return Stand(town, town.call("POST", f"/branches/{town.branch(TRATTORIA)['id']}/queues", body)["id"])


def at_stand(windows: Windows, stand: Stand, size: tuple[int, int] = TABLET, **how: Any) -> Page:
    """Return a page at a stand, live."""
    page = signed_in(windows, stand.path, size=size, **how)
    expect(page.locator("#waiting[data-painted]")).to_be_attached()
    return page


def row(page: Page, kind: str, name: str) -> Locator:
    """Return a party in one of the lists."""
    return page.locator(f"#{kind} > .party", has_text=name)


def press(page: Page, kind: str, name: str, verb: str) -> None:
    """Press a verb of a party; where there is little room it stands in the party's menu."""
    party = row(page, kind, name)
    expect(party).to_be_visible()
    button = party.locator(f".party__verbs > [value='{verb}']")
    if not button.is_visible():
        party.locator("summary").click()
        button = party.locator(f".menu__list [value='{verb}']")
    button.click()


def add(page: Page, size: int, name: str) -> None:
    """Add a party as a host does: its size, its name, Enter."""
    page.locator(f"#add-form [name=party_size][value='{size}']").click()
    expect(page.locator("#add-name")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Enter")
    expect(page.locator("#add-name")).to_be_hidden()


def seats(page: Page, free: int, used: int) -> None:
    """Wait until the stand says so many seats are free and used."""
    expect(page.locator("#gauge [data-f=free]")).to_have_text(str(free))
    expect(page.locator("#gauge [data-f=used]")).to_have_text(str(used))


def test_a_family_of_five_is_passed_by_two_couples_and_then_seated(town: Town, windows: Windows) -> None:
    stand = opened(town, 6)
    stand.seated(4, "Long Lunch")
    page = at_stand(windows, stand)
    seats(page, 2, 4)

    add(page, 5, "Family")
    family = row(page, "waiting", "Family")
    expect(family).to_be_visible()
    for time, couple in enumerate(("First Couple", "Second Couple"), 1):
        add(page, 2, couple)
        expect(row(page, "called", couple)).to_be_visible()
        passed = "passed once" if time == 1 else "passed 2 times"
        expect(family.locator("[data-f=passed]")).to_have_text(passed)
        press(page, "called", couple, "seat")
        press(page, "seated", couple, "free")
        seats(page, 2, 4)

    # Twice is as often as the rule allows: now the line waits for the family.
    add(page, 2, "Third Couple")
    expect(row(page, "waiting", "Third Couple")).to_be_visible()
    press(page, "seated", "Long Lunch", "free")
    expect(row(page, "called", "Family")).to_be_visible()
    seats(page, 1, 5)
    press(page, "called", "Family", "seat")
    expect(row(page, "seated", "Family")).to_contain_text(re.compile("left"))
    expect(row(page, "waiting", "Third Couple")).to_be_visible()


def test_a_party_is_called_by_itself_checks_in_on_its_phone_and_is_freed(
    town: Town, windows: Windows
) -> None:
    page = at_stand(windows, opened(town, 4), size=DESKTOP)
    page.keyboard.press("4")
    expect(page.locator("#add-name")).to_be_focused()
    page.keyboard.type("Novak")
    page.keyboard.press("Enter")
    called = row(page, "called", "Novak")
    expect(called.locator("[data-f=left]")).to_have_text(re.compile(r"(9:\d\d|10:00)"))
    seats(page, 0, 4)
    key = called.get_attribute("data-key")

    phone = windows.page(PHONE)
    phone.goto(f"/t/{key}")
    phone.get_by_role("button", name=re.compile("I'm here|I am here")).click()
    expect(row(page, "seated", "Novak")).to_be_visible()
    press(page, "seated", "Novak", "free")
    expect(row(page, "seated", "Novak")).to_have_count(0)
    seats(page, 4, 0)


def test_undo_brings_a_table_back(town: Town, windows: Windows) -> None:
    stand = opened(town, 4)
    party = stand.seated(3, "Okafor")
    page = at_stand(windows, stand)
    press(page, "seated", "Okafor", "free")
    seats(page, 4, 0)
    undo = page.locator("#undo")
    expect(undo).to_contain_text(f"Undo {party['code']}: freed")
    expect(undo.locator("time")).to_have_text(re.compile(r"0:[0-5]\d|1:00"))
    undo.locator("button").click()
    expect(row(page, "seated", "Okafor")).to_be_visible()
    seats(page, 1, 3)
    expect(undo).to_be_hidden()


def test_who_is_called_by_hand_may_bring_the_house_over_its_capacity(town: Town, windows: Windows) -> None:
    stand = opened(town, 4)
    stand.seated(4, "Full House")
    stand.party(3, "Old Friend")
    page = at_stand(windows, stand)
    expect(page.locator("#gauge")).to_have_attribute("data-level", "full")
    press(page, "waiting", "Old Friend", "call")
    expect(row(page, "called", "Old Friend")).to_be_visible()
    over = page.locator("#gauge [data-f=over_part]")
    expect(over).to_contain_text("Over")
    expect(over.locator("dd")).to_have_text("3")
    expect(page.locator("#gauge")).to_have_attribute("data-level", "over")


def test_a_wait_past_its_quote_is_said_in_colour_icon_and_words(town: Town, windows: Windows) -> None:
    stand = opened(town, 2)
    stand.seated(2)
    stand.party(2, "Patient", quoted_s=1)
    stand.party(2, "Fresh", quoted_s=1800)
    page = at_stand(windows, stand)
    late = row(page, "waiting", "Patient").locator("[data-f=level]")
    expect(late).to_have_attribute("data-level", "past")
    expect(late.locator("[data-f=past]")).to_be_visible()
    fine = row(page, "waiting", "Fresh").locator("[data-f=level]")
    expect(fine).to_have_attribute("data-level", "fine")
    expect(fine.locator("[data-f=past]")).to_be_hidden()


def test_the_size_of_a_party_changes_and_the_seats_with_it(town: Town, windows: Windows) -> None:
    stand = opened(town, 6)
    stand.seated(2, "Growing")
    page = at_stand(windows, stand)
    party = row(page, "seated", "Growing")
    party.locator("summary").click()
    party.locator("[name=party_size]").fill("5")
    party.get_by_role("button", name="Save").click()
    expect(party.locator("[data-f=size]")).to_have_text("5")
    seats(page, 1, 5)


def test_more_time_at_the_table(town: Town, windows: Windows) -> None:
    stand = opened(town, 4)
    stand.seated(2, "Slow Food")
    page = at_stand(windows, stand)
    left = row(page, "seated", "Slow Food").locator("[data-f=left]")
    expect(left).to_have_text(re.compile("59 min|1 h"))
    press(page, "seated", "Slow Food", "extend:10")
    expect(left).to_have_text(re.compile("1 h (9|10) min"))


def test_a_party_that_overstays_is_shown_and_keeps_its_seats(town: Town, windows: Windows) -> None:
    stand = opened(town, 4, service_limit_s=1, overstay="show")
    stand.seated(3, "Dessert")
    page = at_stand(windows, stand)
    level = row(page, "seated", "Dessert").locator("[data-f=level]")
    expect(level).to_have_attribute("data-level", "past")
    expect(level.locator("[data-f=over_words]")).to_have_text("over the time")
    seats(page, 1, 3)


def test_who_missed_the_call_is_brought_back(town: Town, windows: Windows) -> None:
    stand = opened(town, 4)
    stand.party(4, "Dreamer")
    page = at_stand(windows, stand)
    press(page, "called", "Dreamer", "no-show")
    missed = row(page, "missed", "Dreamer")
    expect(missed).to_contain_text("missed")
    seats(page, 4, 0)
    press(page, "missed", "Dreamer", "requeue:front")
    expect(row(page, "called", "Dreamer")).to_be_visible()
    expect(page.locator("#missed-card")).to_be_hidden()


def test_a_word_to_everybody_waiting(town: Town, windows: Windows) -> None:
    stand = opened(town, 2)
    stand.seated(2)
    guest = stand.party(2)
    page = at_stand(windows, stand)
    page.keyboard.press("m")
    expect(page.locator("#tell-text")).to_be_focused()
    page.keyboard.type("The kitchen is a little behind.")
    page.get_by_role("button", name="Tell everybody").click()
    expect(page.locator("#told")).to_contain_text("The kitchen is a little behind.")
    phone = windows.page(PHONE)
    phone.goto(f"/t/{guest['key']}")
    expect(phone.locator("body")).to_contain_text("The kitchen is a little behind.")

    page.get_by_role("button", name="Take back").click()
    expect(page.locator("#told")).to_be_hidden()


def test_what_guests_say_on_their_phones_is_seen_at_once(town: Town, windows: Windows) -> None:
    stand = opened(town, 2)
    stand.seated(2)
    guest = stand.party(2, "On Foot")
    page = at_stand(windows, stand)
    phone = windows.page(PHONE).request
    assert phone.post(f"/api/v1/tickets/{guest['key']}/coming", data={"minutes": 5}).ok
    coming = row(page, "waiting", "On Foot").locator("[data-f=promised_badge]")
    expect(coming).to_have_text(re.compile(r"Needs time, here by \d"))
    assert phone.delete(f"/api/v1/tickets/{guest['key']}").ok
    expect(row(page, "waiting", "On Foot")).to_have_count(0)
    expect(page.locator(".toast")).to_contain_text("On Foot")
    expect(page.locator(".toast")).to_contain_text("has left the queue")


def test_running_late_adds_to_every_estimate(town: Town, windows: Windows) -> None:
    page = at_stand(windows, opened(town, 4))
    page.keyboard.press("l")
    page.get_by_role("button", name="10 minutes more").click()
    late = page.locator("#late-menu summary")
    expect(late).to_have_text("10 min late")
    late.click()
    page.get_by_role("button", name="5 minutes more", exact=True).click()
    expect(late).to_have_text("15 min late")
    late.click()
    page.get_by_role("button", name="On time again").click()
    expect(late).to_have_text("Running late")


def test_a_whole_evening_by_keyboard(town: Town, windows: Windows) -> None:
    page = at_stand(windows, opened(town, 2), size=DESKTOP)
    page.keyboard.press("2")
    page.keyboard.type("Keys")
    page.keyboard.press("Enter")
    expect(page.locator("#add-name")).to_be_hidden()
    expect(row(page, "called", "Keys")).to_be_visible()
    page.keyboard.press("ArrowDown")
    expect(row(page, "called", "Keys")).to_be_focused()
    page.keyboard.press("s")
    expect(row(page, "seated", "Keys")).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("f")
    expect(row(page, "seated", "Keys")).to_have_count(0)
    page.keyboard.press("u")
    expect(row(page, "seated", "Keys")).to_be_visible()
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()


def test_the_main_verbs_work_without_scripts(town: Town, windows: Windows) -> None:
    stand = opened(town, 4)
    page = signed_in(windows, stand.path, size=DESKTOP, java_script_enabled=False)
    page.locator("#add-form [value='4']").check()
    page.locator("#add-name").fill("Plain")
    page.locator("#add-form [value=add]").click()
    expect(row(page, "called", "Plain")).to_be_visible()
    press(page, "called", "Plain", "seat")
    expect(row(page, "seated", "Plain")).to_be_visible()
    press(page, "seated", "Plain", "extend:15")
    expect(row(page, "seated", "Plain")).to_contain_text(re.compile(r"1 h 1\d min"))
    press(page, "seated", "Plain", "free")
    expect(row(page, "seated", "Plain")).to_have_count(0)
    page.get_by_role("button", name="Undo").click()
    expect(row(page, "seated", "Plain")).to_be_visible()


def test_a_refusal_is_said_and_nothing_is_lost(town: Town, windows: Windows) -> None:
    windows.watch.forgive("422")
    page = at_stand(windows, opened(town, 4, ask_contact="optional"))
    page.locator("#add-form [value='2']").click()
    page.keyboard.type("Typo")
    page.locator("#add-phone").fill("12")
    page.keyboard.press("Enter")
    expect(page.locator(".toast")).to_contain_text("phone number")
    expect(page.locator("#add-name")).to_have_value("Typo")


def test_there_is_a_way_from_the_start_page_and_the_overview(town: Town, windows: Windows) -> None:
    page = signed_in(windows, "/", size=DESKTOP)
    section = page.locator("section", has=page.get_by_role("heading", name="Trattoria Aurora"))
    section.get_by_role("link", name=re.compile("Host's stand")).first.click()
    expect(page.locator("#gauge")).to_be_visible()
    page.get_by_role("link", name="All queues").first.click()
    page.locator(".topbar").get_by_role("link", name=re.compile("stand")).click()
    expect(page).to_have_url(re.compile("/stand"))


def test_a_display_shows_who_is_called_and_no_desk(town: Town, windows: Windows) -> None:
    stand = opened(town, 4)
    party = stand.party(2)
    display = windows.device("display", town.device("display", TRATTORIA))
    display.goto("/display")
    expect(display.locator("[data-part=code]")).to_have_text(party["code"])
    expect(display.locator("[data-part=desk]")).to_be_hidden()


@pytest.mark.parametrize("size", [(360, 800), PHONE, TABLET, DESKTOP])
def test_a_stand_never_scrolls_sideways(town: Town, windows: Windows, size: tuple[int, int]) -> None:
    path = f"/stand/{town.queue('T', TRATTORIA)}"
    page = signed_in(windows, path, size=size)
    expect(page.locator("#waiting[data-painted]")).to_be_attached()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    page.locator("#add-form [value='3']").click()
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]


@pytest.mark.parametrize(("scheme", "locale"), EYES)
def test_axe_is_content(town: Town, windows: Windows, scheme: str, locale: str) -> None:
    path = f"/stand/{town.queue('T', TRATTORIA)}"
    page = signed_in(windows, path, color_scheme=scheme, locale=locale)
    expect(page.locator("#waiting[data-painted]")).to_be_attached()
    assert axe(page) == []
    page.locator("#add-form [value='more']").click()
    page.locator("#tell-menu summary").click()
    assert axe(page) == []
    page.goto("/stand?all")
    assert axe(page) == []
