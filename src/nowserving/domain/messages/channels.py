"""The roads a message can take."""

from __future__ import annotations

from enum import StrEnum


class Channel(StrEnum):
    """The road that a message takes. STAFF leads to the address that a branch has for alerts."""

    PUSH = "push"
    EMAIL = "email"
    SMS = "sms"
    STAFF = "staff"


GUEST_CHANNELS = (Channel.PUSH, Channel.EMAIL, Channel.SMS)
