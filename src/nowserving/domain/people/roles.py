"""Who may do what: four roles, a short list of permissions, one table."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Literal


class Role(StrEnum):
    """What a staff member, an API key or a device is here for."""

    ADMIN = "admin"
    AGENT = "agent"
    KIOSK = "kiosk"
    DISPLAY = "display"


class Permission(StrEnum):
    """What a route may ask for."""

    JOIN = "join"
    """Draw a ticket for somebody who stands here."""
    CALL = "call"
    """Work at a desk: open it, call, serve, park, requeue, transfer, cancel, undo."""
    SEE_QUEUE = "see_queue"
    """Read the waiting tickets with what belongs to each guest."""
    SEE_LAYOUT = "see_layout"
    """Read branches, departments, queues, desks, and how many wait."""
    SEE_DISPLAY = "see_display"
    """Read what hangs on the wall: codes and desks, nobody's name."""
    REPORT = "report"
    """Tell that this device lives, or what it lacks."""
    SEE_LOG = "see_log"
    """Read the event log."""
    SEE_RECORDS = "see_records"
    """Read and write who a guest of one's branch is: name, birth date, phone."""
    CLINICAL = "clinical"
    """Read and write what clinicians write: reasons and notes. No role has it, a person may (`clinical`)."""
    MANAGE = "manage"
    """Change branches, departments, queues, desks, closures and devices."""
    MANAGE_STAFF = "manage_staff"
    """Change staff, API keys and the organisation."""


_GRANTS: Mapping[Role, frozenset[Permission]] = {
    # An admin manages people's accounts, not their illnesses: a record opens with a reason only.
    Role.ADMIN: frozenset(Permission) - {Permission.REPORT, Permission.SEE_RECORDS, Permission.CLINICAL},
    Role.AGENT: frozenset(
        {
            Permission.JOIN,
            Permission.CALL,
            Permission.SEE_QUEUE,
            Permission.SEE_LAYOUT,
            Permission.SEE_DISPLAY,
            Permission.SEE_RECORDS,
        }
    ),
    Role.KIOSK: frozenset({Permission.JOIN, Permission.SEE_LAYOUT, Permission.REPORT}),
    Role.DISPLAY: frozenset({Permission.SEE_LAYOUT, Permission.SEE_DISPLAY, Permission.REPORT}),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Principal:
    """Who is asking: a signed-in person, a program with a key, a paired device, or a guest."""

    kind: Literal["staff", "key", "device", "guest"]
    id: str
    name: str
    role: Role | None
    branch_ids: frozenset[str] | None
    """The branches it sees; None means all of them."""
    unlimited: bool = False
    clinical: bool = False
    """Whether this person may read what clinicians write. Never a program or a device."""

    @property
    def actor(self) -> str:
        """How the event log names it: "staff:<id>", "key:<id>", "device:<id>" or "guest"."""
        return "guest" if self.kind == "guest" else f"{self.kind}:{self.id}"

    def sees(self, branch_id: str) -> bool:
        """Tell whether this branch is one of its own."""
        return self.branch_ids is None or branch_id in self.branch_ids

    def may(self, permission: Permission) -> bool:
        """Tell whether its role grants `permission`, or the person was given it."""
        if self.clinical and permission in _OF_CLINICIANS:
            return self.kind == "staff"
        return may(self.role, permission)


_OF_CLINICIANS = frozenset({Permission.CLINICAL, Permission.SEE_RECORDS})


def may(who: Principal | Role | None, permission: Permission) -> bool:
    """Tell whether the table grants `permission`. Who has no role (a guest) is granted nothing."""
    role = who.role if isinstance(who, Principal) else who
    return role is not None and permission in _GRANTS[role]
