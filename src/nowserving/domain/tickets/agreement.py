"""Rules that contradict each other: each is allowed, and together they promise what can't happen.

They are refused when somebody sets one of them, and only then: a queue that has them from before keeps
them, so that its name can still be changed.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator

from nowserving.domain.tickets.rules import Admission, Counts, Overstay, QueueRules
from nowserving.errors import N_, FieldError, Invalid

_LIMITS = ("service_limit_s", "service_limit_by_party")


def check_agreement(rules: QueueRules, given: Collection[str], before: QueueRules | None = None) -> None:
    """Refuse rules that contradict each other; `given` are those that were said, `before` what was so far.

    Raises Invalid that names each field at fault and says why.
    """
    fresh = {name for name in given if before is None or getattr(rules, name) != getattr(before, name)}
    found = tuple(fault for fault, involved in _faults(rules, given) if fresh & set(involved))
    if found:
        raise Invalid("invalid", N_("Some values are not acceptable."), fields=found)


def _faults(rules: QueueRules, given: Collection[str]) -> Iterator[tuple[FieldError, tuple[str, ...]]]:
    """Yield each contradiction, with the rules of which it is made."""
    automatic = rules.admission is Admission.AUTOMATIC
    no_limit = rules.service_limit_s is None and not rules.service_limit_by_party
    # Who says nothing of the end has the default, which then means nothing.
    if automatic and no_limit and rules.overstay is Overstay.FREE and "overstay" in given:
        yield (
            _fault(
                "overstay",
                "no_limit",
                N_("Without a longest service no visit ends by itself. Set one, or let them stay."),
            ),
            ("overstay", "admission", *_LIMITS),
        )
    if rules.counts is Counts.COVERS and automatic and not rules.ask_party:
        yield (
            _fault(
                "ask_party",
                "size_not_asked",
                N_("Each person takes one of the capacity, so guests have to be asked how many they are."),
            ),
            ("ask_party", "counts", "admission"),
        )
    if rules.rejoin_grace_s is not None and rules.check_in_window_s is None:
        yield (
            _fault(
                "rejoin_grace_s",
                "no_window",
                N_("Without a time to come nobody misses a call by it, so nobody can come back."),
            ),
            ("rejoin_grace_s", "check_in_window_s"),
        )


def _fault(name: str, code: str, message: str) -> FieldError:
    return FieldError(f"/rules/{name}", code, message)
