"""Text messages, and alerts to staff, by the addresses of apprise: Twilio, Vonage, MSG91, Slack, ntfy, …

An address is a secret: it holds the account's token. apprise speaks synchronously, so each send has a
thread of its own for as long as it takes; what a provider holds up is a thread, and nothing else.
"""

from __future__ import annotations

import asyncio
import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import quote

from nowserving.domain.messages.delivery import SENT, End, Letter, Outcome

# Where the number of the guest stands in the address of a provider.
TO = "{to}"
_TIMES = "cto=5&rto=10"
_THREADS = 8
# They log whole addresses, and numbers and tokens stand in them.
_NOISY = ("apprise", "urllib3", "requests")


def _threads() -> ThreadPoolExecutor:
    return ThreadPoolExecutor(_THREADS, thread_name_prefix="apprise")


@dataclass(frozen=True, slots=True)
class SmsSender:
    """Sends to the number of a letter through one provider; `url` names it, with {to} in it."""

    url: str
    threads: ThreadPoolExecutor = field(default_factory=_threads)

    async def send(self, letter: Letter) -> Outcome:
        """Try once. apprise says only whether it went well, so all that did not is worth another try."""
        digits = quote(str(letter.to).lstrip("+"), safe="")
        return await _notify(self.threads, self.url.replace(TO, digits), "", letter.text)


@dataclass(frozen=True, slots=True)
class StaffSender:
    """Sends an alert to the address that a branch has set."""

    threads: ThreadPoolExecutor = field(default_factory=_threads)

    async def send(self, letter: Letter) -> Outcome:
        """Try once."""
        return await _notify(self.threads, str(letter.to), letter.subject, letter.text)


def understood(url: str) -> bool:
    """Tell whether apprise knows what to do with an address. Imports apprise, which takes a moment."""
    return _service(url.replace(TO, "15551234567")) is not None


async def _notify(threads: ThreadPoolExecutor, url: str, title: str, text: str) -> Outcome:
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(threads, _sent, url, title, text)


def _sent(url: str, title: str, text: str) -> Outcome:
    service = _service(url)
    if service is None:
        return Outcome(End.NEVER, "bad_address")
    try:
        return SENT if service.notify(body=text, title=title) else Outcome(End.AGAIN, "refused")
    except Exception:  # noqa: BLE001 - apprise promises no class of error.
        # A plug-in of a hundred; whatever it stumbles over, the next try may go well.
        return Outcome(End.AGAIN, "unreachable")


def _service(url: str) -> Any:
    """Return the provider of an address, silent: apprise would log numbers and addresses."""
    import apprise  # noqa: PLC0415 - it takes half a second, and few of those who start need it.

    for noisy in _NOISY:
        logging.getLogger(noisy).setLevel(logging.CRITICAL + 1)
    asset = apprise.AppriseAsset(secure_logging=True, async_mode=False)
    limited = f"{url}{'&' if '?' in url else '?'}{_TIMES}"
    try:
        return apprise.Apprise.instantiate(limited, asset=asset, suppress_exceptions=True)
    except Exception:  # noqa: BLE001 - apprise promises no class of error; this address is none.
        return None
