"""Lets nobody to a website but those whom a lobby of Now Serving lets in. WSGI, standard library only."""
# ruff: noqa: ANN001, ANN201, ANN204, D102, INP001, S310

import hmac
import json
import secrets
import time
from datetime import datetime
from http.cookies import SimpleCookie
from urllib.error import URLError
from urllib.parse import parse_qs
from urllib.request import Request, urlopen


class WebsiteGuard:
    """Wrap an application: `WebsiteGuard(app, "https://queue.example.org", "<performance id>", secret)`."""

    def __init__(self, app, lobby, performance_id, secret):
        self.app, self.lobby, self.performance_id, self.secret = app, lobby, performance_id, secret

    def __call__(self, environ, start_response):
        cookie = SimpleCookie(environ.get("HTTP_COOKIE", "")).get("__Host-lobby")
        if cookie and self.is_inside(cookie.value):
            return self.app(environ, start_response)
        token = parse_qs(environ.get("QUERY_STRING", "")).get("ns_pass", [""])[0]
        until = self.taken(token) if token else 0
        headers = [("Location", f"{self.lobby}/on-sale/{self.performance_id}"), ("Cache-Control", "no-store")]
        if until:
            said = f"{until}.{secrets.token_urlsafe(12)}"
            kept = f"__Host-lobby={said}.{self.signature(said)}; Path=/; Secure; HttpOnly; SameSite=Lax"
            headers = [("Location", environ.get("PATH_INFO") or "/"), ("Set-Cookie", kept), headers[1]]
        start_response("303 See Other", headers)
        return [b""]

    def taken(self, token):
        """Ask whether a pass is good: it is so once. Whatever else comes of it lets nobody in."""
        body = json.dumps({"token": token, "performance_id": self.performance_id}).encode()
        asked = Request(f"{self.lobby}/api/v1/passes/verify", body, {"Content-Type": "application/json"})
        try:
            with urlopen(asked, timeout=5) as answer:
                end = json.load(answer)["data"]["expires_at"]
            return int(datetime.fromisoformat(end).timestamp())
        except (URLError, OSError, ValueError, KeyError):
            return 0

    def is_inside(self, cookie):
        said, _, signature = cookie.rpartition(".")
        until = said.partition(".")[0]
        genuine = hmac.compare_digest(signature.encode(), self.signature(said).encode())
        return genuine and int(until) > time.time()

    def signature(self, said):
        return hmac.new(self.secret, said.encode(), "sha256").hexdigest()
