"""Which addresses of the web may be fetched: by how they are written, and by where they lead.

An address is refused rather than guessed at: what two programs could read in two ways is no address here.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address, ip_network
from typing import Final
from urllib.parse import quote, urlsplit

import idna

from tracker.domain.addresses import web_address

DEFAULT_PORTS: Final = {"http": 80, "https": 443}

_LONGEST: Final = 2_000
_LONGEST_HOST: Final = 253
_NETLOC = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(?::([0-9]{1,5}))?")
_LIKE_A_NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")
_LABEL = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?")
_KEPT_IN_PATHS: Final = "/%:@!$&'()*+,;=-._~"

_SPECIAL: Final[Sequence[tuple[str, str]]] = (
    ("0.0.0.0/8", "this network"),
    ("10.0.0.0/8", "a private network"),
    ("100.64.0.0/10", "a provider's own network"),
    ("127.0.0.0/8", "this machine"),
    ("168.63.129.16/32", "a cloud's own service"),
    ("169.254.0.0/16", "a link of this machine, or a cloud's metadata"),
    ("172.16.0.0/12", "a private network"),
    ("192.0.0.0/24", "reserved"),
    ("192.0.2.0/24", "for documentation"),
    ("192.31.196.0/24", "reserved"),
    ("192.52.193.0/24", "reserved"),
    ("192.88.99.0/24", "a relay"),
    ("192.168.0.0/16", "a private network"),
    ("192.175.48.0/24", "reserved"),
    ("198.18.0.0/15", "for measurements"),
    ("198.51.100.0/24", "for documentation"),
    ("203.0.113.0/24", "for documentation"),
    ("224.0.0.0/4", "for many at once"),
    ("240.0.0.0/4", "reserved"),
    ("2001::/23", "a tunnel, or reserved"),
    ("2001:db8::/32", "for documentation"),
    ("2620:4f:8000::/48", "reserved"),
    ("3fff::/20", "for documentation"),
)
"""Networks that are not the public web, from IANA's registries of special-purpose addresses, and one more.

Written out, since what Python counts as global differs between its versions and has gaps.
"""

_NETWORKS: Final = tuple((ip_network(written), what) for written, what in _SPECIAL)
_GLOBAL_UNICAST: Final = IPv6Network("2000::/3")
_MAPPED: Final = IPv6Network("::ffff:0:0/96")
_NAT64: Final = IPv6Network("64:ff9b::/96")
_ISATAP: Final = frozenset({0x0000_5EFE, 0x0200_5EFE})


class RefusedError(Exception):
    """An address that is not fetched; the message says why, without repeating it."""


@dataclass(frozen=True, slots=True)
class FetchRules:
    """What may be fetched beyond what holds always: these ports; of `hosts`, if any, these with all below."""

    ports: frozenset[int] = frozenset(DEFAULT_PORTS.values())
    hosts: frozenset[str] = frozenset()

    def allow(self, host: str) -> bool:
        """Whether a host is one of those."""
        return not self.hosts or any(host == one or host.endswith(f".{one}") for one in self.hosts)


@dataclass(frozen=True, slots=True)
class Target:
    """What is asked. `host` is a name in ASCII or an address without brackets; `path` has the query."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def address(self) -> str:
        """The address in full, in one fixed spelling."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        port = "" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}"
        return f"{self.scheme}://{host}{port}{self.path}"

    @property
    def literal(self) -> str | None:
        """The host where it is an address itself and no name."""
        try:
            return str(ip_address(self.host))
        except ValueError:
            return None


def target_of(url: str, rules: FetchRules) -> Target:
    """What an address asks for. Raises RefusedError for one that may not be fetched, whatever it leads to."""
    if len(url) > _LONGEST:
        raise RefusedError(f"longer than {_LONGEST} characters")
    if "\\" in url:
        raise RefusedError("it has a backslash, which programs read in several ways")
    if web_address(url) is None:
        raise RefusedError("not a web address (http or https, with a host and no hidden characters)")
    parts = urlsplit(url)
    if "@" in parts.netloc:
        raise RefusedError("it holds a name or password, which would be stored with the document")
    if "%" in parts.netloc:
        raise RefusedError("its host is written with percent signs")
    found = _NETLOC.fullmatch(parts.netloc)
    if found is None:
        raise RefusedError("its host or port cannot be read")
    port = int(found[2]) if found[2] else DEFAULT_PORTS[parts.scheme]
    if port not in rules.ports:
        allowed = ", ".join(str(one) for one in sorted(rules.ports))
        raise RefusedError(f"port {port} is none of those that may be asked ({allowed}; TRACKER_FETCH_PORTS)")
    host = _host(found[1])
    if not rules.allow(host):
        raise RefusedError("its host is none of TRACKER_FETCH_HOSTS")
    query = f"?{quote(parts.query, safe=_KEPT_IN_PATHS + '?')}" if parts.query else ""
    return Target(parts.scheme, host, port, (quote(parts.path, safe=_KEPT_IN_PATHS) or "/") + query)


def _host(written: str) -> str:
    if written.startswith("["):
        try:
            return str(IPv6Address(written[1:-1]))
        except ValueError:
            raise RefusedError("its host is no IPv6 address") from None
    try:
        # Full-width digits, letters and dots become plain ones here, before anything is judged by them.
        name = idna.encode(written, uts46=True, transitional=False).decode("ascii").lower()
    except idna.IDNAError:
        name = written.lower()
    name = name.removesuffix(".")
    labels = name.split(".")
    if _LIKE_A_NUMBER.fullmatch(labels[-1]):
        try:
            return str(IPv4Address(name))
        except ValueError:
            raise RefusedError("its host is a number in a spelling other than four decimal parts") from None
    if len(labels) < 2 or len(name) > _LONGEST_HOST:  # noqa: PLR2004 # a name and its domain
        raise RefusedError("its host is no name of the public web")
    if not all(_LABEL.fullmatch(label) for label in labels):
        raise RefusedError("its host is no name")
    return name


def checked_addresses(found: Sequence[str]) -> tuple[str, ...]:
    """The addresses that a name leads to, in their order, all of them public. Raises RefusedError.

    One that is not refuses all: a name that leads into a private network as well is not of the public web.
    """
    if not found:
        raise RefusedError("its host leads nowhere")
    for one in found:
        what = not_public(one)
        if what:
            raise RefusedError(f"it leads to {one}, which is no address of the public web: {what}")
    return tuple(dict.fromkeys(found))


def not_public(written: str) -> str:
    """What an IP address is where it is not one of the public web, in a word; empty where it is one.

    Addresses that hold another one (IPv4-mapped, NAT64, 6to4, ISATAP) are judged by that one too.
    """
    try:
        address = ip_address(written)
    except ValueError:
        return "no address"
    if isinstance(address, IPv4Address):
        return _special(address)
    if address.scope_id is not None:
        return "a link of this machine"
    inner = _inside(address)
    if inner is not None:
        what = _special(inner)
        if what or address in _MAPPED or address in _NAT64:
            return what
    if address not in _GLOBAL_UNICAST:
        return "not global"
    return _special(address)


def _special(address: IPv4Address | IPv6Address) -> str:
    return next((what for network, what in _NETWORKS if _holds(network, address)), "")


def _holds(network: IPv4Network | IPv6Network, address: IPv4Address | IPv6Address) -> bool:
    return network.version == address.version and address in network


def _inside(address: IPv6Address) -> IPv4Address | None:
    """The IPv4 address that an IPv6 address leads to, None where it holds none."""
    if address in _MAPPED or address in _NAT64:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    if address.sixtofour is not None:
        return address.sixtofour
    if (int(address) >> 32) & 0xFFFF_FFFF in _ISATAP:
        return IPv4Address(int(address) & 0xFFFF_FFFF)
    return None
