"""`nowserving demo`: the product with a living town hall."""

from __future__ import annotations

import asyncio
import json
from typing import Any

from nowserving.app import make_house
from nowserving.background.rhythm import Beat
from nowserving.commands.serving import address, prepare
from nowserving.demo.build import build, write_document
from nowserving.demo.life import BEAT_S, Life
from nowserving.demo.town import PASSWORD
from nowserving.serve import check_port, free_port, serve
from nowserving.settings import Settings
from nowserving.store.database import parse_url, sqlite_file
from nowserving.store.engine.lock import FileLock
from nowserving.store.store import wall_clock

DOCUMENT = "demo.json"
# Stands in the folder while the demo is built: what a start that was broken off leaves is half a town.
UNFINISHED = "demo.unfinished"


def run_demo(settings: Settings, *, still: bool) -> None:
    """Build the demo if the folder holds none yet, say where it is, and serve it."""
    if settings.port == 0:
        settings = settings.model_copy(update={"port": free_port(settings.host)})
    check_port(settings)
    clear_unfinished(settings)
    prepare(settings)
    document = _document(settings)
    house = make_house(settings, demo={**document, "password": PASSWORD})
    print(f"Now Serving demo: {document['base_url']}  (sign in as admin, password {PASSWORD})", flush=True)
    own = [queue["id"] for branch in document["branches"] for queue in branch["queues"]]
    own += document.get("lobbies", ())
    life = Life(house.store, house.relay, document["agents"], own)
    beats = () if still else (Beat("demo life", BEAT_S, life.step),)
    asyncio.run(serve(house, *beats))


def _document(settings: Settings) -> dict[str, Any]:
    """Return demo.json, made now or by an earlier run; only its address can change."""
    path, mark = settings.data_dir / DOCUMENT, settings.data_dir / UNFINISHED
    if path.exists():
        document = json.loads(path.read_text(encoding="utf-8"))
    else:
        from nowserving.clinic_keys import open_cabinet
        from nowserving.web.gate.passwords import hash_now

        mark.touch()
        cabinet = open_cabinet(settings, anything_sealed=False)
        document = build(settings.database, wall_clock(), hash_now(PASSWORD), cabinet)
    document = {"base_url": address(settings), **{k: v for k, v in document.items() if k != "base_url"}}
    write_document(path, document)
    mark.unlink(missing_ok=True)
    return document


def clear_unfinished(settings: Settings) -> None:
    """Throw away the half of a demo that an earlier start left. Raises Busy while somebody builds it."""
    file = sqlite_file(parse_url(settings.database))
    mark = settings.data_dir / UNFINISHED
    if file is None or not mark.exists() or (settings.data_dir / DOCUMENT).exists():
        return
    lock = FileLock(file)
    lock.take()
    for ending in ("", "-wal", "-shm", "-journal"):
        file.with_name(file.name + ending).unlink(missing_ok=True)
    mark.unlink()
    lock.release()
