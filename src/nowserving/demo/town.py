"""The demo's two town halls: what stands in them and who works there. The restaurant is in trattoria.py."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

ORGANISATION_NAME = "Riverside"
# The demo listens on this machine only and holds invented people, so its password may be known.
PASSWORD = "town-hall-demo"  # noqa: S105


@dataclass(frozen=True, slots=True)
class DemoQueue:
    """A queue: its department ("": none), name, prefix, icon, typical service in seconds, special rules."""

    department: str
    name: str
    prefix: str
    icon: str
    service_s: int
    rules: dict[str, Any]


@dataclass(frozen=True, slots=True)
class DemoDesk:
    """A desk: its department, name, the prefixes of its queues in serving order, and who sits there."""

    department: str
    name: str
    serves: str
    agent: str


@dataclass(frozen=True, slots=True)
class DemoBranch:
    """A town hall, or the restaurant."""

    name: str
    time_zone: str
    queues: tuple[DemoQueue, ...]
    desks: tuple[DemoDesk, ...]


_PRIORITY = {
    "priorities": [
        {"code": "assisted", "name": "Elderly, pregnant or with a disability", "head_start_s": 900}
    ]
}

# Guests may join these by phone, by a poster or a link.
_BY_PHONE = {"remote_join": True}

CITIZENS, REGISTRY, TRAFFIC = "Citizen services", "Civil registry", "Vehicles and permits"

BRANCHES = (
    DemoBranch(
        "Riverside Town Hall",
        "Europe/London",
        (
            DemoQueue(CITIZENS, "Passports and identity cards", "P", "id-card", 240, _PRIORITY),
            DemoQueue(CITIZENS, "Change of address", "A", "house", 150, _PRIORITY),
            DemoQueue(REGISTRY, "Births and marriages", "B", "baby", 300, _BY_PHONE),
            DemoQueue(REGISTRY, "Certificates", "C", "file-text", 120, _BY_PHONE),
            DemoQueue(TRAFFIC, "Driving licences", "D", "car", 200, {}),
            DemoQueue(TRAFFIC, "Parking permits", "K", "landmark", 110, _BY_PHONE),
        ),
        (
            DemoDesk(CITIZENS, "Desk 1", "PA", "Anna Weber"),
            DemoDesk(CITIZENS, "Desk 2", "AP", "Bilal Hussain"),
            DemoDesk(REGISTRY, "Desk 3", "BC", "Carmen Ruiz"),
            DemoDesk(REGISTRY, "Desk 4", "CB", "Dev Patel"),
            DemoDesk(TRAFFIC, "Desk 5", "DK", "Ewa Nowak"),
            DemoDesk(TRAFFIC, "Desk 6", "KD", "Farah Aziz"),
        ),
    ),
    DemoBranch(
        "Hill Street Office",
        "Asia/Kolkata",
        (
            DemoQueue(CITIZENS, "Identity and residence", "E", "id-card", 200, _PRIORITY),
            DemoQueue(CITIZENS, "Benefits advice", "F", "users", 320, _PRIORITY),
            DemoQueue(REGISTRY, "Land records", "G", "landmark", 260, {}),
            DemoQueue(REGISTRY, "Certified copies", "H", "file-text", 130, _BY_PHONE),
            DemoQueue(TRAFFIC, "Vehicle registration", "M", "car", 220, _BY_PHONE),
            DemoQueue(TRAFFIC, "Trade permits", "N", "layers", 280, {}),
        ),
        (
            DemoDesk(CITIZENS, "Room 1", "EF", "Gita Rao"),
            DemoDesk(CITIZENS, "Room 2", "FE", "Hassan Ali"),
            DemoDesk(REGISTRY, "Room 3", "GH", "Ines Costa"),
            DemoDesk(REGISTRY, "Room 4", "HG", "Jin Park"),
            DemoDesk(TRAFFIC, "Room 5", "MN", "Kofi Mensah"),
            DemoDesk(TRAFFIC, "Room 6", "NM", "Lena Berg"),
        ),
    ),
)
