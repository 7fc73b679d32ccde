"""The key ring of the clinic: given by a setting, or a file in the data folder, never in the database."""

from __future__ import annotations

import logging
from pathlib import Path

from nowserving.domain.clinic.cabinet import Cabinet
from nowserving.outside.cabinet import BadRing, KeyedCabinet, LockedCabinet, new_key, ring_of
from nowserving.secret_key import make_private, refuse_readable_by_others
from nowserving.settings import PREFIX, BadSettings, Settings

FILE_NAME = "clinic.keys"
_HEAD = "# Keys of the clinic, the newest last. Keep a copy apart from every backup of the database.\n"
log = logging.getLogger(__name__)


def open_cabinet(settings: Settings, *, anything_sealed: bool) -> Cabinet:
    """Return the cabinet. Where nothing is sealed yet and no key is set, one is made.

    A key that is missing while records are sealed locks the clinic and says so in the log: a new key
    would open nothing of them. Raises BadSettings for a ring that can't be read.
    """
    ring = read_ring(settings)
    if not ring and anything_sealed:
        log.error(
            "the clinic is locked: its records are sealed, and there is neither %s nor %sCLINIC_KEYS. "
            "Put the file back from where you keep it; everything else works meanwhile",
            settings.data_dir / FILE_NAME,
            PREFIX,
        )
        return LockedCabinet()
    if not ring:
        make_private(settings.data_dir / FILE_NAME, f"{_HEAD}{new_key()}\n")
        ring = read_ring(settings)
    return KeyedCabinet(ring, lambda: read_ring(settings))


def read_ring(settings: Settings) -> tuple[bytes, ...]:
    """Return the keys that there are, the newest last; none where none was made. Raises BadSettings."""
    given, where = settings.clinic_keys.get_secret_value(), f"{PREFIX}CLINIC_KEYS"
    path = settings.data_dir / FILE_NAME
    if not given:
        if not path.exists():
            return ()
        refuse_readable_by_others(path)
        given, where = path.read_text(encoding="ascii", errors="replace"), str(path)
    try:
        return ring_of(given)
    except BadRing as error:
        raise BadSettings([f"{where} can't be used: {error}."]) from None


def add_key(settings: Settings) -> Cabinet:
    """Put a new key at the end of the ring's file and return the cabinet with it.

    Raises BadSettings where the ring stands in a setting, which only its owner can change, and where
    there is no ring.
    """
    if settings.clinic_keys.get_secret_value():
        message = f"The keys stand in {PREFIX}CLINIC_KEYS. Add this one there, behind a comma: {new_key()}"
        raise BadSettings([message, "Then run this again with --reseal-only."])
    path = settings.data_dir / FILE_NAME
    if not read_ring(settings):
        raise BadSettings([f"There is no {path}: no key was ever made here, or it was lost."])
    fresh = Path(f"{path}.new")
    fresh.unlink(missing_ok=True)
    make_private(fresh, path.read_text(encoding="ascii").rstrip("\n") + f"\n{new_key()}\n")
    # The whole ring or the old one, whatever happens in between: half a ring would lose records.
    fresh.replace(path)
    return KeyedCabinet(read_ring(settings))
