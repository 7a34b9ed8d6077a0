"""Where a command listens that answers over the network."""

from __future__ import annotations

import socket
from ipaddress import ip_address

from engine.cli.exits import OutsideError


def listening(host: str, port: int) -> socket.socket:
    """A socket that listens. Raises OutsideError: it is taken, or there is no such address."""
    try:
        found = socket.getaddrinfo(
            host or None, port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE
        )
        family, _, _, _, address = found[0]
        return socket.create_server(address[:2], family=family, backlog=2048)
    except (OSError, OverflowError) as error:
        why = (getattr(error, "strerror", None) or str(error)).lower()
        raise OutsideError(f"cannot listen on {host}:{port}: {why}") from None


def url_of(listener: socket.socket) -> str:
    """How a browser on this computer names it."""
    host, port = listener.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def is_loopback(listener: socket.socket) -> bool:
    """Whether only this computer can reach it."""
    return ip_address(listener.getsockname()[0]).is_loopback
