"""Which addresses the platform sends to on a firm's word: https to the open internet, and nothing inside (SSRF).

A name is judged by what it resolves to, all of it, and the connection is made to an address that was judged, never
to the name again.
"""

from __future__ import annotations

import ipaddress
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from pilotzone.base.errors import Refused, Unavailable

LONGEST = 500
LOWEST_PORT = 1024  # below it only 443: no other protocol of somebody's is spoken to
SOURCE = "docs/api.md"
Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
Resolve = Callable[[str, int], list[str]]
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")


@dataclass(frozen=True, slots=True)
class Endpoint:
    """A URL taken apart. `host` is ASCII; `target` is path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """What the Host header says."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == (443 if self.scheme == "https" else 80) else f"{name}:{self.port}"


@dataclass(frozen=True, slots=True)
class Guard:
    """What may be reached. A demonstration also reaches its own machine and private networks, never link-local ones;
    `networks` are the zone's own exceptions."""

    demo: bool = False
    networks: tuple[Network, ...] = ()

    def allows(self, text: str) -> bool:
        """Whether this address may be connected to."""
        try:
            address = _inner(ipaddress.ip_address(text.partition("%")[0]))
        except ValueError:
            return False
        if any(address.version == network.version and address in network for network in self.networks):
            return True
        if address.is_multicast or address.is_unspecified or address.is_link_local:
            return False
        if self.demo and (address.is_loopback or address.is_private):
            return True
        return address.is_global and not address.is_reserved


def guard_of(*, demo: bool) -> Guard:
    """The guard of this zone: PILOTZONE_WEBHOOK_NETWORKS names networks firms may be reached in besides the internet."""
    told = os.environ.get("PILOTZONE_WEBHOOK_NETWORKS", "").replace(",", " ").split()
    return Guard(demo, tuple(ipaddress.ip_network(one, strict=False) for one in told))


def read(url: str) -> Endpoint:
    """The URL taken apart. Refused `webhook.url` for what no receiver is reached by."""
    try:
        if len(url) > LONGEST or not url.isprintable() or " " in url or "\\" in url:
            raise ValueError
        parts = urlsplit(url)
        host = (parts.hostname or "").rstrip(".").encode("idna").decode().lower()
        usual = 443 if parts.scheme == "https" else 80
        port = usual if parts.port is None else parts.port
        bad = parts.scheme not in ("https", "http") or not host or parts.username is not None or parts.fragment
        if bad or (port < LOWEST_PORT and port != usual):
            raise ValueError
        target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        target.encode("ascii")
    except ValueError:  # UnicodeError is one
        raise Refused(
            code="webhook.url",
            zh="推送地址须为 https:// 开头的完整网址，不含用户名和 #，端口为443或1024以上。",
            en="The endpoint is a full https:// address without user name or #, on port 443 or above 1023.",
            source=SOURCE,
            fields={"url": url[:100]},
        ) from None
    return Endpoint(parts.scheme, host, port, target)


def resolve(host: str, port: int) -> list[str]:
    """Every address of a name. OSError where there is none."""
    return list(dict.fromkeys(str(row[4][0]) for row in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)))


def addresses(endpoint: Endpoint, guard: Guard, resolver: Resolve = resolve) -> list[str]:
    """Where to connect to. Unavailable `webhook.host` where the name is unknown now; Refused `webhook.address` where any
    of its addresses may not be reached, or plain http would leave this machine."""
    try:
        found = resolver(endpoint.host, endpoint.port)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise Unavailable(
            code="webhook.host",
            zh=f"域名 {endpoint.host} 无法解析。",
            en=f"The host {endpoint.host} cannot be resolved.",
            source=SOURCE,
            fields={"url": endpoint.host},
        )
    plain = endpoint.scheme == "http" and not all(_loopback(one) for one in found)
    if plain or not all(guard.allows(one) for one in found):
        raise Refused(
            code="webhook.address",
            zh="该地址不能作为推送地址：只能用 https 推送到互联网地址，不能指向内网、本机或链路本地地址。",
            en="Not an endpoint to push to: https to an internet address only, nothing private, local or link-local.",
            source=SOURCE,
            fields={"url": endpoint.host},
        )
    return found


def _loopback(text: str) -> bool:
    try:
        return _inner(ipaddress.ip_address(text.partition("%")[0])).is_loopback
    except ValueError:
        return False


def _inner(address: Address) -> Address:
    """The IPv4 address an IPv6 one stands for, where it does: it decides where the packets end."""
    if isinstance(address, ipaddress.IPv6Address):
        if address in _NAT64:
            return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
        teredo = address.teredo
        return address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else address)
    return address
