"""The key that signs tokens: given by a setting, or made once and kept in the data folder."""

from __future__ import annotations

import os
import secrets
import stat
from pathlib import Path

from nowserving.settings import PREFIX, BadSettings, Settings

FILE_NAME = "secret.key"
_LEAST = 32
_LEAST_DIFFERENT = 10
# Words that stand in examples. A key made of one of them is known to everybody.
_SAMPLES = (
    "change-me",
    "changeme",
    "change_me",
    "example",
    "secret-key",
    "your-secret",
    "insecure",
    "sample",
)
# Container platforms mount secrets here for one container only, readable by everybody inside it.
_CONTAINER_SECRETS = "/run/secrets/"


def secret_key(settings: Settings) -> bytes:
    """Return the key, made on the first start. Raises BadSettings for one that protects nothing."""
    given = settings.secret_key.get_secret_value()
    if given:
        named = os.environ.get(f"{PREFIX}SECRET_KEY_FILE")
        if named:
            refuse_readable_by_others(Path(named))
        return _strong(given, f"{PREFIX}SECRET_KEY")
    path = settings.data_dir / FILE_NAME
    if not path.exists():
        make_private(path, secrets.token_urlsafe(48) + "\n")
    refuse_readable_by_others(path)
    return _strong(path.read_text(encoding="ascii").strip(), str(path))


def make_private(path: Path, text: str) -> None:
    """Write a secret to a new file that nobody else can read; one that is there already stays.

    Raises BadSettings where it can't be written.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        # Created with its rights, not narrowed afterwards: nobody can open it in between.
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except OSError as error:
        if path.exists():
            return  # Another process of ours was a moment faster; its key is the key.
        raise BadSettings([f"{path} can't be written: {error.strerror}."]) from None
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())


def refuse_readable_by_others(path: Path) -> None:
    """Raise BadSettings for a secret's file that others on this machine can read."""
    if str(path).startswith(_CONTAINER_SECRETS):
        return
    if stat.S_IMODE(path.stat().st_mode) & (stat.S_IRWXO | stat.S_IWGRP):
        raise BadSettings([f"Others on this machine can read {path}. Take that right away: chmod 600 {path}"])


def _strong(key: str, where: str) -> bytes:
    if len(key) < _LEAST:
        raise BadSettings([f"{where} is too short: a key has {_LEAST} characters or more."])
    if len(set(key)) < _LEAST_DIFFERENT or any(sample in key.lower() for sample in _SAMPLES):
        raise BadSettings([f"{where} is a sample that everybody knows. Leave it empty to get a good one."])
    return key.encode()
