"""The difference of two JSON documents as a merge patch (RFC 7396).

Documents of screens never hold null, because in a merge patch null means "gone".
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

JsonObject = Mapping[str, Any]


def difference(before: JsonObject, after: JsonObject) -> dict[str, Any]:
    """Return the merge patch that turns `before` into `after`; empty when they are equal."""
    patch: dict[str, Any] = {name: None for name in before if name not in after}
    for name, value in after.items():
        if name not in before:
            patch[name] = value
            continue
        old = before[name]
        if isinstance(old, Mapping) and isinstance(value, Mapping):
            inner = difference(old, value)
            if inner:
                patch[name] = inner
        elif old != value:
            patch[name] = value
    return patch


def merged(document: Any, patch: Any) -> Any:
    """Return a document with a merge patch applied (RFC 7396, section 2); nothing is changed in place."""
    if not isinstance(patch, Mapping):
        return patch
    result = dict(document) if isinstance(document, Mapping) else {}
    for name, value in patch.items():
        if value is None:
            result.pop(name, None)
        else:
            result[name] = merged(result.get(name), value)
    return result
