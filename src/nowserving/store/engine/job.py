"""What travels to a writer and what comes back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from nowserving.domain.event import Event
from nowserving.store.engine.action import Verb


@dataclass(frozen=True, slots=True)
class Reply:
    """A stored answer: HTTP status code and body. `repeated` says that it was answered before."""

    status: int
    body: str
    repeated: bool = False


@dataclass(frozen=True, slots=True)
class Once:
    """An Idempotency-Key: whose, on which route, for which body, and how the answer is written.

    `render` turns the verb's value into the reply inside the transaction, so that the reply and
    its effect are stored together or not at all.
    """

    caller: str
    route: str
    key: str
    body_hash: str
    render: Callable[[Any], tuple[int, str]]


@dataclass(slots=True, eq=False)
class Job:
    """One call of an action, waiting for its writer."""

    verb: Verb
    scope_id: str
    arguments: Mapping[str, Any]
    actor: str
    once: Once | None
    future: Any
    value: Any = None
    error: BaseException | None = None


# Called on the writer's thread when a group is on disk (or has failed): the jobs with their value
# or error filled in, and the events in the order of their versions.
Deliver = Callable[[Sequence[Job], Sequence[Event]], None]
