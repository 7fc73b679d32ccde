"""Settings: one table. Each can come from a flag, the environment, a file, or its default, in this order.

`NOWSERVING_PORT=8080` in the environment, `port = 8080` in nowserving.toml and `--port 8080` on the
command line are the same thing. A setting that is a secret may also be named by the file that holds
it: `NOWSERVING_SECRET_KEY_FILE=/run/secrets/key`.
"""

from __future__ import annotations

import difflib
import ipaddress
import os
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field, SecretStr, ValidationError, field_validator
from pydantic_settings import (
    BaseSettings,
    NoDecode,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

PREFIX = "NOWSERVING_"
FILE_NAME = "nowserving.toml"
_HOURS = 60 * 60
_DAYS = 24 * _HOURS
_RATE = re.compile(r"[1-9][0-9]{0,6} per ([1-9][0-9]{0,4} )?(second|minute|hour|day)s?")


class BadSettings(Exception):
    """The settings can't be used; each line of `lines` says why in a plain sentence."""

    def __init__(self, lines: Iterable[str]) -> None:
        self.lines = tuple(lines)
        super().__init__("\n".join(self.lines))


def _rate(value: str) -> str:
    for part in value.split(";"):
        if not _RATE.fullmatch(part.strip()):
            raise ValueError('write it like "10 per 5 minutes", several of them with ";" between')
    return value


Rate = Annotated[str, AfterValidator(_rate)]


class Settings(BaseSettings):
    """Every setting with its kind, default and meaning. The order is the order of the documentation."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, extra="forbid", frozen=True, hide_input_in_errors=True
    )

    data_dir: Path = Field(
        Path("data"),
        description="Folder for the database, the secret key and backups.",
    )
    database_url: SecretStr = Field(
        SecretStr(""),
        description="Database URL, postgresql://… or sqlite:///…; empty: a SQLite file in the data folder.",
    )
    host: str = Field(
        "127.0.0.1", description="Address to listen on; 0.0.0.0 lets other machines of the network in."
    )
    port: int = Field(8000, ge=0, le=65535, description="Port to listen on; 0 takes any that is free.")
    base_url: str = Field(
        "",
        description="Public address, used for links and QR codes; empty: the address the browser used.",
    )
    allowed_hosts: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="Host names to answer under, comma-separated; empty: base_url's if set, else any."
    )
    trusted_proxies: Annotated[tuple[str, ...], NoDecode] = Field(
        (),
        description="Addresses or networks of proxies whose X-Forwarded-For, -Proto and -Host are believed.",
    )
    workers: int = Field(1, ge=1, le=64, description="Server processes; more than one needs PostgreSQL.")
    backlog: int = Field(
        65536,
        ge=128,
        le=1_000_000,
        description="Requests and open streams that one process may hold at a time.",
    )
    redis_url: SecretStr = Field(
        SecretStr(""),
        description="Redis or Valkey URL; optional: shares rate limits between processes.",
    )
    secret_key: SecretStr = Field(
        SecretStr(""),
        description="Key that signs tokens, 32 characters at least; empty: made once and kept in data_dir.",
    )
    clinic_keys: SecretStr = Field(
        SecretStr(""),
        description="Keys that seal the clinic's records, the newest last; empty: made and kept in data_dir.",
    )
    clinic_keep_days: int = Field(
        0,
        ge=0,
        le=36_500,
        description="Days after the last visit until a record is erased by itself; 0: somebody erases it.",
    )
    sign_in_idle_s: int = Field(
        12 * _HOURS,
        ge=300,
        le=30 * _DAYS,
        description="Seconds without use after which a browser is signed out.",
    )
    sign_in_lifetime_s: int = Field(
        7 * _DAYS, ge=300, le=365 * _DAYS, description="Seconds after which everybody signs in again."
    )
    access_token_s: int = Field(
        15 * 60, ge=60, le=_DAYS, description="Life of an access token (JWT) in seconds."
    )
    refresh_token_s: int = Field(
        30 * _DAYS, ge=300, le=365 * _DAYS, description="Life of a refresh token in seconds."
    )
    pairing_s: int = Field(
        5 * 60,
        ge=60,
        le=_HOURS,
        description="Life of the code that a new kiosk or display shows, in seconds.",
    )
    limit_sign_in: Rate = Field(
        "10 per 5 minutes",
        description="Sign-in tries by one address; a browser that has signed in to the account counts alone.",
    )
    limit_guest_sign_in: Rate = Field(
        "60 per 5 minutes",
        description="Tries of one address to register, sign in or replace a password as a guest.",
    )
    limit_letters: Rate = Field(
        "2 per minute; 6 per hour",
        description="Letters about an account to one e-mail address, whoever asks for them.",
    )
    limit_account: Rate = Field(
        "100 per hour",
        description="Sign-in tries for one account from browsers that have never signed in to it.",
    )
    limit_pairing: Rate = Field(
        "10 per minute", description="Pairing requests and typed pairing codes by one address or person."
    )
    limit_join: Rate = Field("60 per minute", description="Tickets drawn by one device or API key.")
    limit_remote_join: Rate = Field(
        "20 per 10 seconds; 60 per 5 minutes; 300 per hour",
        description="Tickets drawn by guests' phones of one address; a café's or a hall's network is one.",
    )
    limit_hold: Rate = Field(
        "20 per 10 seconds; 30 per 5 minutes; 120 per hour",
        description="Times that guests of one address keep or reserve; one device keeps three at once.",
    )
    limit_requests: Rate = Field(
        "1200 per minute", description="Requests to the API by one address, device or API key."
    )
    limit_arrival: Rate = Field(
        "20 per 10 minutes; 60 per hour",
        description="Reservations that one kiosk asks for and that are not there; real ones never count.",
    )
    limit_unknown: Rate = Field(
        "300 per minute",
        description="Tickets and queues that do not exist, asked for by one address; real ones never count.",
    )
    smtp_host: str = Field("", description="Mail server for messages to guests; empty: no e-mail is sent.")
    smtp_port: int = Field(587, ge=1, le=65535, description="Port of the mail server.")
    smtp_security: Literal["starttls", "tls", "none"] = Field(
        "starttls", description="How the line to the mail server is secured; none only on one's own machine."
    )
    smtp_user: str = Field("", description="Account at the mail server; empty: it asks for none.")
    smtp_password: SecretStr = Field(SecretStr(""), description="Password of that account.")
    mail_from: str = Field(
        "", description='Who e-mails come from, like "Town Hall <queue@example.org>"; needed for e-mail.'
    )
    sms_url: SecretStr = Field(
        SecretStr(""),
        description="Provider of text messages: an apprise address, with {to} where the number stands.",
    )
    sms_inbound_secret: SecretStr = Field(
        SecretStr(""),
        description="Secret end, 16 characters at least, of the address that hears STOP; empty: closed.",
    )
    push_key: SecretStr = Field(
        SecretStr(""),
        description="Private key (PEM) that signs pushes; empty: made once and kept in data_dir.",
    )
    push_contact: str = Field(
        "", description="Whom push services may write to: mailto:… or https://…; empty: mail_from's address."
    )
    push_anywhere: Literal["no", "yes"] = Field(
        "no", description="yes: pushes go to private addresses and plain HTTP too; for tests only."
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info", description="Least severity that is logged."
    )
    log_format: Literal["auto", "text", "json"] = Field(
        "auto", description="Shape of log lines; auto: text on a terminal, JSON elsewhere."
    )
    metrics_token: SecretStr = Field(
        SecretStr(""), description="Bearer token that opens /metrics; empty: /metrics is closed."
    )

    @field_validator("allowed_hosts", "trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return tuple(part.strip() for part in value.split(",") if part.strip())
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for network in value:
            ipaddress.ip_network(network, strict=False)
        return value

    @field_validator("mail_from")
    @classmethod
    def _mail_from(cls, value: str) -> str:
        if value and not re.fullmatch(r"([^<>\r\n]*<[^@\s<>]+@[^@\s<>]+>|[^@\s<>]+@[^@\s<>]+)", value):
            raise ValueError("write it like Town Hall <queue@example.org>")
        return value

    @field_validator("sms_inbound_secret")
    @classmethod
    def _sms_inbound_secret(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value() and not re.fullmatch(r"[A-Za-z0-9_-]{16,128}", value.get_secret_value()):
            raise ValueError("write 16 to 128 letters, digits, - or _")
        return value

    @field_validator("sms_url")
    @classmethod
    def _sms_url(cls, value: SecretStr) -> SecretStr:
        url = value.get_secret_value()
        if url and ("{to}" not in url or "://" not in url):
            raise ValueError("write it as apprise does, with {to} where the guest's number stands")
        return value

    @field_validator("push_contact")
    @classmethod
    def _push_contact(cls, value: str) -> str:
        if value and not re.fullmatch(r"(mailto:[^@\s]+@[^@\s]+|https://\S+)", value):
            raise ValueError("write it like mailto:queue@example.org")
        return value

    @field_validator("base_url")
    @classmethod
    def _base(cls, value: str) -> str:
        if value and not re.fullmatch(r"https?://[A-Za-z0-9.\-\[\]:]+(/[A-Za-z0-9._~/\-]*)?", value):
            raise ValueError("write it like https://queue.example.org")
        return value.rstrip("/")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Say where settings come from, strongest first: flags, environment, files of secrets, TOML."""
        flags = init_settings()
        toml = TomlConfigSettingsSource(settings_cls, _file_beside(flags))
        return init_settings, env_settings, _SecretFiles(settings_cls), toml

    @property
    def database(self) -> str:
        """The database URL, the default filled in."""
        given = self.database_url.get_secret_value()
        return given or f"sqlite:///{self.data_dir.resolve() / 'nowserving.sqlite3'}"


class _SecretFiles(PydanticBaseSettingsSource):
    """Reads NOWSERVING_<SECRET>_FILE, the way container platforms hand out secrets."""

    def get_field_value(self, field: Any, field_name: str) -> tuple[Any, str, bool]:  # noqa: ARG002
        """Return the secret in the file that the variable names, or None."""
        path = os.environ.get(f"{PREFIX}{field_name.upper()}_FILE")
        return (_read_secret(Path(path)) if path else None), field_name, False

    def __call__(self) -> dict[str, Any]:
        """Return all secrets that have a file."""
        found = {name: self.get_field_value(None, name)[0] for name in secret_names()}
        return {name: value for name, value in found.items() if value is not None}


def secret_names() -> tuple[str, ...]:
    """Return the names of the settings that are secrets and may come from a file of their own."""
    return tuple(name for name, field in Settings.model_fields.items() if field.annotation is SecretStr)


def _read_secret(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is not text"
        raise BadSettings([f"{path} can't be read: {reason}."]) from None


def _file_beside(flags: Mapping[str, Any]) -> Path | None:
    """Return the TOML file to read: the one NOWSERVING_CONFIG names, or the data folder's if there is one."""
    named = os.environ.get(f"{PREFIX}CONFIG")
    if named:
        if not Path(named).is_file():
            raise BadSettings([f"{PREFIX}CONFIG names {named}, and there is no such file."])
        return Path(named)
    default = Settings.model_fields["data_dir"].default
    folder = flags.get("data_dir") or os.environ.get(f"{PREFIX}DATA_DIR") or default
    return Path(folder) / FILE_NAME


def load(**flags: Any) -> Settings:
    """Return the settings in force. A flag that is None was not given. Raises BadSettings."""
    given = {name: value for name, value in flags.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as error:
        raise BadSettings(_sentence(one) for one in error.errors(include_input=False)) from None
    except ValueError as error:  # The TOML file is broken; the parser says where.
        raise BadSettings([f"The settings file can't be read: {error}"]) from None


def _sentence(error: Any) -> str:
    name = ".".join(str(part) for part in error["loc"])
    if error["type"] == "extra_forbidden":
        return f"{name} is not a setting.{_did_you_mean(name, Settings.model_fields)}"
    reason = error["msg"].removeprefix("Value error, ")
    return f"{PREFIX}{name.upper()}: {reason}."


def _did_you_mean(name: str, known: Iterable[str]) -> str:
    near = difflib.get_close_matches(name, list(known), 1)
    return f" Did you mean {near[0]}?" if near else ""


def unknown_variables(environment: Mapping[str, str]) -> list[str]:
    """Return a sentence for each NOWSERVING_ variable that no setting reads: most likely a slip."""
    known = {f"{PREFIX}{name.upper()}" for name in Settings.model_fields}
    known |= {f"{PREFIX}{name.upper()}_FILE" for name in secret_names()} | {f"{PREFIX}CONFIG"}
    strange = (name for name in sorted(environment) if name.startswith(PREFIX) and name not in known)
    return [
        f"{name} is not a setting.{_did_you_mean(name, known)}"
        for name in strange
        if not name.startswith(f"{PREFIX}TEST_")
    ]
