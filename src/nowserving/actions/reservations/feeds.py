"""The calendar feed of a desk: a secret link that a calendar subscribes to, made anew or taken back."""

from __future__ import annotations

from nowserving.domain.people.credentials import secret_hash
from nowserving.domain.reservations.roster import Roster
from nowserving.errors import not_found
from nowserving.store import schema
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.layout import desk
from nowserving.store.reservations.rosters import put_roster, roster
from nowserving.store.rows import update_where


@action(scope="desk_id")
def make_feed(tx: Tx, *, desk_id: str) -> str:
    """Return the new secret of a desk's feed; a link that was given out before opens nothing any more.

    Raises NotFound for a desk that is not there.
    """
    secret = tx.new_secret()
    _set(tx, desk_id, secret_hash(secret))
    return secret


@action(scope="desk_id")
def end_feed(tx: Tx, *, desk_id: str) -> None:
    """Take the link of a desk's feed back. Raises NotFound for a desk that is not there."""
    _set(tx, desk_id, None)


def _set(tx: Tx, desk_id: str, feed_hash: str | None) -> None:
    found = desk(tx, desk_id)
    if found is None or found.archived_at is not None:
        raise not_found()
    if roster(tx, desk_id) is None:
        put_roster(tx, Roster(desk_id=desk_id, branch_id=found.branch_id, edited=1))
    update_where(tx, schema.rosters, schema.rosters.c.desk_id == desk_id, feed_hash=feed_hash)
    # Not the hash either: whoever reads the log shall not know which link it was.
    tx.emit("roster.edited", name=found.name, of_desk=desk_id, before={}, after={"feed": bool(feed_hash)})
