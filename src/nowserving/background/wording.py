"""From a claim to a letter: templates, languages, links. What is said depends on nothing but these."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from nowserving.actions.messages.claiming import Claim
from nowserving.background.promise_words import PromiseWords
from nowserving.domain.messages.channels import Channel
from nowserving.domain.messages.delivery import Letter
from nowserving.domain.messages.kinds import Kind
from nowserving.domain.messages.templates import MOST_SUBJECT, TOO_LATE_TO_CHANGE, fill, one_line
from nowserving.domain.messages.wanted import words_of
from nowserving.errors import N_

NO_MORE = N_("No more messages: {stop}")
_SOURCE = "en"


@dataclass(frozen=True, slots=True)
class Wording:
    """Writes letters. `speak` translates a message of ours; `look` tells minutes and position by ticket key.

    `promises` knows what letters about reservations say besides. `base_url` is the public address; without
    one there are no links, for nobody could open them.
    """

    speak: Callable[[str, str], str]
    base_url: str = ""
    look: Callable[[str], Mapping[str, str]] = lambda key: {}
    promises: PromiseWords = field(default_factory=PromiseWords)

    def letter(self, claim: Claim) -> Letter:
        """Return the letter of a claim, in its guest's language."""
        kind, language = claim.message.kind, claim.language or _SOURCE
        words, ours = words_of(claim.setup.wanted, kind, language)
        if ours and _is_too_late(claim):
            words = TOO_LATE_TO_CHANGE.get(kind, words)
        paths = self.promises.paths(claim) if claim.promise else {"link": "/t/%s", "stop": "/stop/%s"}
        links = {name: self._link(path.replace("%s", claim.key), claim) for name, path in paths.items()}
        link, stop = links["link"], links.get("stop", "")
        values = {
            "code": claim.code,
            "queue": claim.queue,
            "branch": claim.setup.branch,
            "desk": claim.desk,
            "text": claim.text,
            "stop": stop,
            "minutes": "",
            "position": "",
            **links,
            **(self.promises.values(claim, language) if claim.promise else self.look(claim.key)),
        }
        subject, text = (self.speak(language, one) if ours else one for one in words)
        said = fill(text, values)
        if claim.channel is Channel.EMAIL:
            said = _with_lines(said, links.values())
        body = "\n".join((said, *self.promises.seats(claim)))
        if stop and "{stop}" not in text and claim.channel is not Channel.PUSH:
            body = f"{body}\n{fill(self.speak(language, NO_MORE), values)}"
        return Letter(
            id=claim.message.id,
            channel=claim.channel,
            to=claim.to,
            subject=one_line(fill(subject, values))[:MOST_SUBJECT],
            text=body,
            link=link,
            stop=stop,
            language=language,
            urgent=kind is Kind.TURN,
            **self.promises.attached(claim, self.base_url, link),
        )

    def _link(self, path: str, claim: Claim) -> str:
        if not path or not (claim.key or claim.promise):
            return ""
        # A browser that takes pushes knows where it got its worker from: a path is enough for it.
        return f"{self.base_url}{path}" if self.base_url or claim.channel is Channel.PUSH else ""


def _is_too_late(claim: Claim) -> bool:
    """Tell whether the guest could change nothing any more when the letter was written."""
    until = claim.promise.change_until_at if claim.promise else None
    return until is not None and until <= claim.message.created_at


def _with_lines(text: str, links: Iterable[str]) -> str:
    """Return a text in which each link ends its line: in one long line nobody finds the right one."""
    for link in sorted(filter(None, set(links)), key=len, reverse=True):
        text = text.replace(f"{link} ", f"{link}\n")
    return text
