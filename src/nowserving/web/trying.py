"""One letter to see whether a channel works: what comes back is a class of outcome, and nothing else."""

from __future__ import annotations

import asyncio

from nowserving.actions.messages.roads import is_spent
from nowserving.domain.layout.branch import Branch
from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.contact import email_from, phone_from
from nowserving.domain.messages.delivery import End, Letter
from nowserving.domain.values import choice
from nowserving.errors import N_, Conflict, invalid_field
from nowserving.outside.sms import understood
from nowserving.store.messages.contacts import Setup, setup_of
from nowserving.web.house import House
from nowserving.web.looks.i18n import localiser

TRY_S = 20.0
WORDS = N_("A test from Now Serving. If you can read this, messages arrive.")


async def try_channel(house: House, branch: Branch, channel: object, to: object) -> str:
    """Send one letter to a number, an address or the staff; return "sent", "again" or "never".

    Raises Invalid for a channel or an address that is none, Conflict for what nobody has set up and for a
    text message where the day's limit is spent.
    """
    wanted = choice(channel, "/channel", Channel)
    sender = house.senders.get(wanted)
    if sender is None:
        raise Conflict("no_channel", N_("Nobody has set this channel up on the server."))
    setup = await house.store.read(setup_of, branch.id)
    address = _address(wanted, to, setup)
    if not address:
        raise invalid_field("/to", "required", N_("This field is missing."))
    # A trial costs what any text message costs, and is no way around what the branch wants to pay.
    if wanted is Channel.SMS and await house.store.read(is_spent, branch.id, setup, house.store.clock()):
        raise Conflict("sms_limit", N_("The day's limit of text messages was reached."))
    words = localiser("en").gettext(WORDS)
    trial = f"test-{house.store.clock()}"
    letter = Letter(id=trial, channel=wanted, to=address, subject=branch.name, text=words)
    try:
        async with asyncio.timeout(TRY_S):
            outcome = await sender.send(letter)
    except TimeoutError:
        return End.AGAIN.value
    return outcome.end.value


def check_understood(alert_url: object) -> None:
    """Raise Invalid for an address of alerts that nobody could send to. It takes a moment."""
    if isinstance(alert_url, str) and alert_url and not understood(alert_url):
        message = N_("This must be an address that apprise knows, like ntfys://ntfy.sh/my-topic.")
        raise invalid_field("/alert_url", "bad_alert_url", message)


def _address(channel: Channel, to: object, setup: Setup) -> str | None:
    if channel is Channel.EMAIL:
        return email_from(to, "/to")
    if channel is Channel.SMS:
        return phone_from(to, "/to", setup.wanted.country_code)
    if channel is Channel.STAFF:
        return setup.alert_url
    raise invalid_field("/channel", "not_a_choice", N_("A push can be tried from a guest's page only."))
