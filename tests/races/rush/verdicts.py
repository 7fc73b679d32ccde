"""One rush from beginning to end, and everything that was wrong in it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from pathlib import Path

from tests.races.rush.history import History
from tests.races.rush.ledger import Ledger, repeated
from tests.races.rush.patterns import all_patterns
from tests.races.rush.quiet import PATIENCE_S, disagreements, wrong_places
from tests.races.rush.town import Plan, Servers, build, rush

# One process reads another's commit a moment later; a notice that is lost costs a second.
DELAY_NS = 3_000_000_000


@dataclass
class Rushed:
    """What a rush was and what was wrong in it."""

    plan: Plan
    history: History
    violations: list[str] = field(default_factory=list)

    @property
    def summary(self) -> str:
        """Say in words what was done: by kind of act, and how much was cut or repeated."""
        acts = self.history.acts
        counts = {op: sum(act.op == op for act in acts) for op in ("join", "call", "leave", "place")}
        cut = sum(act.cut for act in acts)
        told = ", ".join(f"{count} {op}s" for op, count in counts.items())
        return f"{told}; {cut} cut, {repeated(self.history)} answered twice"


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
    delay_ns = DELAY_NS if plan.processes > 1 else 0
    return Rushed(plan, history, [*shown, *ledger.offences(history), *all_patterns(history, delay_ns)])
