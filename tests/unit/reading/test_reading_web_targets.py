"""No spelling of an address leads into a network that is not the public web."""

from collections.abc import Sequence
from datetime import UTC, datetime
from ipaddress import IPv4Address, IPv6Address, ip_address

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tracker.domain.errors import ReadingError
from tracker.reading.fetching import Fetcher
from tracker.reading.web_targets import (
    FetchRules,
    RefusedError,
    checked_addresses,
    not_public,
    target_of,
)

NOW = datetime(2020, 6, 5, 12, tzinfo=UTC)

NAMES = {
    "localhost.example": ["127.0.0.1"],
    "rebound.example": ["93.184.215.14", "127.0.0.1"],
    "rebound6.example": ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::1"],
    "10.0.0.1.wildcard.example": ["10.0.0.1"],
    "metadata.cloud.example": ["169.254.169.254"],
    "router.example": ["192.168.1.1"],
    "inside.example": ["172.20.3.4"],
    "shared.example": ["100.64.3.4"],
    "mapped.example": ["::ffff:127.0.0.1"],
    "nat64.example": ["64:ff9b::7f00:1"],
    "tunnel.example": ["2002:7f00:1::"],
    "teredo.example": ["2001:0:4136:e378:8000:63bf:3fff:fdd2"],
    "unique.example": ["fd12:3456:789a::1"],
    "link.example": ["fe80::1%eth0"],
    "many.example": ["224.0.0.251"],
    "nothing.example": [],
    "broken.example": ["not an address"],
}
"""What the resolver of these tests answers; whatever else it is asked is a failure."""

NUMBERS = (
    # Addresses as they are usually written, of every network that is not public.
    *("127.0.0.1", "127.1.2.3", "127.255.255.254", "0.0.0.0", "0.1.2.3", "10.0.0.1", "10.255.255.255"),  # noqa: S104
    *("100.64.0.1", "100.100.100.200", "100.127.255.254", "169.254.0.1", "169.254.169.254", "169.254.170.2"),
    *("172.16.0.1", "172.31.255.254", "192.0.0.1", "192.0.0.192", "192.0.2.1", "192.88.99.1", "192.168.0.1"),
    *("192.168.255.254", "198.18.0.1", "198.19.255.254", "198.51.100.7", "203.0.113.7", "224.0.0.1"),
    *("239.255.255.250", "240.0.0.1", "255.255.255.255", "168.63.129.16", "192.31.196.1", "192.52.193.1"),
    "192.175.48.1",
    # The same in spellings that only some programs read as addresses; of public ones too, on principle.
    *("2130706433", "0x7f000001", "017700000001", "0x7f.0.0.1", "0x7f.1", "127.1", "127.0.1", "0177.0.0.1"),
    *("0177.0.0.01", "127.0.0.01", "127.000.000.001", "0x7F.0x0.0x0.0x1", "2852039166", "0xa9fea9fe"),
    *("0251.0376.0251.0376", "0xa9.0xfe.0xa9.0xfe", "169.254.43518", "167772161", "0x0a000001", "10.1", "0"),
    *("0x0", "0.0", "1", "4294967295", "0300.0250.0.1", "192.168.257", "0xc0a80001", "3232235521"),
    *("127.0.0.1.1", "127.0.0.256", "1.2.3", "134744072", "0x08080808", "8.8.2056", "010.010.010.010"),
    # Dots, digits and letters of other alphabets, which become plain ones before a name is looked up.
    *(
        "１２７.０.０.１",
        "127。0。0。1",
        "127．0．0．1",
        "①②⑦.⓪.⓪.①",
        "𝟏𝟐𝟕.𝟎.𝟎.𝟏",
        "１６９.２５４.１６９.２５４",
    ),
    *("0ｘ7f.1", "127.0.0.1.", "10.0.0.1.", "２１３０７０６４３３", "127.0.0.①"),
)

BRACKETED = (
    *("::1", "::", "0:0:0:0:0:0:0:1", "0000:0000:0000:0000:0000:0000:0000:0001", "::0001", "::2"),
    *("::ffff:127.0.0.1", "::ffff:7f00:1", "0:0:0:0:0:ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:a9fe:a9fe"),
    *("::ffff:192.168.0.1", "::ffff:0.0.0.0", "::127.0.0.1", "::7f00:1", "::8.8.8.8", "::ffff:0:127.0.0.1"),
    *("::ffff:0:8.8.8.8", "64:ff9b::7f00:1", "64:ff9b::127.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::a9fe:a9fe"),
    *(
        "64:ff9b:1::1",
        "64:ff9b:1::8.8.8.8",
        "2002:7f00:1::",
        "2002:7f00:1::1",
        "2002:a00:1::",
        "2002:a9fe:a9fe::",
    ),
    *("2002:c0a8:1::", "2001::1", "2001:0:4136:e378:8000:63bf:3fff:fdd2", "2001:10::1", "2001:20::1"),
    *("2001:db8::1", "3fff::1", "100::1", "fc00::1", "fd00::1", "fd00:ec2::254", "fd20:ce::254", "fe80::1"),
    *("fe80::a9fe:a9fe", "febf::1", "fec0::1", "feff::1", "ff02::1", "ff0e::1", "4000::1", "5f00::1"),
    *("2620:4f:8000::1", "2606:2800::5efe:127.0.0.1", "2606:2800::200:5efe:10.0.0.1"),
    # No addresses, or with the zone of a link, which is none of the public web.
    *(
        "fe80::1%eth0",
        "fe80::1%25eth0",
        "::1%lo",
        "2606:2800::1%eth0",
        "127.0.0.1",
        "::1::",
        "1:2:3",
        "",
        "g::1",
    ),
)

WHOLE = (
    # Other schemes, and none.
    *(
        "file:///etc/passwd",
        "FILE://localhost/etc/passwd",
        "ftp://example.org/",
        "gopher://example.org:70/_x",
    ),
    *(
        "dict://example.org:11211/",
        "ldap://example.org/",
        "javascript:alert(1)",
        "data:text/html,x",
        "ws://a.example/",
    ),
    *(
        "jar:http://example.org!/",
        "about:blank",
        "//example.org/",
        "example.org",
        "/etc/passwd",
        "",
        "http",
        "http:",
    ),
    *(
        "http://",
        "http:///etc",
        "http:/example.org/",
        "https://:443/",
        "http://?x",
        "http://#x",
        "view-source:http://a.b",
    ),
    # A name and password, with which one host looks like another.
    *("http://example.org@127.0.0.1/", "http://user:pass@example.org/", "http://example.org:80@10.0.0.1/"),
    *(
        "http://user@example.org/",
        "http://@example.org/",
        "http://example.org%40127.0.0.1/",
        "http://:@example.org/",
    ),
    # Ports that are not asked, or none.
    *(
        "http://example.org:22/",
        "http://example.org:25/",
        "http://example.org:6379/",
        "http://example.org:8080/",
    ),
    *(
        "http://example.org:0/",
        "http://example.org:65536/",
        "http://example.org:99999/",
        "http://example.org:-1/",
    ),
    *(
        "http://example.org:/",
        "http://example.org:８０/",
        "http://example.org:80:80/",
        "http://example.org:0x50/",
    ),
    # What programs read in different ways.
    *(
        "http://example.org\\@127.0.0.1/",
        "http:\\\\127.0.0.1\\",
        "http://127.0.0.1\\.example.org/",
        "http://a.b\\",
    ),
    *(
        "http://exa mple.org/",
        "http://example.org\t/",
        "http://example.org\n/",
        "http://example.org\r\nHost: x/",
    ),
    *(" http://example.org/", "http://example.org/ ", "ht\ntp://example.org/", "http://example.org\x00.a/"),
    *(
        "http://%31%32%37.0.0.1/",
        "http://127%2e0%2e0%2e1/",
        "http://example%2eorg/",
        "http://[::1/",
        "http://::1]/",
    ),
    *("http://[::1]x/", "http://[::1]:x/", "http://[[::1]]/", "http://example..org/", "http://.example.org/"),
    *(
        "http://exa<mple.org/",
        "http://example.org,a.example/",
        "http://a'b.example/",
        "http://example.org;a/",
    ),
    *("http://-a.example/", "http://" + "a" * 64 + ".example/", "http://" + "a." * 200 + "example/"),
    "http://example.org/" + "a" * 2_000,
    # Names that only a machine or its network knows.
    *(
        "http://localhost/",
        "http://LOCALHOST/",
        "http://localhost./",
        "http://ⓛocalhost/",
        "http://metadata/",
    ),
    *("http://router/", "http://intranet/x", "http://kubernetes/"),
    *(f"http://{name}/" for name in NAMES),
    *(f"https://{name}./" for name in ("localhost.example", "metadata.cloud.example")),
)

REFUSED = tuple(
    dict.fromkeys(
        [
            *(f"http://{number}/latest/meta-data/" for number in NUMBERS),
            *(f"https://[{address}]/" for address in BRACKETED),
            *WHOLE,
        ]
    )
)

GOOD = {
    "http://example.org/": ["93.184.215.14"],
    "https://example.org": ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
    "HTTPS://Example.ORG./news?id=7&of=a b".replace(" ", "+"): ["93.184.215.14"],
    "https://example.org:443/a/b.html#part": ["93.184.215.14"],
    "http://93.184.215.14/": [],
    "https://[2606:2800:21f:cb07:6820:80da:af6b:8b2c]/feed.xml": [],
    "https://أخبار.example/خبر/١٢": ["93.184.215.14"],
    "https://xn--mgbv4b4a.example/": ["93.184.215.14"],
    "https://bücher.example/%D8%A3?q=%20": ["64:ff9b::5db8:d70e"],
    "https://a_b.example/~me/;x=1?a[]=1": ["2002:5db8:d70e::1"],
    "http://10.example.org/": ["93.184.215.14"],
    "https://www.127.0.0.1.example.org/": ["93.184.215.14"],
}


def resolve(host: str, _port: int) -> Sequence[str]:
    assert host in NAMES, f"{host} is looked up"
    return NAMES[host]


FETCHER = Fetcher(FetchRules(), lambda: NOW, resolve=resolve)


def test_at_least_150_spellings_are_tried() -> None:
    assert len(REFUSED) >= 150
    assert len(GOOD) >= 10


@pytest.mark.parametrize("url", REFUSED)
def test_an_address_that_is_not_of_the_public_web_is_refused(url: str) -> None:
    # Sockets are off in these tests: one that was let through would fail in another way.
    with pytest.raises(ReadingError, match="not fetched: "):
        FETCHER.fetch(url)


@pytest.mark.parametrize("url", GOOD)
def test_an_address_of_the_public_web_passes(url: str) -> None:
    target = target_of(url, FetchRules())
    found = GOOD[url] or [target.literal or ""]
    assert checked_addresses(found) == tuple(found)
    assert target.address.isascii()
    # What it stands for is stable: asked once more, it is the same.
    assert target_of(target.address, FetchRules()) == target


def test_an_address_is_brought_into_one_form() -> None:
    target = target_of("HTTPS://Bücher.Example./a b".replace(" ", "é") + "?q=ü#part", FetchRules())
    assert target.address == "https://xn--bcher-kva.example/a%C3%A9b?q=%C3%BC"


def test_other_ports_have_to_be_named() -> None:
    assert target_of("http://example.org:8080/", FetchRules(ports=frozenset({8080}))).port == 8080
    with pytest.raises(RefusedError, match="port 80 "):
        target_of("http://example.org/", FetchRules(ports=frozenset({8080})))


@pytest.mark.parametrize(
    ("host", "is_fetched"),
    [
        ("example.org", True),
        ("www.example.org", True),
        ("badexample.org", False),
        ("example.org.evil.net", False),
    ],
)
def test_where_hosts_are_named_no_other_is_asked(host: str, *, is_fetched: bool) -> None:
    rules = FetchRules(hosts=frozenset({"example.org"}))
    if is_fetched:
        assert target_of(f"https://{host}/", rules).host == host
    else:
        with pytest.raises(RefusedError, match="TRACKER_FETCH_HOSTS"):
            target_of(f"https://{host}/", rules)


def test_a_password_in_an_address_is_not_repeated() -> None:
    with pytest.raises(ReadingError) as refused:
        FETCHER.fetch("https://anna:swordfish@example.org/x")
    assert "swordfish" not in str(refused.value)
    assert str(refused.value).startswith("https://…@example.org/x: ")


@given(st.ip_addresses())
def test_no_address_that_python_calls_special_counts_as_public(address: IPv4Address | IPv6Address) -> None:
    # Those that hold another one are judged by that, see below.
    assume(isinstance(address, IPv4Address) or (not address.is_reserved and address.sixtofour is None))
    if not not_public(str(address)):
        assert address.is_global
        assert not address.is_multicast
        assert not address.is_reserved


@given(st.ip_addresses(v=4))
def test_an_address_within_another_is_judged_like_itself(inner: IPv4Address | IPv6Address) -> None:
    digits = int(inner)
    plain = bool(not_public(str(inner)))
    for outer in (0xFFFF << 32 | digits, 0x64FF9B << 96 | digits, 0x2002 << 112 | digits << 80):
        assert bool(not_public(str(ip_address(outer.to_bytes(16, "big"))))) == plain
