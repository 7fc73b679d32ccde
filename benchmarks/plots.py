"""The plots of the evidence page, as SVG that any browser draws."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

import matplotlib as mpl

mpl.use("svg")
from matplotlib import pyplot as plt
from matplotlib.figure import Figure

_OURS, _THEIRS, _BAR = "#0f766e", "#94a3b8", "#b91c1c"
# The same picture from the same numbers, so that a page that did not change shows no change.
mpl.rcParams.update({"svg.hashsalt": "nowserving", "svg.fonttype": "none", "font.size": 10})


def shares(path: Path, found: Mapping[str, tuple[float, float | None]]) -> None:
    """Draw each door's share of the bare answer as a bar, and what it has to reach as a line across it."""
    figure, axes = plt.subplots(figsize=(8, 0.5 * len(found) + 1))
    names = list(found)[::-1]
    values = [found[name][0] for name in names]
    axes.barh(names, values, color=_OURS, height=0.6)
    for place, name in enumerate(names):
        share, bar = found[name]
        axes.text(share + 0.01, place, f"{share:.2f}", va="center")
        if bar is not None:
            axes.plot([bar, bar], [place - 0.4, place + 0.4], color=_BAR, linewidth=2)
    axes.set_xlim(0, 1)
    axes.set_xlabel("share of a bare answer (1 = the server's limit); red: to reach")
    _keep(figure, path)


def curves(path: Path, found: Mapping[str, Sequence[float]]) -> None:
    """Draw how many of the phones have heard after so many milliseconds."""
    figure, axes = plt.subplots(figsize=(8, 3.5))
    for (name, took_ms), colour in zip(found.items(), (_OURS, _THEIRS), strict=False):
        heard = [100 * (place + 1) / len(took_ms) for place in range(len(took_ms))]
        axes.plot(took_ms, heard, color=colour, label=name)
    axes.set_xlabel("milliseconds after the click")
    axes.set_ylabel("% of the phones have heard")
    axes.set_ylim(0, 100)
    axes.set_xlim(left=0)
    axes.legend(loc="lower right")
    _keep(figure, path)


def _keep(figure: Figure, path: Path) -> None:
    figure.tight_layout()
    for axes in figure.axes:
        axes.spines[["top", "right"]].set_visible(False)
    figure.savefig(path, metadata={"Date": None})
    plt.close(figure)
