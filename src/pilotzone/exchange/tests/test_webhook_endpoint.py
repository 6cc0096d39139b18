"""A firm cannot make the platform speak to what only the platform can reach."""

from __future__ import annotations

import ipaddress
import os
import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.exchange.channels import endpoint, webhook
from pilotzone.exchange.channels.endpoint import Guard

REAL, DEMO = Guard(), Guard(demo=True)
INSIDE = [
    "127.0.0.1", "127.8.8.8", "10.0.0.1", "172.16.5.4", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
    "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1",
    "fd12:3456::1", "ff02::1", "::ffff:127.0.0.1", "::ffff:169.254.169.254", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe",
    "2002:7f00:1::", "2002:a00:1::1", "::127.0.0.1", "2001:db8::1", "nonsense",
]  # fmt: skip


@pytest.mark.parametrize("address", INSIDE)
def test_nothing_inside_is_reached_from_a_real_zone(address: str) -> None:
    assert not REAL.allows(address)
    with pytest.raises(Refused, match=r"webhook\.address"):
        endpoint.addresses(endpoint.read("https://hook.example/x"), REAL, lambda host, port: [address])


@pytest.mark.parametrize("address", ["8.8.8.8", "2606:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"])
def test_the_open_internet_is_reached(address: str) -> None:
    assert REAL.allows(address)
    found = endpoint.addresses(endpoint.read("https://hook.example/"), REAL, lambda host, port: [address])
    assert found == [address]


def test_one_bad_address_among_good_ones_spoils_the_name() -> None:
    with pytest.raises(Refused, match=r"webhook\.address"):
        endpoint.addresses(endpoint.read("https://a.example/"), REAL, lambda host, port: ["8.8.8.8", "10.0.0.1"])


@pytest.mark.parametrize("host", ["127.0.0.1", "2130706433", "0x7f000001", "0177.0.0.1", "127.1", "[::1]", "localhost"])
def test_this_machine_under_any_name_is_refused(host: str) -> None:
    with pytest.raises((Refused, Unavailable), match=r"webhook\.(address|host)"):
        endpoint.addresses(endpoint.read(f"https://{host}:8443/"), REAL)


def test_a_demonstration_reaches_its_own_machine_and_never_the_link() -> None:
    assert DEMO.allows("127.0.0.1") and DEMO.allows("::1") and DEMO.allows("10.1.2.3")
    assert not DEMO.allows("169.254.169.254") and not DEMO.allows("fe80::1") and not DEMO.allows("::ffff:169.254.1.1")


def test_plain_http_never_leaves_this_machine() -> None:
    plain = endpoint.read("http://hook.example:8080/")
    assert endpoint.addresses(plain, DEMO, lambda host, port: ["127.0.0.1"]) == ["127.0.0.1"]
    for away in (["8.8.8.8"], ["10.0.0.1"], ["127.0.0.1", "8.8.8.8"]):
        with pytest.raises(Refused, match=r"webhook\.address"):
            endpoint.addresses(plain, DEMO, lambda host, port, away=away: away)  # type: ignore[misc]


def test_a_zone_names_the_networks_it_trusts(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(os.environ, "PILOTZONE_WEBHOOK_NETWORKS", "10.20.0.0/16, fd00:1::/32")
    guard = endpoint.guard_of(demo=False)
    assert guard.networks == (ipaddress.ip_network("10.20.0.0/16"), ipaddress.ip_network("fd00:1::/32"))
    assert guard.allows("10.20.3.4") and guard.allows("fd00:1::9") and guard.allows("::ffff:10.20.3.4")
    assert not guard.allows("10.21.0.1") and not guard.allows("127.0.0.1")


@pytest.mark.parametrize(
    "url",
    [
        "", "hook.example", "ftp://a.example/", "file:///etc/passwd", "https://", "https://user@a.example/",
        "https://user:pw@a.example/", "https://a.example/#x", "https://a.example:22/", "https://a.example:80/",
        "https://a.example:0/", "https://a.example:99999/", "https://a.example:x/", "https://a.example/a b", "http://a.example:443/",
        "https://a.example/\r\nX: y", "https://a..example/", "https://a.example/路", "https://a.example\\@b.example/",
        "https://a.example/" + "x" * 500, "javascript:alert(1)", "https://[::1", "https://a.example/\0",
    ],
)  # fmt: skip
def test_what_is_no_endpoint_is_refused(url: str) -> None:
    with pytest.raises(Refused, match=r"webhook\.url"):
        endpoint.read(url)


def test_an_endpoint_is_taken_apart() -> None:
    found = endpoint.read("https://Hook.Example./in?x=1")
    assert (found.host, found.port, found.target, found.authority) == ("hook.example", 443, "/in?x=1", "hook.example")
    assert endpoint.read("https://南昌.example:8443").authority == "xn--6kr484b.example:8443"
    assert endpoint.read("https://[2606:4700::1111]:8443/").authority == "[2606:4700::1111]:8443"


@pytest.fixture
def listening() -> Iterator[Callable[[bytes], tuple[int, list[bytes]]]]:
    """A server of one answer each; what it read is in the list. An empty answer keeps silent until the other side goes."""
    sockets: list[socket.socket] = []

    def serve(answer: bytes) -> tuple[int, list[bytes]]:
        server = socket.create_server(("127.0.0.1", 0))
        sockets.append(server)
        got: list[bytes] = []

        def run() -> None:
            while True:
                try:
                    client, _ = server.accept()
                except OSError:
                    return
                with client:
                    got.append(client.recv(65536))
                    client.sendall(answer)
                    if not answer:
                        client.recv(65536)
                        client.recv(65536)

        threading.Thread(target=run, daemon=True).start()
        return int(server.getsockname()[1]), got

    yield serve
    for one in sockets:
        one.close()


Serve = Callable[[bytes], tuple[int, list[bytes]]]


def test_a_push_carries_its_headers_and_the_answer_is_cut_short(listening: Serve) -> None:
    port, got = listening(b"HTTP/1.1 200 OK\r\nContent-Length: 90000\r\n\r\nfine\x00\x1b" + b"y" * 90000)
    told = webhook.post(f"http://127.0.0.1:{port}/in?a=1", b"{}", {"webhook-id": "msg_1"}, DEMO)
    assert told.taken and told.status == 200 and told.error == ""
    assert told.text.startswith("fine  yyy") and len(told.text) == webhook.SNIPPET
    head = got[0].decode()
    assert head.startswith("POST /in?a=1 HTTP/1.1\r\n") and f"Host: 127.0.0.1:{port}\r\n" in head
    assert "webhook-id: msg_1\r\n" in head and "Content-Length: 2\r\n" in head


def test_a_redirect_is_not_followed(listening: Serve) -> None:
    inner, reached = listening(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    port, _ = listening(
        f"HTTP/1.1 302 Found\r\nLocation: http://127.0.0.1:{inner}/\r\nContent-Length: 0\r\n\r\n".encode()
    )
    told = webhook.post(f"http://127.0.0.1:{port}/", b"{}", {}, DEMO)
    assert (told.taken, told.status, told.error, reached) == (False, 302, "redirect", [])


def test_who_says_nothing_is_left_when_the_time_is_over(listening: Serve) -> None:
    port, got = listening(b"")
    told = webhook.post(f"http://127.0.0.1:{port}/", b"{}", {}, DEMO, total_s=0.2)
    assert (told.status, told.error, len(got)) == (0, "timeout", 1)


def test_what_was_refused_at_connect_is_never_written_to(listening: Serve) -> None:
    """The name looked harmless when it was subscribed to; now it leads inside."""
    port, got = listening(b"HTTP/1.1 200 OK\r\n\r\n")
    told = webhook.post(f"https://hook.example:{port}/", b"{}", {}, REAL, resolver=lambda host, port: ["127.0.0.1"])
    assert (told.status, told.error, got) == (0, "webhook.address", [])


@pytest.mark.parametrize(
    "answer", [b"nonsense\r\n\r\n", b"HTTP/1.1 abc\r\n\r\n", b"HTTP/1.1 200 OK\r\nX: " + b"z" * 70000]
)
def test_an_unreadable_answer_is_a_failure_and_no_fault(listening: Serve, answer: bytes) -> None:
    port, _ = listening(answer)
    told = webhook.post(f"http://127.0.0.1:{port}/", b"{}", {}, DEMO)
    assert not told.taken and told.error


def test_tls_is_not_given_up_for_who_does_not_speak_it(listening: Serve) -> None:
    port, got = listening(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    told = webhook.post(f"https://127.0.0.1:{port}/", b"secret", {}, DEMO)
    assert not told.taken and told.error.startswith("tls") and b"secret" not in b"".join(got)
