"""Finding what stands in a branch for whoever asks: what is missing and what is foreign get one answer."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeVar

from nowserving.domain.people.roles import Principal
from nowserving.errors import not_found
from nowserving.store.engine.reader import Reader
from nowserving.web.gate.auth import check_branch
from nowserving.web.house import House


class OfBranch(Protocol):
    """Anything that stands in one branch."""

    @property
    def branch_id(self) -> str:
        """The branch."""


class Kept(OfBranch, Protocol):
    """What an admin may put away, and still finds in the log."""

    @property
    def archived_at(self) -> int | None:
        """The instant at which it was put away (µs), or None."""


T = TypeVar("T", bound=OfBranch)
K = TypeVar("K", bound=Kept)


async def seen(house: House, principal: Principal, read: Callable[[Reader, str], T | None], of: str) -> T:
    """Return what `read` finds by the id `of`, archived or not; NotFound unless the caller sees it."""
    found = await house.store.read(read, of)
    if found is None:
        raise not_found()
    check_branch(principal, found.branch_id)
    return found


async def in_use(house: House, principal: Principal, read: Callable[[Reader, str], K | None], of: str) -> K:
    """Like `seen`, for what can still be worked with: what is archived is not there."""
    found = await seen(house, principal, read, of)
    if found.archived_at is not None:
        raise not_found()
    return found
