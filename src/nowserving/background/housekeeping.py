"""Housekeeping: what is not needed any more goes, personal data first."""

from __future__ import annotations

from functools import partial

from nowserving.actions.accounts.tidying import tidy_accounts
from nowserving.actions.guests.erasing import forget_comments
from nowserving.actions.guests.forgetting import forget_bookings, forget_reservations
from nowserving.actions.tickets.tidying import forget_contacts, forget_messages, forget_names, tidy
from nowserving.background.everywhere import in_each
from nowserving.store.layout import branches
from nowserving.store.store import Store

EVERY_S = 600.0
_OF_VISITS = (forget_names, forget_contacts, forget_comments, forget_messages)


async def keep_house(store: Store) -> None:
    """Erase names and contacts a day after their visit, old comments, messages and replies, dead sign-ins.

    Accounts whose address nobody has proved go after a week.
    """
    # Archived branches too: a name does not become ours because the doors were closed for good.
    every = [one.id for one in await store.read(partial(branches, archived=True))]
    for forget in (*_OF_VISITS, forget_reservations, forget_bookings):
        await in_each(store, forget, every)
    await store.write(tidy)
    await store.write(tidy_accounts)
