"""What the store says when it can't: each a new refusal, ready to raise."""

from __future__ import annotations

from nowserving.errors import N_, AppError, Busy, Conflict


def busy() -> AppError:
    """Return the refusal for a database that is away, full or overloaded; nothing was changed."""
    return Busy(
        "busy", N_("We can't save this just now. Nothing was changed; please try again."), retry_after_s=2
    )


def unsure() -> AppError:
    """Return the refusal for a commit of which nobody can say whether it happened."""
    return Busy(
        "not_confirmed",
        N_("The database went away while this was saved. Please look whether it was before you try again."),
        retry_after_s=5,
    )


def closing() -> AppError:
    """Return the refusal of a server that stops."""
    return Busy("closing", N_("The server is closing. Please try again in a moment."), retry_after_s=5)


def exists_already() -> AppError:
    """Return the refusal for a row that a unique index does not let in twice."""
    return Conflict("already_exists", N_("There is one like this already."))


def unreadable() -> AppError:
    """Return the refusal for a database that can't be read now."""
    return Busy("busy", N_("The data can't be read just now. Please try again."), retry_after_s=2)
