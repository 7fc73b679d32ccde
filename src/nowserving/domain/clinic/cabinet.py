"""The cabinet: what is written of a person is put away sealed, with a key that the database has not got."""

from __future__ import annotations

from typing import Protocol

from nowserving.errors import N_, Busy


class Cabinet(Protocol):
    """Seals texts for one row each, opens them, and turns words into hashes that only it can make.

    Every method raises Busy `clinic_locked` where the key is missing.
    """

    @property
    def newest(self) -> str:
        """The id of the key that seals what is new; a sealed text begins with the id of its own."""

    def seal(self, text: str, of: str, /) -> str:
        """Return a text sealed for the row that `of` names: it opens for no other row."""

    def open(self, sealed: str, of: str, /) -> str:
        """Return the text that was sealed for this row; raises Busy where its key is not there."""

    def hashes(self, word: str, /) -> tuple[str, ...]:
        """Return the hashes of a word under every key, the newest first."""


def clinic_locked() -> Busy:
    """Return the refusal of everything that needs a key which is not there, ready to raise."""
    message = N_("The clinic's records are locked: their key is not here. Tell whoever runs the server.")
    return Busy("clinic_locked", message)
