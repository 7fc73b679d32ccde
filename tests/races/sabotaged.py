"""The product's own command line with guards taken out: `-m tests.races.sabotaged GUARD,GUARD serve …`."""

from __future__ import annotations

import sys

from nowserving.cli import app
from tests.races import sabotage


def main() -> None:
    """Lose the guards that the first word names, then do what the rest says."""
    sabotage.apply(sys.argv.pop(1).split(","))
    app()


if __name__ == "__main__":
    main()
