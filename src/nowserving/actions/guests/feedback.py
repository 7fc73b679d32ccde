"""One question after the visit: how was it?"""

from __future__ import annotations

from nowserving.actions.tickets.moving import find
from nowserving.domain.text import clean_text
from nowserving.domain.tickets.ticket import State, Ticket, wrong_state
from nowserving.domain.values import whole
from nowserving.store.engine.action import action
from nowserving.store.engine.tx import Tx
from nowserving.store.guests.feedback import write_answer

MOST_COMMENT = 500
HAPPIEST = 5


@action(scope="key")
def give_feedback(tx: Tx, *, key: str, face: int, comment: str = "") -> Ticket:
    """Note how a visit was, from 1 (very unhappy) to 5, with a comment if the guest likes.

    A second answer replaces the first. Raises Conflict `wrong_state` unless the visit is done, and
    Invalid for a bad value. The comment is personal, so the event does not carry it.
    """
    ticket = find(tx, key)
    if ticket.state is not State.DONE:
        raise wrong_state(ticket.state)
    values = {
        "face": whole(face, "/face", 1, HAPPIEST),
        "comment": clean_text(_one_line(comment), "/comment", MOST_COMMENT, required=False) or None,
        "given_at": tx.now,
    }
    write_answer(tx, ticket, values)
    tx.emit("feedback.given", queue_id=ticket.queue_id, code=ticket.code, face=values["face"])
    return ticket


def _one_line(comment: object) -> object:
    """A comment may be typed in several lines and is kept in one."""
    return " ".join(comment.splitlines()) if isinstance(comment, str) else comment
