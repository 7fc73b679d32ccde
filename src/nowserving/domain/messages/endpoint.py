"""Where a push may go: the address of a push service in the open network, and of nothing nearer.

What stands here judges letters only. Whether a name leads to an inner address is judged again, by its
addresses, whenever it is called (outside/post.py).
"""

from __future__ import annotations

import ipaddress
import re
from urllib.parse import SplitResult, urlsplit

from nowserving.errors import N_, invalid_field

_LONGEST = 1_000
_LABEL = re.compile(r"(?!-)[a-z0-9_-]{1,63}(?<!-)")
# Old and local ways to write an address in numbers: 127.1, 2130706433, 0x7f.0.0.1.
_NUMBER = re.compile(r"(0x[0-9a-f]*|[0-9]+)")
# What means something within a house only.
_INNER = ("localhost", "local", "internal", "intranet", "lan", "home", "corp", "test", "arpa", "onion")


def endpoint_from(value: object, pointer: str, *, anywhere: bool = False) -> str:
    """Return the address of a push service; raise Invalid for one that leads into a house.

    `anywhere` also takes plain HTTP and inner addresses: tests, closed networks.
    """
    parts = _parts(value)
    if parts is None or parts.scheme not in ("https", "http"):
        raise invalid_field(pointer, "bad_endpoint", N_("This is not the address of a push service."))
    if not anywhere and not (parts.scheme == "https" and is_outer(parts.hostname or "")):
        message = N_("A push service has a public address that begins with https.")
        raise invalid_field(pointer, "endpoint_not_public", message)
    return str(value)


def is_outer(host: str) -> bool:
    """Tell whether a host is written as one of the open network: a public address, or a name with a dot."""
    try:
        return is_public(host)
    except ValueError:
        labels = host.lower().removesuffix(".").split(".")
    proper = len(labels) > 1 and all(_LABEL.fullmatch(label) for label in labels)
    return proper and labels[-1] not in _INNER and not _NUMBER.fullmatch(labels[-1])


def is_public(address: str) -> bool:
    """Tell whether an address is one of the open network: no loopback, link, private or reserved one.

    Raises ValueError for what is no address.
    """
    found = ipaddress.ip_address(address)
    if isinstance(found, ipaddress.IPv6Address):
        inner = found.ipv4_mapped or found.sixtofour or (found.teredo[1] if found.teredo else None)
        if inner is not None:
            return is_public(str(inner))
        if found in ipaddress.ip_network("64:ff9b::/96"):
            return is_public(str(ipaddress.IPv4Address(int(found) & 0xFFFFFFFF)))
        # "Global" by Python are also site-local addresses, and old and local ways to write one of IPv4.
        if found.is_site_local or found.is_reserved:
            return False
    return found.is_global and not found.is_multicast


def _parts(value: object) -> SplitResult | None:
    """Return the parts of what can be an address at all, or None."""
    if not isinstance(value, str) or len(value) > _LONGEST:
        return None
    if not (value.isascii() and value.isprintable()) or " " in value:
        return None
    try:
        parts = urlsplit(value)
        # Asking for the port raises ValueError where it is none.
        return parts if parts.hostname and not parts.username and parts.port != 0 else None
    except ValueError:
        return None
