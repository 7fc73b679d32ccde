"""Make static/icons/sprite.svg from the icons we use of Lucide (ISC licence).

    npm pack lucide-static@1.62.0 && tar xzf lucide-static-1.62.0.tgz
    python scripts/make_icons.py package/icons

Every icon is shown beside a word, so the sprite carries no titles.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

SPRITE = Path(__file__).resolve().parent.parent / "src/nowserving/web/static/icons/sprite.svg"
NAMES = """
accessibility activity angry archive archive-restore arrow-down arrow-left arrow-left-right arrow-right
arrow-up arrow-up-down baby badge-check ban banknote bell bell-off bell-ring book-open briefcase
building-2 bus calendar calendar-check calendar-clock camera car chart-column check check-check
chevron-down chevron-left chevron-right chevron-up circle circle-alert circle-check circle-dot
circle-pause circle-play circle-question-mark circle-stop circle-user-round circle-x clipboard-list
clock clock-alert coffee command contrast copy corner-up-left door-closed door-open download ear
ellipsis external-link eye eye-off file-text fingerprint flag folder footprints frown globe graduation-cap
grip-vertical hand-coins hash heart-pulse history hospital hourglass house id-card info key-round
keyboard landmark languages laugh layers layout-dashboard link list list-ordered list-restart lock log-in
log-out mail map-pin maximize megaphone meh menu message-square mic minus monitor monitor-smartphone
moon nfc package palette panels-top-left pause pencil phone pill play plug plus power printer
qr-code receipt redo-2 refresh-cw rotate-ccw save scale scan-line scissors scroll-text search send
server settings share-2 shield shield-check shopping-bag skip-forward sliders-horizontal smartphone
smile sparkles square star stethoscope store sun sun-moon syringe tablet-smartphone tags thumbs-up ticket
ticket-check ticket-x timer timer-off trash-2 triangle-alert tv type undo-2 upload user user-check
user-plus user-x users utensils volume-2 volume-x wifi wifi-off wrench x zap
""".split()


def symbol(name: str, source: str) -> str:
    """Return one icon as a <symbol>, without the colours and sizes that the page sets."""
    inside = re.search(r"<svg[^>]*>(.*)</svg>", source, re.DOTALL)
    if inside is None:
        raise ValueError(f"{name}: not an SVG")
    shapes = re.sub(r"\s+", " ", inside.group(1)).replace(" />", "/>").replace("> <", "><").strip()
    return f'<symbol id="{name}" viewBox="0 0 24 24">{shapes}</symbol>'


def main(folder: Path) -> None:
    """Write the sprite, and say which names the folder doesn't have."""
    missing = [name for name in NAMES if not (folder / f"{name}.svg").exists()]
    symbols = [symbol(name, (folder / f"{name}.svg").read_text()) for name in sorted({*NAMES} - {*missing})]
    licence = "<!-- Lucide (lucide.dev), ISC licence, see LICENSE-lucide.txt beside this file. -->"
    SPRITE.write_text(
        "\n".join(('<svg xmlns="http://www.w3.org/2000/svg">', licence, *symbols, "</svg>", ""))
    )
    print(
        f"{len(symbols)} icons, {SPRITE.stat().st_size} bytes",
        *(f"missing: {name}" for name in missing),
        sep="\n",
    )


if __name__ == "__main__":
    main(Path(sys.argv[1]))
