"""Configuration as JSON: the shapes that the API gives out, and how domain values become them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Literal

from nowserving.domain.event import Event
from nowserving.domain.layout.branch import Branch, Closure, Department, Desk, Organisation, Queue
from nowserving.domain.people.credentials import ApiKey, Device, SignIn
from nowserving.domain.people.staff import StaffMember
from nowserving.store.layout import Layout
from nowserving.store.rows import plain
from nowserving.web.looks.event_words import actor_of, sentence_of
from nowserving.web.looks.i18n import Localiser
from nowserving.web.wire.resource import Shape
from nowserving.web.wire.ticket_json import instant

RoleName = Literal["admin", "agent", "kiosk", "display"]


class OrganisationShape(Shape):
    """The house itself."""

    id: str
    name: str
    accent: str
    languages: list[str]


class BranchShape(Shape):
    """A place with doors, a time zone and opening hours."""

    id: str
    name: str
    label: str
    time_zone: str
    hours: dict[str, Any]
    screens: dict[str, Any]
    location: dict[str, float] | None
    version: int
    edited: int
    archived_at: str | None


class ClosureShape(Shape):
    """Days on which a branch is closed, both ends included."""

    id: str
    branch_id: str
    starts_on: str
    ends_on: str
    reason: str


class DepartmentShape(Shape):
    """A named group of queues and desks."""

    id: str
    branch_id: str
    name: str
    place: int
    edited: int
    archived_at: str | None


class QueueShape(Shape):
    """A queue with its rules, and how many wait in it now."""

    id: str
    branch_id: str
    department_id: str | None
    name: str
    prefix: str
    icon: str
    place: int
    rules: dict[str, Any]
    waiting: int
    late_s: int
    paused_at: str | None
    edited: int
    archived_at: str | None


class DeskShape(Shape):
    """A desk, who works there, and the queues that it serves, in serving order."""

    id: str
    branch_id: str
    department_id: str | None
    name: str
    place: int
    state: Literal["closed", "open", "paused"]
    agent_id: str | None
    since_at: str | None
    queue_ids: list[str]
    edited: int
    archived_at: str | None


class StaffShape(Shape):
    """Somebody with an account."""

    id: str
    name: str
    login: str
    role: Literal["admin", "agent"]
    branch_ids: list[str]
    keyboard: bool
    edited: int
    created_at: str | None
    disabled_at: str | None


class ApiKeyShape(Shape):
    """A program's key. `hint` is its last characters."""

    id: str
    name: str
    hint: str
    role: RoleName
    branch_id: str | None
    unlimited: bool
    created_at: str | None
    revoked_at: str | None


class DeviceShape(Shape):
    """A paired kiosk or display; `fault` is what it lacks, or empty."""

    id: str
    branch_id: str
    kind: Literal["kiosk", "display"]
    name: str
    settings: dict[str, Any]
    fault: str
    paired_at: str | None
    seen_at: str | None
    edited: int
    revoked_at: str | None


class SignInShape(Shape):
    """A browser in which a person is signed in."""

    id: str
    browser: str
    created_at: str | None
    seen_at: str | None
    expires_at: str | None
    current: bool


class EventShape(Shape):
    """One change, in the past tense; `sentence` and `who` tell it in the caller's language.

    `data` says what changed. It names a ticket by its code, never by its key or its guest.
    """

    version: int
    at: str | None
    verb: str
    sentence: str
    actor: str
    who: str
    ticket_id: int | None
    queue_id: str | None
    desk_id: str | None
    data: dict[str, Any]


def shown(value: Any, shape: type[Shape]) -> dict[str, Any]:
    """Return a domain value as the JSON of a shape: the same names, instants as RFC 3339."""
    return {name: _field(name, getattr(value, name)) for name in shape.model_fields}


def _field(name: str, value: Any) -> Any:
    return instant(value) if name.endswith("_at") else plain(value)


def organisation_json(value: Organisation) -> dict[str, Any]:
    """Return the organisation as JSON."""
    return shown(value, OrganisationShape)


def branch_json(value: Branch) -> dict[str, Any]:
    """Return a branch as JSON."""
    return shown(value, BranchShape)


def closure_json(value: Closure) -> dict[str, Any]:
    """Return a closure as JSON."""
    return shown(value, ClosureShape)


def department_json(value: Department) -> dict[str, Any]:
    """Return a department as JSON."""
    return shown(value, DepartmentShape)


def queue_json(value: Queue) -> dict[str, Any]:
    """Return a queue as JSON."""
    return shown(value, QueueShape)


def desk_json(value: Desk) -> dict[str, Any]:
    """Return a desk as JSON."""
    return shown(value, DeskShape)


def staff_json(value: StaffMember) -> dict[str, Any]:
    """Return a person as JSON."""
    return shown(value, StaffShape)


def api_key_json(value: ApiKey) -> dict[str, Any]:
    """Return a key as JSON, without the key."""
    return shown(value, ApiKeyShape)


def device_json(value: Device) -> dict[str, Any]:
    """Return a device as JSON."""
    return shown(value, DeviceShape)


def sign_in_json(value: SignIn, current: str | None) -> dict[str, Any]:
    """Return a sign-in as JSON; `current` is the hash of the one that asks."""
    return {
        "id": value.token_hash[:16],
        "browser": value.browser,
        "created_at": instant(value.created_at),
        "seen_at": instant(value.seen_at),
        "expires_at": instant(value.expires_at),
        "current": value.token_hash == current,
    }


def event_json(event: Event, speaking: Localiser, names: Mapping[str, str]) -> dict[str, Any]:
    """Return an event as JSON; `names` come from store/tickets/names.py."""
    return {
        "version": event.version,
        "at": instant(event.at),
        "verb": event.verb,
        "sentence": sentence_of(speaking, event, names),
        "actor": event.actor,
        "who": actor_of(speaking, event.actor, names),
        "ticket_id": event.ticket_id,
        "queue_id": event.queue_id,
        "desk_id": event.desk_id,
        # Whoever holds a ticket's key is its guest: the log is no place to find one.
        "data": {name: value for name, value in event.data.items() if name != "key"},
    }


class LayoutShape(Shape):
    """A branch with everything that stands in it."""

    branch: BranchShape
    departments: list[DepartmentShape]
    queues: list[QueueShape]
    desks: list[DeskShape]
    closures: list[ClosureShape]


def layout_json(value: Layout) -> dict[str, Any]:
    """Return a whole branch as JSON."""
    return {
        "branch": branch_json(value.branch),
        "departments": [department_json(one) for one in value.departments],
        "queues": [queue_json(one) for one in value.queues],
        "desks": [desk_json(one) for one in value.desks],
        "closures": [closure_json(one) for one in value.closures],
    }
