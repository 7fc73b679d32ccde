"""At the desk: agents call, serve, set aside, change their minds: by mouse, by keyboard, or by neither."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.journeys.browser import DESKTOP, EYES, PHONE, TABLET, Windows, axe
from tests.journeys.staff import at_desk, current, is_at, live, nobody_is_at, signed_in, until
from tests.journeys.town import Town

pytestmark = pytest.mark.browser

STRIP = (360, 800)
COUNT_NOTES = """() => {
  window.notes = 0;
  const make = AudioContext.prototype.createOscillator;
  AudioContext.prototype.createOscillator = function () { window.notes += 1; return make.call(this); };
}"""


# Call a ticket from the first row, as soon as a dialog that was just left has said so (at the next frame).
PRESS_CALL = """async (key) => {
  const drawn = () => new Promise((done) => requestAnimationFrame(done));
  await drawn(), await drawn();
  const form = document.querySelector("#next form");
  form.elements.key.value = key;
  form.querySelector("[value=call]").click();
}"""


def first_row(page: Page) -> str:
    """Return the code of whoever is next."""
    code: str = page.locator("#next > li .number").first.inner_text()
    return code


def row(page: Page, code: str) -> Locator:
    return page.locator("#next > li", has=page.locator(".number", has_text=code))


def test_call_next_takes_the_first_and_finishes_the_visit_before(town: Town, windows: Windows) -> None:
    page = at_desk(windows, town, "Desk 1")
    first = first_row(page)
    page.locator("#call-next").click()
    is_at(page, first, "called")
    second = first_row(page)
    assert second != first
    page.locator("#call-next").click()
    is_at(page, second, "called")
    expect(row(page, first)).to_have_count(0)


def test_two_desks_that_press_at_once_get_two_different_people(town: Town, windows: Windows) -> None:
    one, two = at_desk(windows, town, "Desk 1"), at_desk(windows, town, "Desk 2")
    for _ in range(4):
        before = {current(one), current(two)}
        # Pressed in both before either has an answer.
        for page in (one, two):
            page.evaluate("document.getElementById('call-next').click()")
        for page in (one, two):
            expect(page.locator("#now")).to_have_attribute("data-state", "called")
            expect(page.locator("#current .now__code")).not_to_have_text(re.compile("|".join(before)))
        assert current(one) != current(two)
        expect(one.locator(".toast")).to_have_count(0)
        expect(two.locator(".toast")).to_have_count(0)


def test_a_whole_visit_by_keyboard_alone(town: Town, windows: Windows) -> None:
    page = windows.page()
    page.goto(f"/sign-in?next=/desk/{town.desk('Desk 3')}")
    page.keyboard.type("agent")
    page.keyboard.press("Tab")
    page.keyboard.type("town-hall-demo")
    page.keyboard.press("Enter")
    live(page)

    first = first_row(page)
    page.keyboard.press("n")
    is_at(page, first, "called")
    page.keyboard.press("r")
    expect(page.locator("#current [data-f=calls]")).to_contain_text("called 2 times")
    page.keyboard.press("s")
    is_at(page, first, "serving")
    page.keyboard.press("f")
    nobody_is_at(page)
    page.keyboard.press("Control+z")
    is_at(page, first, "serving")
    page.keyboard.press("f")
    nobody_is_at(page)

    second = page.locator("#next > li .number").nth(1).inner_text()
    page.keyboard.press("2")
    is_at(page, second, "called")
    page.keyboard.press("x")
    nobody_is_at(page)
    page.keyboard.press("?")
    expect(page.locator("#help")).to_be_visible()
    page.keyboard.press("n")
    nobody_is_at(page)
    page.keyboard.press("Escape")
    expect(page.locator("#help")).to_be_hidden()


def test_letters_are_letters_in_a_field_and_where_they_are_switched_off(town: Town, windows: Windows) -> None:
    page = at_desk(windows, town, "Desk 4")
    if page.locator("#current").is_visible():
        page.keyboard.press("f")
    nobody_is_at(page)
    page.keyboard.press("/")
    page.keyboard.type("nx")
    expect(page.locator("#find")).to_have_value("nx")
    page.keyboard.press("Escape")

    page.locator("#settings > summary").click()
    page.locator("#keyboard-on").uncheck()
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    nobody_is_at(page)

    page.reload()
    live(page)
    page.keyboard.press("n")
    page.wait_for_timeout(300)
    nobody_is_at(page)


def test_undo_puts_a_call_back_and_says_how_long_it_can(town: Town, windows: Windows) -> None:
    page = at_desk(windows, town, "Desk 5")
    before, first = current(page), first_row(page)
    page.locator("#call-next").click()
    is_at(page, first, "called")
    undo = page.locator("#undo")
    expect(undo).to_contain_text(f"Undo {first}: called")
    expect(undo.locator("time")).to_have_text(re.compile(r"0:[0-5]\d|1:00"))
    undo.locator("button").click()
    is_at(page, before, "serving")
    assert first_row(page) == first
    expect(undo).to_be_hidden()


def test_a_ticket_at_another_desk_is_asked_for_and_the_other_desk_is_told(
    town: Town, windows: Windows
) -> None:
    windows.watch.forgive("409")  # A refusal that is asked about; the browser notes it all the same.
    mine, theirs = at_desk(windows, town, "Room 1", 1), at_desk(windows, town, "Room 2", 1)
    theirs.locator("#call-next").click()
    expect(theirs.locator("#now")).to_have_attribute("data-state", "called")
    code = current(theirs)
    key = theirs.locator("#current [data-f=key]").input_value()
    # As if the row had still been on this screen when it was pressed.
    mine.evaluate(PRESS_CALL, key)
    question = mine.locator("#elsewhere")
    expect(question).to_contain_text(f"{code} is at Room 2. Call it here all the same?")
    question.get_by_role("button", name="Leave it there").click()
    is_at(theirs, code, "called")

    mine.evaluate(PRESS_CALL, key)
    question.get_by_role("button", name="Call it here").click()
    is_at(mine, code, "called")
    nobody_is_at(theirs)
    expect(theirs.locator("#notices [data-told]")).to_contain_text(f"{code} was called to Room 1 instead.")


def test_a_no_show_asks_nothing_and_offers_the_way_back(town: Town, windows: Windows) -> None:
    page = at_desk(windows, town, "Desk 6")
    page.locator("#call-next").click()
    expect(page.locator("#now")).to_have_attribute("data-state", "called")
    code = current(page)
    page.get_by_role("button", name="No-show").click()
    nobody_is_at(page)
    toast = page.locator(".toast")
    expect(toast).to_contain_text(f"{code} did not come.")
    toast.get_by_role("button", name="To the front").click()
    queue = page.locator("#next > li").filter(has=page.locator(".number", has_text=code))
    expect(queue).to_have_count(1)


def test_parked_transferred_and_cancelled(town: Town, windows: Windows) -> None:
    page = at_desk(windows, town, "Room 3", 1)
    page.locator("#call-next").click()
    expect(page.locator("#now")).to_have_attribute("data-state", "called")
    parked = current(page)
    page.locator("#current").get_by_role("button", name="Park").click()
    aside = page.locator("#aside > li")
    expect(aside.filter(has_text=parked)).to_have_count(1)
    aside.filter(has_text=parked).get_by_role("button", name="Call").click()
    is_at(page, parked, "called")

    page.locator("#current [data-ask=transfer]").click()
    dialog = page.locator("#transfer")
    expect(dialog).to_contain_text(parked)
    dialog.get_by_text("Certified copies").click()
    dialog.get_by_text("Front").click()
    dialog.get_by_role("button", name="Transfer").click()
    nobody_is_at(page)
    expect(page.locator(".toast").last).to_contain_text(f"{parked} goes to Certified copies.")

    cancelled = first_row(page)
    page.locator("#next > li").first.locator("summary").click()
    page.locator("#next > li").first.get_by_role("button", name="Cancel ticket").click()
    expect(page.locator(".toast").last).to_contain_text(f"{cancelled} is cancelled.")
    expect(page.locator("#next > li").first).not_to_contain_text(cancelled)
    page.locator(".toast").last.get_by_role("button", name="Undo").click()
    expect(page.locator("#next > li").first).to_contain_text(cancelled)


def test_somebody_without_a_ticket_is_served_at_once(town: Town, windows: Windows) -> None:
    page = at_desk(windows, town, "Room 4", 1)
    page.keyboard.press("w")
    dialog = page.locator("#walk-in")
    dialog.get_by_text("Land records").click()
    dialog.get_by_role("button", name="Give a ticket").click()
    expect(page.locator("#now")).to_have_attribute("data-state", "called")
    expect(page.locator("#current .now__queue")).to_have_text("Land records")


def test_a_desk_pauses_closes_and_opens(town: Town, windows: Windows) -> None:
    page = at_desk(windows, town, "Room 5", 1)
    page.keyboard.press("f")
    nobody_is_at(page)
    page.get_by_role("button", name="Pause").click()
    expect(page.locator("#nobody")).to_contain_text("This desk is paused.")
    page.get_by_role("button", name="Close desk").click()
    expect(page.locator("#nobody")).to_contain_text("This desk is closed.")
    page.get_by_role("button", name="Open desk").click()
    expect(page.locator("#nobody")).to_contain_text("Nobody is at this desk.")


def test_somebody_who_joins_an_empty_line_is_announced_in_the_title(
    own_town: Town, own_windows: Windows
) -> None:
    own_windows.watch.forgive("409")
    page = at_desk(own_windows, own_town, "Desk 3")
    for _ in range(30):
        if page.locator("#next > li").count() == 0:
            break
        page.keyboard.press("n")
        page.wait_for_timeout(150)
    expect(page.locator("#next-none")).to_be_visible()
    expect(page).to_have_title("Desk 3 · Now Serving")
    page.keyboard.press("n")
    expect(page.locator(".toast").last).to_contain_text("Nobody is waiting. Time to breathe.")
    page.evaluate(COUNT_NOTES)
    code = own_town.join("B")["code"]
    expect(page).to_have_title("(1) Desk 3 · Now Serving")
    expect(page.locator("#next > li").first).to_contain_text(code)
    until(page, "window.notes > 0")


def test_a_device_remembers_its_desk_and_changes_it_with_one_press(town: Town, windows: Windows) -> None:
    page = at_desk(windows, town, "Desk 2")
    page.goto("/desk")
    expect(page).to_have_url(re.compile(town.desk("Desk 2")))
    live(page)
    page.locator(".place-switch > summary").click()
    page.locator(".place-switch").get_by_role("link", name="Desk 4").click()
    expect(page).to_have_url(re.compile(town.desk("Desk 4")))


def test_a_desk_where_somebody_sits_warns(town: Town, windows: Windows) -> None:
    page = signed_in(windows, "/desk?all", login="gita")
    card = page.locator(".desk-card", has_text="Room 6")
    expect(card).to_contain_text("Lena Berg is here")
    card.click()
    expect(page.locator("#occupied")).to_contain_text("Lena Berg works at this desk.")
    page.get_by_role("button", name="Take this desk over").click()
    expect(page.locator("#occupied")).to_be_hidden()


def test_everything_works_without_scripts(town: Town, windows: Windows) -> None:
    page = signed_in(windows, "/desk?all", java_script_enabled=False)
    page.goto(f"/desk/{town.desk('Desk 2')}")
    page.get_by_role("button", name=re.compile("Call next")).click()
    code = current(page)
    page.get_by_role("button", name="Start").click()
    expect(page.locator("#now")).to_have_attribute("data-state", "serving")
    page.get_by_role("link", name="Transfer").click()
    page.get_by_text("Driving licences").click()
    page.get_by_role("button", name="Transfer").click()
    nobody_is_at(page)
    page.get_by_role("button", name=re.compile("Undo")).click()
    assert current(page) == code
    page.get_by_role("button", name="Finish").click()
    page.get_by_role("link", name="Walk-in").click()
    page.get_by_role("button", name="Give a ticket").click()
    expect(page.locator("#now")).to_have_attribute("data-state", "called")


@pytest.mark.parametrize("size", [STRIP, PHONE, TABLET, DESKTOP])
def test_a_desk_never_scrolls_sideways(town: Town, windows: Windows, size: tuple[int, int]) -> None:
    page = at_desk(windows, town, "Desk 1", size=size)
    assert page.evaluate("document.documentElement.scrollWidth") <= size[0]
    expect(page.locator("#call-next")).to_be_in_viewport()


@pytest.mark.parametrize(("scheme", "locale"), EYES)
def test_axe_is_content(town: Town, windows: Windows, scheme: str, locale: str) -> None:
    page = signed_in(windows, "/desk?all", color_scheme=scheme, locale=locale)
    desk = f"/desk/{town.desk('Desk 1')}"
    found = {"/desk?all": axe(page)}
    for path in (desk, f"/overview/{town.branch()['id']}", f"{desk}/walk-in", "/"):
        page.goto(path)
        if path == desk:
            live(page)
        found[path] = axe(page)
    assert {path: against for path, against in found.items() if against} == {}


def test_axe_is_content_with_dialogs_and_menus_open(town: Town, windows: Windows) -> None:
    page = at_desk(windows, town, "Desk 2")
    page.locator("#settings > summary").click()
    assert axe(page) == []
    page.keyboard.press("Escape")
    for key, dialog in (("?", "#help"), ("w", "#walk-in")):
        page.keyboard.press(key)
        expect(page.locator(dialog)).to_be_visible()
        assert axe(page) == []
        page.keyboard.press("Escape")
