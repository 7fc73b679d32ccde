"""E-mail by SMTP: plain text, with pictures of codes where there are any; one Message-ID for every try."""

from __future__ import annotations

import ssl
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from html import escape
from typing import cast

import aiosmtplib

from nowserving.domain.messages.delivery import SENT, End, Letter, Outcome
from nowserving.domain.messages.templates import one_line
from nowserving.outside.clock import now

_CONNECT_S = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class MailServer:
    """Where e-mail is handed in, and in whose name. `security` is "starttls", "tls" or "none"."""

    host: str
    port: int
    sender: str
    security: str = "starttls"
    user: str = ""
    password: str = ""


@dataclass(frozen=True, slots=True)
class MailSender:
    """Hands letters to one SMTP server."""

    server: MailServer

    async def send(self, letter: Letter) -> Outcome:
        """Try once. 5xx is a refusal for good; everything else is worth another try."""
        server = self.server
        if "@" not in str(letter.to):
            return Outcome(End.NEVER, "bad_address")
        try:
            await aiosmtplib.send(
                written(letter, server.sender),
                hostname=server.host,
                port=server.port,
                username=server.user or None,
                password=server.password or None,
                use_tls=server.security == "tls",
                start_tls=server.security == "starttls",
                tls_context=ssl.create_default_context() if server.security != "none" else None,
                timeout=_CONNECT_S,
            )
        except (aiosmtplib.SMTPException, OSError, ValueError) as error:
            return _outcome_of(error)
        return SENT


def written(letter: Letter, sender: str) -> EmailMessage:
    """Return a letter as an e-mail. No header can hold more than its one line, whatever a name holds."""
    message = EmailMessage()
    name, address = parseaddr(sender)
    message["From"] = Address(one_line(name), addr_spec=address)
    message["To"] = Address(addr_spec=str(letter.to))
    message["Subject"] = one_line(letter.subject)
    # The same for every try: a mail box that gets it twice shows it once.
    message["Message-ID"] = f"<{letter.id}@{address.rpartition('@')[2]}>"
    message["Date"] = format_datetime(now())
    message["Auto-Submitted"] = "auto-generated"
    if letter.language:
        message["Content-Language"] = letter.language
    if letter.stop:
        message["List-Unsubscribe"] = f"<{letter.stop}>"
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(letter.text + "\n")
    if letter.pictures:
        _show_pictures(message, letter, address.rpartition("@")[2])
    if letter.calendar:
        message.add_attachment(
            letter.calendar,
            subtype="calendar",
            filename="reservation.ics",
            params={"method": letter.method},
        )
    return message


def _show_pictures(message: EmailMessage, letter: Letter, host: str) -> None:
    """Add the letter as a page with its pictures inside: nothing is fetched from anywhere to show it."""
    ids = [f"{letter.id}.{nth}@{host}" for nth, _ in enumerate(letter.pictures)]
    shown = "".join(
        f'<p dir="auto"><strong>{escape(one.of)}</strong><br>'
        f'<img src="cid:{of}" alt="QR: {escape(one.of)}" width="245"></p>'
        for of, one in zip(ids, letter.pictures, strict=True)
    )
    # The seats stand beside their codes; above them are the words alone.
    words, *_ = letter.text.split("\n")
    link = escape(letter.link)
    said = escape(words).replace(link, f'<a href="{link}">{link}</a>') if link else escape(words)
    page = (
        f'<!doctype html><html lang="{escape(letter.language)}"><meta charset="utf-8">'
        f'<body style="font:16px/1.5 sans-serif;max-width:40em"><p dir="auto">{said}</p>{shown}</body></html>'
    )
    message.add_alternative(page, subtype="html")
    as_page = cast(EmailMessage, list(message.iter_parts())[-1])
    for of, one in zip(ids, letter.pictures, strict=True):
        as_page.add_related(
            one.png, "image", "png", cid=f"<{of}>", disposition="inline", filename=f"{one.of}.png"
        )


def _outcome_of(error: Exception) -> Outcome:
    if isinstance(error, aiosmtplib.SMTPAuthenticationError):
        # Mended in the settings, not by the next try; but a letter must not be lost for it.
        return Outcome(End.AGAIN, "smtp_sign_in")
    if isinstance(error, aiosmtplib.SMTPRecipientsRefused):
        return _refused(error.recipients[0].code)
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return _refused(error.code)
    if isinstance(error, aiosmtplib.SMTPTimeoutError):
        return Outcome(End.AGAIN, "timeout")
    if isinstance(error, aiosmtplib.SMTPException | OSError):
        return Outcome(End.AGAIN, "unreachable")
    return Outcome(End.NEVER, "bad_address")


def _refused(code: int) -> Outcome:
    return Outcome(End.NEVER if code >= 500 else End.AGAIN, f"smtp_{code}")
