"""Building the demo through the same actions that an admin uses, and writing its demo.json."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

from nowserving.actions.layout.branches import create_branch
from nowserving.actions.layout.departments import create_department
from nowserving.actions.layout.desks import create_desk
from nowserving.actions.layout.organisation import edit_organisation
from nowserving.actions.layout.queues import create_queue
from nowserving.actions.people.api_keys import create_api_key
from nowserving.actions.people.staff import create_staff
from nowserving.demo.clinic.day import ClinicDay
from nowserving.demo.clinic.plan import CLINIC
from nowserving.demo.clinic.records import write_records
from nowserving.demo.evening import Evening
from nowserving.demo.morning import Morning
from nowserving.demo.theatre.season import THEATRE, Season
from nowserving.demo.town import BRANCHES, ORGANISATION_NAME, DemoBranch
from nowserving.demo.trattoria import TRATTORIA
from nowserving.domain.calendar.hours import ALWAYS_OPEN, hours_to
from nowserving.domain.clinic.cabinet import Cabinet
from nowserving.domain.instants import SECOND_US
from nowserving.store.alone import Alone
from nowserving.store.store import Store

ROLES = ("admin", "agent", "kiosk", "display")
_MORNING_S = 2 * 3600
_SEED = 1
# An evening that ends with parties waiting, called and seated, some of them passed.
_EVENING_SEED = 8


@dataclass(frozen=True, slots=True)
class Built:
    """A demo branch and the ids of what stands in it."""

    plan: DemoBranch
    id: str
    queues: Mapping[str, str]
    """Queue id by prefix."""
    desks: Mapping[str, str]
    """Desk id by name."""
    agents: Mapping[str, str]
    """Staff id by desk name."""


@dataclass(slots=True)
class MorningClock:
    """The clock of the building: it runs through the morning while the demo is made."""

    now: int

    def __call__(self) -> int:
        """Return the time in µs."""
        return self.now


def build(url: str, now: int, password_hash: str, cabinet: Cabinet | None = None) -> dict[str, Any]:
    """Fill an empty, migrated database with the demo as of `now` (µs); returns the body of demo.json.

    Without a `cabinet` nothing is written of the clinic's patients.
    """
    clock = MorningClock(now - _MORNING_S * SECOND_US)
    store = Alone(url, clock=clock)
    store.open()
    try:
        store.write_now(edit_organisation, changes={"name": ORGANISATION_NAME})
        branches = [
            _build_branch(store, plan, password_hash) for plan in (*BRANCHES, TRATTORIA, CLINIC, THEATRE)
        ]
        keys = {role: _key(store, role) for role in ROLES}
        _staff(store, password_hash, name="Sam Carter", login="admin", role="admin")
        everywhere = [one.id for one in branches]
        _staff(store, password_hash, name="Alex Morgan", login="agent", role="agent", branch_ids=everywhere)
        lobbies: tuple[str, ...] = ()
        for number, branch in enumerate(branches):
            if branch.plan is CLINIC:
                ClinicDay(store, branch, clock, Random(_SEED + number)).live_until(now)
                if cabinet is not None:
                    write_records(store, branch, cabinet, Random(_SEED))
            elif branch.plan is THEATRE:
                lobbies = Season(store, branch, clock, Random(_SEED)).live_until(now)
            elif branch.desks:
                Morning(store, branch, clock, Random(_SEED + number)).live_until(now)
            else:
                Evening(store, branch, clock, Random(_EVENING_SEED)).live_until(now)
            clock.now = now - _MORNING_S * SECOND_US
        clock.now = now
    finally:
        store.close()
    agents = {
        branch.desks[name]: f"staff:{staff_id}"
        for branch in branches
        for name, staff_id in branch.agents.items()
    }
    listed = [_listed(branch) for branch in branches]
    document = {"api_keys": keys, "branches": listed, "agents": agents, "doctor": _doctor(branches)}
    return {**document, "lobbies": lobbies}


def _doctor(branches: Sequence[Built]) -> dict[str, str]:
    """Return a doctor's desk and login: no visitor reads notes as anybody else."""
    clinic = next(one for one in branches if one.plan is CLINIC)
    room = clinic.plan.desks[0]
    return {"login": _login(room.agent), "desk_id": clinic.desks[room.name]}


def write_document(path: Path, document: Mapping[str, Any]) -> None:
    """Write demo.json for its owner only: it holds keys."""
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        json.dump(document, file, indent=2, ensure_ascii=False)
        file.write("\n")


def _build_branch(store: Store, plan: DemoBranch, password_hash: str) -> Built:
    branch_id = store.write_now(
        create_branch, name=plan.name, time_zone=plan.time_zone, hours=hours_to(ALWAYS_OPEN)
    ).id
    names = dict.fromkeys(one.department for one in plan.queues if one.department)
    departments = {
        name: store.write_now(create_department, branch_id=branch_id, name=name).id for name in names
    }
    queues = {
        one.prefix: store.write_now(
            create_queue,
            branch_id=branch_id,
            name=one.name,
            prefix=one.prefix,
            department_id=departments.get(one.department),
            icon=one.icon,
            rules={"expected_service_s": one.service_s, **one.rules},
        ).id
        for one in plan.queues
    }
    desks = {
        one.name: store.write_now(
            create_desk,
            branch_id=branch_id,
            name=one.name,
            department_id=departments[one.department],
            queue_ids=[queues[prefix] for prefix in one.serves],
        ).id
        for one in plan.desks
    }
    agents = {
        one.name: _staff(
            store,
            password_hash,
            name=one.agent,
            login=_login(one.agent),
            role="agent",
            branch_ids=[branch_id],
            clinical=plan is CLINIC,
        )
        for one in plan.desks
    }
    return Built(plan, branch_id, queues, desks, agents)


def _staff(store: Store, password_hash: str, **fields: Any) -> str:
    return store.write_now(create_staff, password_hash=password_hash, **fields).id


def _login(name: str) -> str:
    return name.split(maxsplit=1)[0].lower()


def _key(store: Store, role: str) -> str:
    return store.write_now(create_api_key, name=f"Demo {role}", role=role, unlimited=True).secret


def _listed(branch: Built) -> dict[str, Any]:
    plan = branch.plan
    return {
        "id": branch.id,
        "name": plan.name,
        "queues": [
            {"id": branch.queues[one.prefix], "name": one.name, "prefix": one.prefix} for one in plan.queues
        ],
        "desks": [{"id": branch.desks[one.name], "name": one.name} for one in plan.desks],
    }
