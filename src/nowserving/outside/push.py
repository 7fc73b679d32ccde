"""Web Push: declarative JSON, sealed for one browser, handed to the push service it has named."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import cast

from nowserving.domain.messages.delivery import SENT, End, Letter, Outcome
from nowserving.outside.post import Answer, NotAllowed, post
from nowserving.outside.sealing import PushKey, sealed

# How long a push service keeps a push for a phone that is off. A call an hour ago is no news.
_KEPT_S = 3600
_LONGEST_TEXT = 1_000
_RIGHT_TO_LEFT = ("ar",)


@dataclass(frozen=True, slots=True)
class PushSender:
    """Pushes in the name of one key. `anywhere` lets it post to private addresses: tests, closed networks."""

    key: PushKey
    anywhere: bool = False

    async def send(self, letter: Letter) -> Outcome:
        """Try once. 404 and 410 say that the browser takes no pushes any more."""
        subscription = cast(Mapping[str, str], letter.to)
        endpoint = subscription["endpoint"]
        try:
            body = sealed(payload(letter), subscription["p256dh"], subscription["auth"])
        except ValueError:
            return Outcome(End.GONE, "push_bad_key")
        try:
            answer = await post(endpoint, self._headers(letter, endpoint), body, anywhere=self.anywhere)
        except NotAllowed:
            return Outcome(End.GONE, "push_not_allowed")
        except OSError:
            return Outcome(End.AGAIN, "unreachable")
        return _outcome(answer)

    def _headers(self, letter: Letter, endpoint: str) -> dict[str, str]:
        return {
            "Authorization": self.key.signature(endpoint),
            "Content-Encoding": "aes128gcm",
            "Content-Type": "application/octet-stream",
            "TTL": str(_KEPT_S),
            "Urgency": "high" if letter.urgent else "normal",
            # A push that waits at the service is replaced by the same message's next try.
            "Topic": sha256(letter.id.encode()).hexdigest()[:32],
        }


def payload(letter: Letter) -> bytes:
    """Return the declarative form: a browser may show it by itself, or our worker does."""
    notification = {
        "title": letter.subject,
        "body": letter.text[:_LONGEST_TEXT],
        "navigate": letter.link,
        "lang": letter.language or "en",
        "dir": "rtl" if letter.language in _RIGHT_TO_LEFT else "ltr",
        # The same for every try, so the second one takes the place of the first.
        "tag": letter.id,
        "requireInteraction": letter.urgent,
    }
    said = {"web_push": 8030, "notification": notification}
    return json.dumps(said, ensure_ascii=False, separators=(",", ":")).encode()


def _outcome(answer: Answer) -> Outcome:
    if answer.code in (200, 201, 202, 204):
        return SENT
    reason = f"push_{answer.code}"
    if answer.code in (404, 410):
        return Outcome(End.GONE, reason)
    if answer.code == 429 or answer.code >= 500:
        return Outcome(End.AGAIN, reason, _pause_s(answer.headers.get("retry-after", "")))
    # Redirects are not followed; what else is wrong will be wrong again.
    return Outcome(End.NEVER, reason)


def _pause_s(given: str) -> int | None:
    return int(given) if re.fullmatch(r"[0-9]{1,6}", given) else None
