"""One rush from beginning to end, and everything that was wrong in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from tests.races.rush.history import History
from tests.races.rush.ledger import Ledger, repeated
from tests.races.rush.patterns import all_patterns, impossible_places
from tests.races.rush.quiet import PATIENCE_S, disagreements, wrong_places
from tests.races.rush.town import Plan, Servers, build, rush

# One process reads another's commit a moment later, on a machine that is busy a few moments. A place
# that is read meanwhile is old; the first of these ages (in seconds) that explains all is on record.
AGES_S = (0, 0.1, 0.25, 0.5, 1, 2, 3, 5, 10)


@dataclass
class Rushed:
    """What a rush was and what was wrong in it."""

    plan: Plan
    history: History
    violations: list[str] = field(default_factory=list)
    oldest_s: float = 0

    @property
    def summary(self) -> str:
        """Say in words what was done: by kind of act, and how much was cut or repeated."""
        acts = self.history.acts
        counts = {op: sum(act.op == op for act in acts) for op in ("join", "call", "leave", "place")}
        cut = sum(act.cut for act in acts)
        told = ", ".join(f"{count} {op}s" for op, count in counts.items())
        told += f"; {cut} cut, {repeated(self.history)} answered twice"
        return told + (f"; places at most {self.oldest_s} s old" if self.plan.processes > 1 else "")


def hold(plan: Plan, url: str, folder: Path) -> Rushed:
    """Build a town, let the rush through it, and judge."""
    layout = build(url)
    folder.mkdir(exist_ok=True)
    servers = Servers(url, folder, plan)
    try:
        servers.wait()
        history = asyncio.run(rush(plan, layout, servers))
        shown = disagreements(servers.running, layout, 0 if plan.without else PATIENCE_S)
        ledger = Ledger(url)
        shown += wrong_places(servers.running, ledger.tickets)
    finally:
        servers.close()
    ledger.settle(history)
    oldest_s = age_of_places(history) if plan.processes > 1 else 0
    wrong = all_patterns(history, round(oldest_s * 1e9))
    return Rushed(plan, history, [*shown, *ledger.offences(history), *wrong], oldest_s)


def age_of_places(history: History) -> float:
    """Return how many seconds old the places that were told were, at most: the least that explains all."""
    explained = (age for age in AGES_S if not any(impossible_places(history, round(age * 1e9))))
    return next(explained, AGES_S[-1])
