"""The whole road once: a real server, a real mail server and a real push service; and what the log says."""

from __future__ import annotations

import json
import stat
from pathlib import Path
from typing import Any

import pytest

from nowserving.domain.tickets.rules import AskContact, QueueRules
from tests.builders import Builder
from tests.outside.office import Office, serving_mail
from tests.outside.test_push import Browser
from tests.provider import running_provider, wait_until
from tests.servers import servers

KEY = "nsk_admin-key-of-the-tests"
PHONE, EMAIL = "+34600999123", "ana.canary@example.net"
pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning")


@pytest.mark.timeout(180)
def test_a_call_reaches_mail_box_and_browser_and_no_log(sqlite_url: str, tmp_path: Path) -> None:
    builder = Builder(sqlite_url)
    branch = builder.branch("Town Hall")
    rules = QueueRules(ask_contact=AskContact.OPTIONAL)
    queue = builder.queue("Passports", branch, rules=rules)
    desk = builder.desk("Desk 1", branch, serves=[queue], agent_id="staff:maria")
    builder.api_key("Admin", KEY)
    builder.close()
    office = Office()
    with serving_mail(office) as port, running_provider() as push:
        settings: dict[str, Any] = {
            "smtp_host": "127.0.0.1",
            "smtp_port": str(port),
            "smtp_security": "none",
            "mail_from": "Town Hall <queue@example.org>",
            "base_url": "https://queue.example.org",
            "push_anywhere": "yes",
            "allowed_hosts": "127.0.0.1,localhost",
            "log_level": "debug",
        }
        with servers(sqlite_url, tmp_path, 1, **settings) as (server,):
            browser = Browser(push.url)
            for contact in ({"email": EMAIL, "phone": PHONE}, {"push": browser.subscription}):
                code, _ = server.call("POST", f"/api/v1/queues/{queue}/tickets", {"contact": contact}, KEY)
                assert code == 201
            # Who is done before anybody has looked is told nothing any more, so each call is waited for.
            for told in (lambda: len(office.letters) >= 2, lambda: len(push.taken) >= 3):
                code, _ = server.call("POST", f"/api/v1/desks/{desk}/call-next", {}, KEY)
                assert code == 200
                wait_until(told, 30)
            log = server.log()
        mode = stat.S_IMODE((tmp_path / "push.key").stat().st_mode)

    assert [to for to, _ in office.letters] == [[EMAIL]] * len(office.letters)
    assert any("it is your turn" in message["Subject"] for _, message in office.letters)
    opened = [json.loads(browser.opened(body))["notification"] for body in push.taken]
    assert any("A-002" in one["body"] and "Desk 1" in one["body"] for one in opened)
    assert mode == 0o600
    for canary in (EMAIL, PHONE, "600999123", push.url, browser.subscription["auth"]):
        assert canary not in log
