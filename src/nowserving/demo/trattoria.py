"""The demo's restaurant: one waitlist that seats parties by itself, and who comes to eat."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from nowserving.demo.town import DemoBranch, DemoQueue

if TYPE_CHECKING:
    from random import Random

# How many come together, and how often: mostly couples.
_SIZES = (1, 2, 2, 2, 2, 3, 3, 4, 4, 4, 5, 6, 7)
_NAMES = (
    "Rossi", "Amara", "Lindqvist", "Chen", "Okafor", "Moreau", "Farah", "Novak", "Silva", "Tanaka", "Haddad",
    "Kowalska", "Ndiaye", "Brandt", "Iyer", "O'Brien", "Petrova", "Yilmaz", "Marino", "Santos", "Weiss",
    "Aalto", "Khalil", "Dubois", "Mehta", "Costa", "Larsen", "Popescu", "Greco", "Hassan",
)  # fmt: skip

TRATTORIA = DemoBranch(
    "Trattoria Aurora",
    "Europe/Rome",
    (
        DemoQueue(
            "",
            "Tables",
            "T",
            "utensils",
            3_300,
            {
                "admission": "automatic",
                "capacity": 40,
                "counts": "covers",
                "check_in_window_s": 600,
                "service_limit_s": 3_600,
                "service_limit_by_party": [[1, 2_700], [3, 3_600], [5, 4_500]],
                "overstay": "show",
                "rejoin_grace_s": 900,
                "fit": "fill",
                "fit_passes": 2,
                "ask_name": True,
                "ask_party": True,
                "max_party": 12,
                "remote_join": True,
                "ask_contact": "optional",
            },
        ),
    ),
    (),
)


def party(random: Random) -> dict[str, Any]:
    """Return who comes next: how many, and a name."""
    return {"party_size": random.choice(_SIZES), "name": random.choice(_NAMES)}
