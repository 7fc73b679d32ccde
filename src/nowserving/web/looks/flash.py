"""A word of success that survives one redirect: its name in a cookie, its words in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from nowserving.errors import N_
from nowserving.web.looks.i18n import language_of, localiser

COOKIE = "ns_said"
_SECONDS = 20

WORDS: Mapping[str, str] = {
    "saved": N_("Saved."),
    "created": N_("Added."),
    "archived": N_("Closed for good."),
    "removed": N_("Removed."),
    "moved": N_("Moved."),
    "paused": N_("Paused: nobody can join for now."),
    "resumed": N_("People can join again."),
    "paired": N_("Paired. The device starts by itself in a moment."),
    "revoked": N_("Shut out. The device shows a new code now."),
    "key_revoked": N_("Revoked. The next request with this key is refused."),
    "disabled": N_("Access taken away."),
    "enabled": N_("Access given back."),
    "password": N_("The new password is set. Every other browser was signed out."),
    "password_given": N_(
        "The new password is set. Everybody who was signed in with the old one is signed out."
    ),
    "signed_out_everywhere": N_("Signed out everywhere else."),
    "erased": N_("Erased, everywhere and for good."),
    "message_again": N_("It goes out again now."),
    "signed_out": N_("You are signed out."),
    "welcome": N_("Everything is set up. Welcome!"),
}


def go_to(request: Request, path: str, said: str = "") -> RedirectResponse:
    """Return the way to another page, where `said` (a key of WORDS) is shown once."""
    response = RedirectResponse(path, 303)
    if said:
        response.set_cookie(
            COOKIE,
            said,
            max_age=_SECONDS,
            path="/",
            secure=request.url.scheme == "https",
            httponly=True,
            samesite="lax",
        )
    return response


def said_before(request: Request) -> str:
    """Return the words to show once, or ""."""
    message = WORDS.get(request.cookies.get(COOKIE, ""))
    return localiser(language_of(request)).gettext(message) if message else ""


def forget(request: Request, response: Response) -> None:
    """Take the cookie back, so that the words are shown once."""
    if COOKIE in request.cookies:
        response.delete_cookie(COOKIE, path="/", httponly=True)
