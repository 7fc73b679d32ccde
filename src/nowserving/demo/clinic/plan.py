"""The demo's clinic: two wings, four doctors, a laboratory, a pharmacy, and what can be booked.

What hangs in public says wings, rooms and colours; what somebody has come for is nobody else's business.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from nowserving.demo.town import DemoBranch, DemoDesk, DemoQueue

GREEN, BLUE = "Green wing", "Blue wing"


@dataclass(frozen=True, slots=True)
class DemoService:
    """What can be booked: its queue's prefix, its desks, how long it takes, and its rules."""

    name: str
    prefix: str
    desks: tuple[str, ...]
    duration_s: int
    rules: dict[str, Any]
    description: str = ""
    price: str = ""
    questions: tuple[dict[str, Any], ...] = field(default=())


# What a nurse may say of somebody, and what a visit ends with.
_CLASSES = [
    {"code": "pain", "name": "In pain", "head_start_s": 1800},
    {"code": "child", "name": "Small child", "head_start_s": 600},
]
_OUTCOMES = ["Recovered", "Come again", "Referred"]


def _queue(wing: str, name: str, prefix: str, icon: str, service_s: int, *, public: str) -> DemoQueue:
    rules: dict[str, Any] = {"public_name": public, "remote_join": True, "ask_contact": "optional"}
    # A mother holds a place for each of her children.
    rules |= {"ask_name": True, "one_per_device": False}
    if prefix != "M":
        rules |= {"clinical": True, "outcomes": _OUTCOMES, "priorities": _CLASSES}
    return DemoQueue(wing, name, prefix, icon, service_s, rules)


CLINIC = DemoBranch(
    "Riverside Clinic",
    "Europe/London",
    (
        # Walls and tickets name no department, and the picture on the kiosk shows none to who stands behind.
        _queue(GREEN, "General medicine", "G", "flag", 900, public="Green line"),
        _queue(BLUE, "Cardiology", "H", "flag", 1_200, public="Blue line"),
        _queue(BLUE, "Paediatrics", "K", "flag", 900, public="Yellow line"),
        _queue(GREEN, "Laboratory", "L", "map-pin", 240, public="Room 31"),
        _queue(BLUE, "Pharmacy", "M", "map-pin", 150, public="Counter 5"),
    ),
    (
        DemoDesk(GREEN, "Room 11", "G", "Ngozi Osei"),
        DemoDesk(GREEN, "Room 12", "G", "Luca Bianchi"),
        DemoDesk(BLUE, "Room 21", "H", "Priya Raman"),
        DemoDesk(BLUE, "Room 22", "K", "Hana Sato"),
        DemoDesk(GREEN, "Room 31", "L", "Tom Vega"),
        DemoDesk(BLUE, "Counter 5", "M", "Noor Haddad"),
    ),
)

# What guests read when they choose a person.
DOCTORS = {
    "Room 11": "Dr. Ngozi Osei",
    "Room 12": "Dr. Luca Bianchi",
    "Room 21": "Dr. Priya Raman",
    "Room 22": "Dr. Hana Sato",
}

SERVICES = (
    DemoService(
        "Consultation",
        "G",
        ("Room 11", "Room 12"),
        20 * 60,
        {"ask_birth_date": True, "cutoff_s": 4 * 3600, "lead_s": 600, "public_name": "Appointment"},
        "Please bring your insurance card and a list of your medicines.",
        "Covered by insurance",
        ({"code": "first_visit", "label": "Is it your first visit?", "kind": "yes_no"},),
    ),
    DemoService(
        "Heart check-up",
        "H",
        ("Room 21",),
        30 * 60,
        {"approval": True, "buffer_after_s": 600, "notice_s": 0, "public_name": "Appointment"},
        "With an ECG. Please come in comfortable clothes.",
        "from £80",
    ),
    DemoService(
        "Children's visit",
        "K",
        ("Room 22",),
        20 * 60,
        {"max_size": 1, "ask_birth_date": True, "public_name": "Appointment"},
        "For children up to 14, with a parent.",
    ),
    DemoService(
        "Blood sample",
        "L",
        (),
        10 * 60,
        {"capacity": 2, "grace_s": 1800, "public_name": "Appointment"},
        "Please come with an empty stomach.",
        "free",
    ),
)
