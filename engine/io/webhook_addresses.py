"""Where webhooks may be sent: addresses of the internet only, unless an operator allows others."""

from __future__ import annotations

import ipaddress
import re
from typing import TypeAlias

import httpx2

Address: TypeAlias = ipaddress.IPv4Address | ipaddress.IPv6Address

LONGEST = 2_000
"""Characters of a URL."""
_GLOBAL, _NAT64 = ipaddress.IPv6Network("2000::/3"), ipaddress.IPv6Network("64:ff9b::/96")
_HOST = re.compile(r"[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*\.?", re.ASCII)
_LONGEST_HOST = 253
_PORTS = range(1, 1 << 16)
_LOCAL = ("localhost", "localhost.localdomain")


class BadUrlError(ValueError):
    """Why nothing can be sent to a URL, in one sentence, and the way out."""

    def __init__(self, message: str, hint: str) -> None:
        """`message` begins with a lower case letter and has no full stop."""
        super().__init__(message)
        self.message, self.hint = message, hint


def checked(text: str, *, allow_private: bool) -> str:
    """A URL in its one spelling. Raises BadUrlError where nothing could be sent to it."""
    if len(text) > LONGEST:
        raise BadUrlError(f"the URL has more than {LONGEST} characters", "use a shorter one")
    try:
        url = httpx2.URL(text)
        host = url.raw_host.decode()
    except (httpx2.InvalidURL, ValueError):
        raise BadUrlError("the URL cannot be understood", "write https://HOST/PATH") from None
    is_host = len(host) <= _LONGEST_HOST and (_HOST.fullmatch(host) or literal(host))
    is_port = url.port is None or url.port in _PORTS
    if url.scheme not in {"https", "http"} or not is_host or not is_port:
        raise BadUrlError("the URL does not name a place on the web", "write https://HOST/PATH")
    if url.userinfo:
        hint = "leave them out: what is sent is signed"
        raise BadUrlError("the URL holds a name or a password", hint)
    if url.fragment:
        raise BadUrlError("the URL has a part behind '#', which is never sent", "leave it out")
    if allow_private:
        return str(url)
    if url.scheme == "http":
        hint = "use https://, or --allow-private-webhooks where it stays in the house"
        raise BadUrlError("what is sent to an http:// URL can be read on its way", hint)
    address = literal(host)
    if (address is not None and not is_public(address)) or _is_local(host):
        raise BadUrlError(*private(host))
    return str(url)


def private(host: str) -> tuple[str, str]:
    """Why nothing is sent to an address, and the way out."""
    return f"{host} is no address of the internet", "--allow-private-webhooks allows it"


def _is_local(host: str) -> bool:
    name = host.lower().rstrip(".")
    return name in _LOCAL or name.endswith(".localhost")


def literal(host: str) -> Address | None:
    """The address that a host is; None for a name."""
    try:
        return ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return None


def is_public(address: Address) -> bool:
    """Whether an address is one of the internet, also if it stands for one of an older kind."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast
    if address in _NAT64:
        return is_public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    if address.ipv4_mapped is not None:
        return is_public(address.ipv4_mapped)
    if address.sixtofour is not None and not is_public(address.sixtofour):
        return False
    return address in _GLOBAL and address.is_global
