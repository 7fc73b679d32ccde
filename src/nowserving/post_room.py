"""Wires what goes out of the house: which senders there are, in whose name, in which words."""

from __future__ import annotations

from collections.abc import Mapping
from email.utils import parseaddr
from functools import partial

from nowserving.background.messages import Courier
from nowserving.background.promise_words import PromiseWords
from nowserving.background.wording import Wording
from nowserving.domain.messages.channels import Channel
from nowserving.outside.mail import MailSender, MailServer
from nowserving.outside.payment import PayAtDoor, Payments, RecordingPayment
from nowserving.outside.push import PushSender
from nowserving.outside.sealing import PushKey, key_from, new_key
from nowserving.outside.senders import Recorder, Sender, Senders
from nowserving.outside.sms import SmsSender, StaffSender
from nowserving.outside.stub_keys import qr_png, stub_key
from nowserving.secret_key import make_private, refuse_readable_by_others, secret_key
from nowserving.settings import PREFIX, BadSettings, Settings
from nowserving.web.gate.guests.proofs import address_proof
from nowserving.web.house import House
from nowserving.web.looks.i18n import localiser

KEY_FILE = "push.key"


def make_senders(settings: Settings, *, demo: bool = False) -> tuple[Senders, str]:
    """Return the senders that are set up, by channel, and the key that browsers know our pushes by.

    A demo notes what it would send by the channels that nobody has set up. Raises BadSettings.
    """
    key = push_key(settings)
    senders: dict[str, Sender] = {
        Channel.PUSH: PushSender(key, anywhere=settings.push_anywhere == "yes"),
        Channel.STAFF: StaffSender(),
    }
    if demo:
        senders |= {Channel.EMAIL: Recorder(), Channel.SMS: Recorder()}
    if settings.smtp_host:
        senders[Channel.EMAIL] = MailSender(_mail_server(settings))
    if settings.sms_url.get_secret_value():
        senders[Channel.SMS] = SmsSender(settings.sms_url.get_secret_value())
    return senders, key.public


def make_payments(*, demo: bool = False) -> dict[str, Payments]:
    """Return the ways to pay that are set up, by name; a demo notes what it would charge."""
    ways: list[Payments] = [PayAtDoor(), *([RecordingPayment()] if demo else [])]
    return {way.name: way for way in ways}


def make_courier(house: House) -> Courier:
    """Return what delivers the messages of a house."""
    key = stub_key(secret_key(house.settings))
    promises = PromiseWords(
        _when,
        partial(address_proof, house),
        parseaddr(house.settings.mail_from)[1],
        lambda stub: key.code_of(stub.performance_id, stub.serial, stub.version),
        qr_png,
        lambda language, zone: localiser(language).format_zone(zone),
    )
    wording = Wording(_speak, house.settings.base_url, partial(_look, house), promises)
    return Courier(house.store, house.senders, wording)


def push_key(settings: Settings) -> PushKey:
    """Return the key that signs pushes, made on the first start. Raises BadSettings for one that is none."""
    contact = settings.push_contact
    if not contact and settings.mail_from:
        contact = f"mailto:{parseaddr(settings.mail_from)[1]}"
    given = settings.push_key.get_secret_value()
    where = f"{PREFIX}PUSH_KEY"
    if not given:
        path = settings.data_dir / KEY_FILE
        if not path.exists():
            make_private(path, new_key().decode("ascii"))
        refuse_readable_by_others(path)
        given, where = path.read_text(encoding="ascii"), str(path)
    try:
        return key_from(given.encode(), contact)
    except ValueError:
        raise BadSettings([f"{where} is no private key on the curve P-256."]) from None


def _mail_server(settings: Settings) -> MailServer:
    if not settings.mail_from:
        raise BadSettings([f"{PREFIX}SMTP_HOST is set, and {PREFIX}MAIL_FROM says of nobody who writes."])
    return MailServer(
        host=settings.smtp_host,
        port=settings.smtp_port,
        security=settings.smtp_security,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value(),
        sender=settings.mail_from,
    )


def _speak(language: str, message: str) -> str:
    return localiser(language).gettext(message)


def _when(language: str, at: int, zone: str) -> str:
    """Return an instant as people say it: the day, the date and the time on the clock of a zone."""
    speaking = localiser(language)
    return f"{speaking.format_date(at, zone, 'full')}, {speaking.format_time(at, zone)}"


def _look(house: House, key: str) -> Mapping[str, str]:
    """Return position and estimate of a waiting ticket, from memory, as words; nothing for any other."""
    found = house.relay.find(key)
    if found is None or found[1].state != "waiting":
        return {}
    branch, place = found
    ahead = branch.lines.ahead(place)
    range_ = branch.wait(place.queue_id, ahead, place.rank, house.store.clock())
    minutes = "" if range_ is None else f"{range_.low_s // 60}–{-(-range_.high_s // 60)}"
    return {"position": str(ahead + 1), "minutes": minutes}
