"""Web Push: sealed for one browser, signed by one server, posted nowhere but outside."""

from __future__ import annotations

import asyncio
import json
import os
import socket
import threading
from base64 import urlsafe_b64decode, urlsafe_b64encode
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import jwt
import pytest
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from nowserving.domain.messages.delivery import End, Letter, Outcome
from nowserving.domain.messages.endpoint import is_public
from nowserving.outside.post import NotAllowed, post
from nowserving.outside.push import PushSender, payload
from nowserving.outside.sealing import key_from, new_key, sealed
from tests.provider import running_provider

pytestmark = pytest.mark.anyio
KEY = key_from(new_key(), "mailto:queue@example.org")


def b64(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()


class Browser:
    """A browser's end of a subscription: it alone can open what is sealed for it."""

    def __init__(self, endpoint: str = "") -> None:
        self.private = ec.generate_private_key(ec.SECP256R1())
        self.auth = os.urandom(16)
        self.subscription = {"endpoint": endpoint, "p256dh": b64(self.point), "auth": b64(self.auth)}

    @property
    def point(self) -> bytes:
        return self.private.public_key().public_bytes(
            serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint
        )

    def opened(self, body: bytes) -> bytes:
        salt, length = body[:16], body[20]
        theirs = body[21 : 21 + length]
        shared = self.private.exchange(
            ec.ECDH(), ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), theirs)
        )
        info = b"WebPush: info\x00" + self.point + theirs
        secret = HKDF(algorithm=hashes.SHA256(), length=32, salt=self.auth, info=info).derive(shared)
        parts = [(b"Content-Encoding: aes128gcm\x00", 16), (b"Content-Encoding: nonce\x00", 12)]
        key, nonce = (
            HKDF(algorithm=hashes.SHA256(), length=size, salt=salt, info=name).derive(secret)
            for name, size in parts
        )
        return AESGCM(key).decrypt(nonce, body[21 + length :], None).removesuffix(b"\x02")


def letter(to: Any = None, **more: Any) -> Letter:
    words = {"subject": "Your turn", "text": "A-001, please come", "link": "https://q.example/t/x"}
    return Letter(id="m1", channel="push", to=to, **{**words, **more})


def test_only_the_browser_it_is_for_can_open_a_push() -> None:
    browser = Browser()
    body = sealed(b"come now", browser.subscription["p256dh"], browser.subscription["auth"])
    assert browser.opened(body) == b"come now"
    assert b"come now" not in body
    with pytest.raises(InvalidTag):
        Browser().opened(body)


def test_the_example_of_the_standard_opens() -> None:
    """RFC 8291, section 5: what its application server has sealed, our reading of the keys opens."""
    browser = Browser()
    private = int.from_bytes(urlsafe_b64decode("q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94="), "big")
    browser.private = ec.derive_private_key(private, ec.SECP256R1())
    browser.auth = urlsafe_b64decode("BTBZMqHH6r4Tts7J_aSIgg==")
    body = (
        "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS6Tlz"
        "AC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qulcy4a-fN"
    )
    assert browser.opened(urlsafe_b64decode(body)) == b"When I grow up, I want to be a watermelon"


def test_the_signature_names_the_service_and_can_be_checked_with_the_public_key() -> None:
    header = KEY.signature("https://push.example.net:8443/abc")
    token, key = header.removeprefix("vapid t=").split(", k=")
    assert key == KEY.public
    point = urlsafe_b64decode(key + "=")
    public = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    claims = jwt.decode(token, public, algorithms=["ES256"], audience="https://push.example.net:8443")
    assert claims["sub"] == "mailto:queue@example.org"


def test_the_payload_is_declarative() -> None:
    said = json.loads(payload(letter(language="ar", urgent=True)))
    assert said["web_push"] == 8030
    notification = said["notification"]
    assert notification["title"] == "Your turn"
    assert notification["navigate"] == "https://q.example/t/x"
    assert (notification["dir"], notification["lang"], notification["tag"]) == ("rtl", "ar", "m1")


async def test_a_push_arrives_as_it_was_meant() -> None:
    with running_provider() as provider:
        browser = Browser(provider.url)
        assert await PushSender(KEY, anywhere=True).send(letter(browser.subscription)) == Outcome(End.SENT)
        assert json.loads(browser.opened(provider.taken[0]))["notification"]["body"] == "A-001, please come"


@pytest.mark.parametrize(
    ("mood", "outcome"),
    [
        ("twice", Outcome(End.SENT)),
        ("gone", Outcome(End.GONE, "push_410")),
        ("refuse", Outcome(End.NEVER, "push_400")),
        ("break", Outcome(End.AGAIN, "push_503")),
        ("busy", Outcome(End.AGAIN, "push_429", 77)),
        ("elsewhere", Outcome(End.NEVER, "push_307")),
        ("hang_up", Outcome(End.AGAIN, "unreachable")),
        ("garbage", Outcome(End.AGAIN, "unreachable")),
    ],
)
async def test_a_service_that_misbehaves(mood: Any, outcome: Outcome) -> None:
    with running_provider(mood) as provider:
        browser = Browser(provider.url)
        assert await PushSender(KEY, anywhere=True).send(letter(browser.subscription)) == outcome
        assert provider.asked == 1, "a redirect is not followed"


@pytest.mark.parametrize("mood", ["hang", "trickle"])
async def test_a_service_that_never_ends_can_be_broken_off(mood: Any) -> None:
    with running_provider(mood) as provider:
        sender = PushSender(KEY, anywhere=True)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.7):
                await sender.send(letter(Browser(provider.url).subscription))


async def test_nobody_at_home_is_worth_another_try() -> None:
    with running_provider() as provider:
        url = provider.url
    answered = await PushSender(KEY, anywhere=True).send(letter(Browser(url).subscription))
    assert answered == Outcome(End.AGAIN, "unreachable")


@pytest.mark.parametrize(
    "url",
    [
        "http://push.example.net/",
        "https://127.0.0.1/",
        "https://0.0.0.0/",
        "https://[::1]/",
        "https://[::ffff:127.0.0.1]/",
        "https://2130706433/",
        "https://0x7f.1/",
        "https://169.254.169.254/latest/meta-data",
        "https://10.0.0.1/",
        "https://192.168.1.1/",
        "https://100.64.0.1/",
        "https://[fd00::1]/",
        "https://[64:ff9b::7f00:1]/",
        "https://[64:ff9b:1::7f00:1]/",
        "https://[fec0::1]/",
        "https://[::127.0.0.1]/",
        "https://[::ffff:0:127.0.0.1]/",
        "https://localhost/",
        "https://localhost./",
        "https://push.example.net:22/",
        "https://push.example.net:6379/",
        "https://push.example.net:99999/",
    ],
)
async def test_a_push_goes_nowhere_inside(url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def never(*_: Any, **__: Any) -> Any:
        raise AssertionError("it has connected")

    monkeypatch.setattr(asyncio, "open_connection", never)
    answered = await PushSender(KEY).send(letter(Browser(url).subscription))
    assert answered.end in (End.GONE, End.AGAIN)


async def test_it_connects_to_the_address_that_was_judged(monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that is public when it is judged and private when it is used gains nothing."""
    used: list[Any] = []

    def resolved(*_: Any, **__: Any) -> Any:
        used.append("resolved")
        return [(2, 1, 6, "", ("93.184.216.34" if len(used) == 1 else "127.0.0.1", 443))]

    async def connect(address: str, *_: Any, **__: Any) -> Any:
        used.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolved)
    monkeypatch.setattr(asyncio, "open_connection", connect)
    with pytest.raises(ConnectionRefusedError):
        await post("https://rebinding.example/", {}, b"")
    assert used == ["resolved", "93.184.216.34"]


async def test_a_name_server_that_never_answers_holds_up_no_other_thread(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Passwords are checked in threads of the loop: as many names as it has threads must not take them."""
    answer, loop = threading.Event(), asyncio.get_running_loop()
    few = ThreadPoolExecutor(1)
    loop.set_default_executor(few)

    def silent(*_: Any, **__: Any) -> Any:
        answer.wait(10)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", silent)
    waiting = [loop.create_task(post("https://tarpit.example/", {}, b"")) for _ in range(2)]
    try:
        await asyncio.sleep(0)
        async with asyncio.timeout(5):
            assert await asyncio.to_thread(lambda: "signed in") == "signed in"
        assert not any(one.done() for one in waiting)
    finally:
        answer.set()
        await asyncio.gather(*waiting, return_exceptions=True)


async def test_a_header_can_not_be_broken_into_two() -> None:
    with running_provider() as provider, pytest.raises(NotAllowed):
        await post(provider.url, {"Topic": "x\r\nX-Evil: y"}, b"", anywhere=True)


@pytest.mark.parametrize("address", ["93.184.216.34", "2606:2800:220:1:248:1893:25c8:1946"])
def test_what_is_out_there_is_public(address: str) -> None:
    assert is_public(address)
