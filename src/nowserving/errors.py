"""Every refusal the product can give: a stable code, an HTTP meaning and a sentence for a person.

The sentence is an English gettext message with named placeholders. It is translated where it is
shown (web/wire/errors.py), in the language of the person who reads it, never where it is raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar


def N_(message: str) -> str:
    """Mark `message` for the translators and return it unchanged."""
    return message


@dataclass(frozen=True, slots=True)
class FieldError:
    """One field that was refused: where it is (JSON pointer), a stable code and a sentence."""

    pointer: str
    code: str
    message: str
    data: tuple[tuple[str, object], ...] = ()


class AppError(Exception):
    """Something a caller asked for that we refuse. It never means that we are broken."""

    status: ClassVar[int] = 400

    def __init__(
        self,
        code: str,
        message: str,
        *,
        fields: tuple[FieldError, ...] = (),
        retry_after_s: int | None = None,
        **data: object,
    ) -> None:
        super().__init__(f"{code}: {message % data if data else message}")
        self.code = code
        self.message = message
        self.fields = fields
        self.retry_after_s = retry_after_s
        self.data = data


class Malformed(AppError):
    """The request itself can't be read (broken JSON, broken cursor)."""

    status = 400


class Unauthorized(AppError):
    """Nobody is signed in, or the credential is not (or no longer) good."""

    status = 401


class Forbidden(AppError):
    """The caller is known and may not do this."""

    status = 403


class NotFound(AppError):
    """There is no such thing, or it is not the caller's: both get the same answer."""

    status = 404


class Conflict(AppError):
    """The thing is not in the state that the request needs; the real state is in the data."""

    status = 409


class Gone(AppError):
    """It was there and has lapsed."""

    status = 410


class TooLarge(AppError):
    """The request is larger than any honest one."""

    status = 413


class Stale(AppError):
    """If-Match names an older version than the one that is stored."""

    status = 412


class Invalid(AppError):
    """Well-formed, and a value in it is not acceptable; `fields` says which and why."""

    status = 422


class TooMany(AppError):
    """The caller asks too often; `retry_after_s` says when to come back."""

    status = 429


class Busy(AppError):
    """We can't do it just now (database away, disk full, lock taken); nothing was changed."""

    status = 503


def invalid_field(pointer: str, code: str, message: str, **data: object) -> Invalid:
    """Return the refusal of one field, ready to raise. `pointer` is a JSON pointer ("/name")."""
    field = FieldError(pointer, code, message, tuple(data.items()))
    return Invalid("invalid", N_("Some values are not acceptable."), fields=(field,))


def not_found() -> NotFound:
    """Return the one answer for what is missing and for what belongs to somebody else."""
    return NotFound("not_found", N_("There is nothing here, or it is not yours."))
