"""What a branch sets about its messages: words, quiet hours, what text messages may cost, staff's alerts."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any

from nowserving.actions.layout.branches import live_branch
from nowserving.actions.layout.editing import check_fresh
from nowserving.domain.messages.wanted import check_quiet_hours, wanted_from, wanted_to
from nowserving.errors import N_, invalid_field
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.messages.contacts import Setup, setup_of
from nowserving.store.messages.settings import write_settings

_URL = re.compile(r"[a-z][a-z0-9+.-]{1,30}://[!-~]{1,1000}")


@action(scope="branch_id")
def edit_messages(
    tx: Tx, *, branch_id: str, changes: Mapping[str, object], expected: int | None = None
) -> Setup:
    """Change what is given; the rest stays. Of `templates`, each field of a kind and language is so.

    `alert_url` is a secret: the event says only whether there is one. Raises Stale, Invalid, Conflict.
    """
    live_branch(tx, branch_id)
    before = setup_of(tx, branch_id)
    check_fresh(before.edited, expected)
    given = dict(changes)
    alert_url = _alert_url(given.pop("alert_url")) if "alert_url" in given else before.alert_url
    was = wanted_to(before.wanted)
    wanted_from(given)
    wanted = wanted_from(_merged(was, given))
    after = wanted_to(wanted)
    changed = [name for name in after if after[name] != was[name]]
    if {"quiet_from", "quiet_until"} & set(changed):
        check_quiet_hours(wanted)
    if not changed and alert_url == before.alert_url:
        return before
    write_settings(tx, branch_id, json.dumps(after, ensure_ascii=False), alert_url, before.edited + 1)
    tx.emit(
        "branch.messages_edited",
        branch_id=branch_id,
        before={**{name: was[name] for name in changed}, "alerts": bool(before.alert_url)},
        after={**{name: after[name] for name in changed}, "alerts": bool(alert_url)},
    )
    return setup_of(tx, branch_id)


def _merged(was: Mapping[str, Any], given: Mapping[str, Any]) -> dict[str, Any]:
    templates = {kind: dict(languages) for kind, languages in was["templates"].items()}
    for kind, languages in given.get("templates", {}).items():
        known = templates.setdefault(kind, {})
        for code, words in languages.items():
            known[code] = {**known.get(code, {}), **words}
    return {**was, **given, "templates": templates}


def _alert_url(value: object) -> str:
    if value in ("", None):
        return ""
    if isinstance(value, str) and _URL.fullmatch(value):
        return value
    message = N_("This must be an address that apprise knows, like ntfys://ntfy.sh/my-topic.")
    raise invalid_field("/alert_url", "bad_alert_url", message)
