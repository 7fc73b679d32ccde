"""Settings come from flags, the environment, files of secrets and TOML, in this order."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import pytest

from nowserving.post_room import make_senders, push_key
from nowserving.secret_key import secret_key
from nowserving.settings import BadSettings, load, unknown_variables
from nowserving.settings_table import settings_table, values_in_force

GOOD_KEY = "kX9q2-Lw7vTz4-Rb8nYc5-Hd3mJf6-Ps1"


@pytest.fixture(autouse=True)
def no_settings_from_outside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    import os

    for name in list(os.environ):
        if name.startswith("NOWSERVING_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)


def test_a_server_needs_no_setting(tmp_path: Path) -> None:
    settings = load()
    assert settings.port == 8000
    assert settings.database == f"sqlite:///{tmp_path}/data/nowserving.sqlite3"


def test_a_flag_beats_the_environment_and_the_environment_beats_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "nowserving.toml").write_text('port = 1001\nhost = "::1"\nlog_level = "debug"\n')
    monkeypatch.setenv("NOWSERVING_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("NOWSERVING_PORT", "1002")
    monkeypatch.setenv("NOWSERVING_HOST", "0.0.0.0")
    settings = load(port=1003, host=None)
    assert (settings.port, settings.host, settings.log_level) == (1003, "0.0.0.0", "debug")


def test_config_names_the_file_to_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "elsewhere.toml"
    file.write_text('trusted_proxies = ["10.0.0.0/8"]\n')
    monkeypatch.setenv("NOWSERVING_CONFIG", str(file))
    assert load().trusted_proxies == ("10.0.0.0/8",)


def test_lists_are_comma_separated_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOWSERVING_TRUSTED_PROXIES", "127.0.0.1, fd00::/8")
    assert load().trusted_proxies == ("127.0.0.1", "fd00::/8")


def test_a_secret_can_stand_in_a_file_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "url"
    file.write_text("postgresql://db/queue\n")
    monkeypatch.setenv("NOWSERVING_DATABASE_URL_FILE", str(file))
    assert load().database == "postgresql://db/queue"


@pytest.mark.parametrize(
    ("variable", "value", "sentence"),
    [
        ("PORT", "eighty", "NOWSERVING_PORT: "),
        ("PORT", "70000", "NOWSERVING_PORT: "),
        ("TRUSTED_PROXIES", "the-proxy", "NOWSERVING_TRUSTED_PROXIES: "),
        ("BASE_URL", "queue.example.org", "write it like https://queue.example.org"),
        ("LIMIT_JOIN", "lots", 'write it like "10 per 5 minutes"'),
        ("CONFIG", "/nowhere.toml", "there is no such file"),
        ("SECRET_KEY_FILE", "/nowhere", "can't be read"),
    ],
)
def test_a_bad_value_is_refused_in_a_plain_sentence(
    monkeypatch: pytest.MonkeyPatch, variable: str, value: str, sentence: str
) -> None:
    monkeypatch.setenv(f"NOWSERVING_{variable}", value)
    with pytest.raises(BadSettings, match=re.escape(sentence)):
        load()


def test_a_misspelt_setting_in_the_file_is_refused_with_a_guess(tmp_path: Path) -> None:
    (tmp_path / "nowserving.toml").write_text("prot = 80\n")
    with pytest.raises(BadSettings, match=r"prot is not a setting\. Did you mean port\?"):
        load(data_dir=tmp_path)


def test_a_broken_file_is_refused(tmp_path: Path) -> None:
    (tmp_path / "nowserving.toml").write_text("port = = 80\n")
    with pytest.raises(BadSettings, match="settings file can't be read"):
        load(data_dir=tmp_path)


def test_a_secret_file_that_is_not_text_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "key").write_bytes(b"\xff\xfe\x00")
    monkeypatch.setenv("NOWSERVING_SECRET_KEY_FILE", str(tmp_path / "key"))
    with pytest.raises(BadSettings, match="it is not text"):
        load()


def test_a_misspelt_variable_is_noticed() -> None:
    environment = {
        "NOWSERVING_PROT": "1",
        "NOWSERVING_PORT": "1",
        "NOWSERVING_SECRET_KEY_FILE": "x",
        "HOME": "/",
    }
    assert unknown_variables(environment) == [
        "NOWSERVING_PROT is not a setting. Did you mean NOWSERVING_PORT?"
    ]
    assert unknown_variables({"NOWSERVING_TEST_CHROMIUM": "1"}) == []


def test_the_table_explains_every_setting() -> None:
    rows = settings_table()
    assert {"NOWSERVING_PORT", "NOWSERVING_SECRET_KEY", "NOWSERVING_TRUSTED_PROXIES"} <= {
        row.variable for row in rows
    }
    for row in rows:
        assert row.meaning.endswith("."), row
        assert row.kind
    assert {row.variable: row.kind for row in rows}["NOWSERVING_LOG_FORMAT"] == "auto | text | json"


def test_printed_settings_hide_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("NOWSERVING_SECRET_KEY", GOOD_KEY)
    shown = values_in_force(load(trusted_proxies="10.0.0.1,10.0.0.2"))
    assert shown["NOWSERVING_SECRET_KEY"] == "********"
    assert shown["NOWSERVING_TRUSTED_PROXIES"] == "10.0.0.1, 10.0.0.2"
    assert GOOD_KEY not in str(load())


def test_the_key_is_made_once_for_the_owner_only(tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path / "new")
    key = secret_key(settings)
    assert len(key) >= 32
    assert (tmp_path / "new" / "secret.key").stat().st_mode & 0o777 == 0o600
    assert secret_key(settings) == key


def test_a_key_that_others_can_read_is_refused(tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path)
    secret_key(settings)
    (tmp_path / "secret.key").chmod(0o644)
    with pytest.raises(BadSettings, match="chmod 600"):
        secret_key(settings)


def test_a_named_key_file_that_others_can_read_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "key"
    file.write_text(GOOD_KEY)
    file.chmod(0o604)
    monkeypatch.setenv("NOWSERVING_SECRET_KEY_FILE", str(file))
    with pytest.raises(BadSettings, match="chmod 600"):
        secret_key(load())
    file.chmod(0o400)
    assert secret_key(load()) == GOOD_KEY.encode()


@pytest.mark.parametrize(
    "key",
    [
        "short",
        "a" * 64,
        "change-me-please-this-is-not-a-real-key-0123",
        "abcabcabcabcabcabcabcabcabcabcabcabc",
    ],
)
def test_a_sample_key_is_refused(key: str) -> None:
    with pytest.raises(BadSettings):
        secret_key(load(secret_key=key))


def test_a_key_in_a_folder_that_can_not_be_written_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(BadSettings, match="can't be written"):
        secret_key(load(data_dir=tmp_path / "file"))


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"sms_url": "twilio://account:token@15551230000/+34600000000"}, "{to}"),
        ({"mail_from": "Town Hall\r\nBcc: eve@example.org"}, "Town Hall <queue@example.org>"),
        ({"push_contact": "olga@example.org"}, "mailto:"),
        ({"smtp_security": "sometimes"}, "NOWSERVING_SMTP_SECURITY"),
    ],
)
def test_a_sender_that_can_not_work_is_refused_without_its_secret(given: dict[str, Any], said: str) -> None:
    with pytest.raises(BadSettings) as caught:
        load(**given)
    assert said in str(caught.value)
    assert "token" not in str(caught.value)


def test_the_key_of_pushes_is_made_once_for_us_alone(tmp_path: Path) -> None:
    settings = load(data_dir=tmp_path)
    first, second = push_key(settings), push_key(settings)
    assert first.public == second.public
    assert stat.S_IMODE((tmp_path / "push.key").stat().st_mode) == 0o600
    (tmp_path / "push.key").chmod(0o644)
    with pytest.raises(BadSettings, match="chmod 600"):
        push_key(settings)
    with pytest.raises(BadSettings, match="PUSH_KEY is no private key"):
        push_key(load(data_dir=tmp_path, push_key="no key at all"))


def test_a_mail_server_needs_somebody_who_writes(tmp_path: Path) -> None:
    with pytest.raises(BadSettings, match="MAIL_FROM"):
        make_senders(load(data_dir=tmp_path, smtp_host="mail.example.org"))
