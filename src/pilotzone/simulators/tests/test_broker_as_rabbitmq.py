"""The simulated broker does what RabbitMQ 3.10.8 was seen to do, and the transport says what an operator has to mend."""

from __future__ import annotations

import ssl
from collections.abc import Callable, Iterator
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from ipaddress import ip_address
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from pika import frame, spec
from pika.exceptions import ChannelClosedByBroker

from pilotzone.base.errors import Unavailable
from pilotzone.exchange.channels.amqp import Amqp
from pilotzone.exchange.channels.amqp_link import Broker
from pilotzone.exchange.formats.envelope import unwrap
from pilotzone.simulators.broker import queues, state
from pilotzone.simulators.broker.door import SILENT, talk
from pilotzone.simulators.broker.session import Session
from pilotzone.simulators.tests.brokers import IN, PLATFORM, Connection, Running, message


@pytest.fixture
def connection(connect_as: Callable[[str], Connection]) -> Iterator[Connection]:
    made = connect_as("counterpart")
    made.execute("SELECT 1")
    yield made
    made.rollback()


@pytest.fixture
def broker(connection: Connection) -> Iterator[Running]:
    running = Running(connection)
    yield running
    running.stop()


def test_a_user_without_the_right_is_told_so_and_goes_on_when_he_has_it(broker: Running) -> None:
    firm = Amqp(Broker("127.0.0.1", broker.port, user="firm", password="firm"), out="{receiver}_IN")
    rights = broker.door.broker.rights
    rights["firm"] = state.Rights(write=r"^$", read=r"^$")
    for ask in (lambda: firm.send(message(1)), lambda: firm.take(IN), lambda: firm.take("NOWHERE")):
        with pytest.raises(Unavailable, match=r"channel\.amqp\.rights.*ACCESS_REFUSED"):
            ask()
    rights["firm"] = state.Rights(write=r"^amq\.default$", read=r"^$")
    firm.send(message(1))
    assert queues.waiting(broker.connection, IN) == 1


def test_a_broker_that_takes_nothing_at_present_says_so_and_is_asked_once(broker: Running) -> None:
    firm = broker.client(out="{receiver}_IN", patience_s=2.0)  # long enough for a busy machine to let it in
    firm.send(message(1))
    broker.behave(blocked=True)
    with pytest.raises(Unavailable, match=r"channel\.amqp\.blocked.*low on memory"):
        firm.send(message(2))
    assert [unwrap(raw).message_id for _, raw in broker.client().take(IN)] == ["M1"]  # who only fetches is not held up
    broker.behave(blocked=False)
    firm.send(message(2))
    assert queues.waiting(broker.connection, IN) == 2


def test_a_full_queue_does_not_take_the_message(broker: Running) -> None:
    firm = broker.client(out="{receiver}_IN")
    broker.behave(full=1)
    with pytest.raises(Unavailable, match=r"channel\.amqp\.away.*did not take"):
        firm.send(message(1))
    firm.send(message(1))
    assert queues.waiting(broker.connection, IN) == 1


def test_an_acknowledgement_after_the_brokers_patience_is_told_and_the_message_comes_again(
    broker: Running, monkeypatch: pytest.MonkeyPatch
) -> None:
    broker.client(out="{receiver}_IN").send(message(1))
    platform = broker.client()
    broker.behave(late=1)
    found = platform.take(IN)
    with suppress(Unavailable):  # whether the broker's word is there already is chance
        platform.acknowledge(PLATFORM, [number for number, _ in found])
    platform.close()
    broker.begin_again()
    found = platform.take(IN)
    held = platform._link.held
    assert held is not None and len(found) == 1
    with monkeypatch.context() as patched:
        patched.setattr(held.channel, "basic_ack", _timed_out)
        with pytest.raises(Unavailable, match=r"channel\.amqp\.away.*timed out"):
            platform.acknowledge(PLATFORM, [number for number, _ in found])
    broker.begin_again()  # whatever it still thought to be on its way is free
    found = platform.take(IN)
    platform.acknowledge(PLATFORM, [number for number, _ in found])
    assert (len(found), platform.take(IN)) == (1, [])


def _timed_out(tag: int) -> None:
    raise ChannelClosedByBroker(406, "PRECONDITION_FAILED - delivery acknowledgement on channel 1 timed out.")


class Silent:
    """A socket whose other side says `first`, then nothing more."""

    def __init__(self, *first: bytes) -> None:
        self._first, self.timeouts, self.said = list(first), list[float | None](), list[bytes]()

    def settimeout(self, seconds: float | None) -> None:
        self.timeouts.append(seconds)

    def recv(self, most: int) -> bytes:
        if self._first:
            return self._first.pop(0)
        raise TimeoutError

    def sendall(self, data: bytes) -> None:
        self.said.append(data)


def test_silence_of_twice_the_heartbeat_agreed_on_ends_the_connection(broker: Running) -> None:
    login = spec.Connection.StartOk({}, "PLAIN", "\0guest\0guest", "en_US")
    tune = spec.Connection.TuneOk(16, 131_072, 8)
    sock = Silent(frame.ProtocolHeader().marshal(), *(frame.Method(0, one).marshal() for one in (login, tune)))
    talk(sock, Session(broker.door.broker), broker.door.broker)
    assert sock.timeouts[-SILENT:] == [4.0] * SILENT
    assert sock.said[-(SILENT - 1) :] == [frame.Heartbeat().marshal()] * (SILENT - 1)


# ---- amqps ----
NOW = datetime.now(UTC)


class Authority:
    """An authority whose certificates are valid around now; synthetic."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"synthetic {name}")])
        self._key = ec.generate_private_key(ec.SECP256R1())
        self.pem = folder / f"{name}.pem"
        own = self._certificate(self._name, self._key, NOW + timedelta(days=1), True, x509.DNSName("none"))
        self.pem.write_bytes(own)

    def issue(self, name: str, host: x509.GeneralName, until: datetime = NOW + timedelta(days=1)) -> str:
        """A PEM file with certificate and key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, f"synthetic {name}")])
        private = key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        path = self._folder / f"{name}.pem"
        path.write_bytes(self._certificate(subject, key, until, False, host) + private)
        return str(path)

    def _certificate(
        self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, until: datetime, ca: bool, host: x509.GeneralName
    ) -> bytes:
        made = (
            x509.CertificateBuilder(self._name, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(until - timedelta(days=2)).not_valid_after(until)
            .add_extension(x509.BasicConstraints(ca, None), critical=True)
            .add_extension(x509.SubjectAlternativeName([host]), critical=False)
        )  # fmt: skip
        return made.sign(self._key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM)


HERE = x509.IPAddress(ip_address("127.0.0.1"))
PAST = NOW - timedelta(hours=1)
# the broker's host name and end; our authority; our certificate; what is told
CASES = {
    "right": (HERE, None, "ours", "", ""),
    "right, with a client's certificate": (HERE, None, "ours", "client", ""),
    "another authority": (HERE, None, "theirs", "", r"channel\.amqp\.tls.*not of an authority"),
    "no authority named": (HERE, None, "", "", r"channel\.amqp\.tls.*not of an authority"),
    "another host": (x509.DNSName("broker.example"), None, "ours", "", r"channel\.amqp\.tls.*another address"),
    "expired": (HERE, PAST, "ours", "", r"channel\.amqp\.tls.*has expired"),
    "a client's certificate of a stranger": (HERE, None, "ours", "stranger", r"channel\.amqp\.tls.*our certificate"),
    "no such file": (HERE, None, "gone", "", r"channel\.amqp\.file.*gone\.pem"),
    "no such client's file": (HERE, None, "ours", "gone", r"channel\.amqp\.file.*gone\.pem"),
}


@pytest.mark.parametrize("case", CASES)
def test_certificates_of_both_sides_are_checked(case: str, connection: Connection, tmp_path: Path) -> None:
    host, until, trusted, shown, code = CASES[case]
    ours, theirs = Authority(tmp_path, "ours"), Authority(tmp_path, "theirs")
    ours.issue("client", x509.DNSName("firm.example"))
    theirs.issue("stranger", x509.DNSName("firm.example"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(ours.issue("server", host, until or NOW + timedelta(days=1)))
    context.load_verify_locations(ours.pem)
    context.verify_mode = ssl.CERT_OPTIONAL
    broker = Running(connection, context)
    ca, cert = (str(tmp_path / f"{name}.pem") if name else "" for name in (trusted, shown))
    address = Broker("127.0.0.1", broker.port, tls=True, ca=ca, cert=cert)
    firm, platform = (Amqp(address, out="{receiver}_IN", patience_s=5.0) for _ in range(2))
    try:
        if code:
            with pytest.raises(Unavailable, match=code):
                firm.send(message(1))
            with pytest.raises(Unavailable, match=code):
                platform.take(IN)
        else:
            firm.send(message(1))
            assert len(platform.take(IN)) == 1
        assert queues.waiting(connection, IN) == (0 if code else 1)
    finally:
        firm.close()
        platform.close()
        broker.stop()


def test_the_wrong_scheme_for_a_port_is_told(broker: Running) -> None:
    with pytest.raises(Unavailable, match=r"channel\.amqp\.tls.*no TLS there"):
        Amqp(Broker("127.0.0.1", broker.port, tls=True)).take(IN)
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)  # without a certificate no handshake succeeds
    secured = Running(broker.connection, context)
    try:
        with pytest.raises(Unavailable, match=r"channel\.amqp\.away.*amqps"):
            Amqp(Broker("127.0.0.1", secured.port)).take(IN)
    finally:
        secured.stop()
