"""What the benchmarks do by hand must be what the product does: a new column breaks them silently else."""

from __future__ import annotations

from pathlib import Path

from benchmarks import driver
from benchmarks.crowd import row
from nowserving.store.tickets import books


def test_the_rows_of_a_benchmark_have_every_column_that_a_join_writes() -> None:
    assert set(row("branch", "queue", "A", 1, 0)) == set(books.JOINED) - {"id"}


def test_the_bare_driver_writes_the_statements_of_a_join(tmp_path: Path) -> None:
    assert driver.joins_per_second(0.01) > 0
