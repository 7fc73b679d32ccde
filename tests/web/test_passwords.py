"""Passwords are hashed slowly, checked in constant work, and refused when everybody knows them."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from typing import Literal

import pytest
from argon2 import PasswordHasher

from nowserving.errors import Invalid
from nowserving.web.gate import passwords
from nowserving.web.gate.passwords import Passwords, hash_now, is_common, new_password
from tests import quick_passwords
from tests.told import refused

GOOD = "correct horse battery staple"
COST = "$argon2id$v=19$m=65536,t=3,p=4"

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def _at_their_real_cost(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    monkeypatch.setattr(passwords, "_hasher", quick_passwords.REAL)
    passwords._nobodys_hash.cache_clear()
    yield
    passwords._nobodys_hash.cache_clear()


async def test_a_password_is_hashed_at_the_cost_that_is_asked_for() -> None:
    assert (await Passwords().hash(GOOD)).startswith(COST)


async def test_a_password_fits_its_own_hash_only() -> None:
    checker = Passwords()
    kept = await checker.hash(GOOD)
    assert kept.startswith("$argon2id$")
    assert GOOD not in kept
    assert await checker.fits(kept, GOOD)
    assert not await checker.fits(kept, GOOD + " ")
    assert not await checker.fits("not a hash at all", GOOD)


async def test_nothing_is_cut_off_a_long_password() -> None:
    checker = Passwords()
    kept = await checker.hash("ä" * 256)
    assert await checker.fits(kept, "ä" * 256)
    assert not await checker.fits(kept, "ä" * 255)


async def test_who_has_no_account_costs_the_same_work(monkeypatch: pytest.MonkeyPatch) -> None:
    checked: list[str] = []

    class Watched(PasswordHasher):
        def verify(self, hash: str | bytes, password: str | bytes) -> Literal[True]:  # noqa: A002
            checked.append(str(hash))
            return super().verify(hash, password)

    monkeypatch.setattr(passwords, "_hasher", Watched())
    assert not await Passwords().fits(None, GOOD)
    assert not await Passwords().fits(None, "the password of somebody who has no account")
    assert [one.rpartition("$")[0].rpartition("$")[0] for one in checked] == [COST, COST]


async def test_what_can_be_nobodys_password_costs_no_work_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(passwords, "_fits", lambda *_: pytest.fail("work was spent"))
    for odd in ("x" * 100_000, "a\x00bcdefgh", "\ud800abcdefg"):
        assert not await Passwords().fits(None, odd)


async def test_only_a_few_are_hashed_at_a_time(monkeypatch: pytest.MonkeyPatch) -> None:
    running: list[int] = []
    most = 0

    def slow(password_hash: str | None, _password: str) -> bool:
        nonlocal most
        running.append(1)
        most = max(most, len(running))
        time.sleep(0.01)
        running.pop()
        return password_hash is None

    monkeypatch.setattr(passwords, "_fits", slow)
    checker = Passwords()
    assert all(await asyncio.gather(*(checker.fits(None, GOOD) for _ in range(10))))
    assert most == passwords._AT_A_TIME


@pytest.mark.parametrize("password", [GOOD, "𝔡𝔦𝔢 Königin von Saba", "        x1y", "pasteallowed-7"])
def test_a_good_password_is_taken_as_it_is(password: str) -> None:
    assert new_password(password, "maria") == password


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short 7", "too_short"),
        ("x" * 257, "bad_password"),
        ("tabs\tare controls", "bad_password"),
        ("NUL\x00 in the middle", "bad_password"),
        (12345678, "not_text"),
        ("password1", "common_password"),
        ("PASSWORD1", "common_password"),
        ("aaaaaaaaaaaa", "common_password"),
        ("Now Serving", "common_password"),
        ("maria.lopez", "common_password"),
        ("Maria.Lopez@example.org", "common_password"),
    ],
)
def test_a_password_that_protects_nothing_is_refused(password: object, code: str) -> None:
    with pytest.raises(Invalid) as caught:
        new_password(password, "maria.lopez@example.org")
    assert refused(caught) == {"/password": code}


def test_the_list_knows_thousands() -> None:
    assert is_common("iloveyou")
    assert is_common("qwertyuiop")
    assert not is_common(GOOD)
    assert len(passwords._common()) > 10_000
    assert passwords._common() == sorted(passwords._common())


def test_the_command_line_hashes_in_its_own_thread() -> None:
    assert hash_now(GOOD).startswith("$argon2id$")
