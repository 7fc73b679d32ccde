"""What is written to guests about their accounts: after the answer, so that no answer tells by its time.

These letters hold a secret of which only the hash is kept, so they stand in no outbox. A mail server that is
away for a moment gets another try; a letter that is lost all the same (a crash) is asked for again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Mapping

from starlette.background import BackgroundTask
from starlette.requests import Request

from nowserving.actions.accounts.registering import Sent, ask_for_reset
from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.delivery import End, Letter, Outcome
from nowserving.domain.messages.templates import fill, one_line
from nowserving.domain.people.account import account_email
from nowserving.domain.people.credentials import secret_hash
from nowserving.errors import N_, Invalid
from nowserving.outside.senders import Sender
from nowserving.store.layout import organisation
from nowserving.web.gate.hosts import vouched_base
from nowserving.web.house import House, house_of
from nowserving.web.looks.i18n import language_of, localiser

log = logging.getLogger(__name__)

_TRY_S = 20.0
# After how many seconds a letter is tried again that could not be delivered just now.
PAUSES_S = (2.0, 10.0)
_WORDS: Mapping[str, tuple[str, str]] = {
    "verify": (
        N_("{house}: please confirm your e-mail address"),
        N_(
            "Somebody, we hope you, asks for an account at {house}. Confirm it here: {link} "
            "If it was not you, do nothing."
        ),
    ),
    "known": (
        N_("{house}: you have an account already"),
        N_(
            "Somebody, we hope you, asks for an account at {house}. You have one. Forgot the password? {link}"
        ),
    ),
    "reset": (
        N_("{house}: a new password"),
        N_(
            "Set a new password for your account at {house} here, within half an hour: {link} "
            "If it was not you, do nothing."
        ),
    ),
}


def can_write(request: Request) -> bool:
    """Tell whether this house sends e-mail and knows its own address: else nobody can prove theirs."""
    return Channel.EMAIL in house_of(request).senders and vouched_base(request) != ""


def letter_after(request: Request, kind: str, sent: Sent) -> BackgroundTask:
    """Return the work of writing to an account's address, to be done once the answer is out."""
    house, base = house_of(request), vouched_base(request)
    path = {"verify": f"/my/verify/{sent.secret}", "known": "/my/forgot"}.get(
        kind, f"/my/reset/{sent.secret}"
    )
    language = sent.account.language or language_of(request)
    return BackgroundTask(_send, house, kind, sent.account.email, f"{base}{path}", language)


def reset_after(request: Request, email: object) -> BackgroundTask:
    """Return the work of a forgotten password: to look the address up takes time that tells something."""
    return BackgroundTask(_reset, house_of(request), vouched_base(request), email, language_of(request))


async def _reset(house: House, base: str, email: object, language: str) -> None:
    if not base:
        log.warning(
            "no letter for a new password: set NOWSERVING_BASE_URL, the caller's Host is not believed"
        )
        return
    try:
        address = account_email(email)
    except Invalid:
        return
    if not await house.limits.may_write_to(address):
        return
    sent = await house.store.write(ask_for_reset, actor="guest", email=address)
    if sent is not None:
        said = sent.account.language or language
        await _send(house, "reset", sent.account.email, f"{base}/my/reset/{sent.secret}", said)


async def _send(house: House, kind: str, to: str, link: str, language: str) -> None:
    sender = house.senders.get(Channel.EMAIL)
    if sender is None:
        return
    name = (await house.store.read(organisation)).name
    speaking = localiser(language)
    subject, text = (fill(speaking.gettext(one), {"house": name, "link": link}) for one in _WORDS[kind])
    letter = Letter(
        id=secret_hash(f"{kind} {to} {link}")[:26],
        channel=Channel.EMAIL,
        to=to,
        subject=one_line(subject),
        text=text,
        link=link,
        language=language,
    )
    outcome = await _tried(sender, letter)
    for pause_s in PAUSES_S:
        if outcome.end is not End.AGAIN:
            break
        await asyncio.sleep(pause_s)
        outcome = await _tried(sender, letter)
    if outcome.end is not End.SENT:
        log.warning("a letter about an account was not sent: %s", outcome.reason)


async def _tried(sender: Sender, letter: Letter) -> Outcome:
    try:
        async with asyncio.timeout(_TRY_S):
            return await sender.send(letter)
    except TimeoutError:
        return Outcome(End.AGAIN, "timeout")
