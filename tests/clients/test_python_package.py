"""The package by itself: it installs alone, signs what the platform verifies, tries again only what it may, believes no forged push."""

from __future__ import annotations

import base64
import email.utils
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import pytest

from pilotzone.exchange import signing
from pilotzone.exchange.signing import DemoAuthority, document
from pilotzone.exchange.signing.tests.messages import SHAPES
from pilotzone.exchange.webhooks import signature
from pilotzone_client import Busy, Client, Forged, Key, Refusal, Unreachable, sign, verify
from pilotzone_client.canonical import Document

PACKAGE = Path(__file__).resolve().parents[2] / "clients" / "python"
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
PUSH = b'{"type":"ping","timestamp":"2021-11-11T08:30:01+08:00","data":{"note":"hello"}}'
NOW = 1614265330
EXTENSION = "<ceb:ExtendMessage><ceb:name>x</ceb:name></ceb:ExtendMessage>"
EXPORT = next(raw for raw in SHAPES.values() if b"CEB603Message" in raw)


def test_it_builds_and_installs_alone(tmp_path: Path) -> None:
    """Offline, with the build tool of the lock, and without the product."""
    built = shutil.ignore_patterns("build", "*.egg-info", "__pycache__")
    source, target = shutil.copytree(PACKAGE, tmp_path / "source", ignore=built), tmp_path / "site"
    pip = [sys.executable, "-m", "pip", "--disable-pip-version-check", "-q"]
    alone = ["--no-index", "--no-deps"]
    subprocess.run([*pip, "wheel", *alone, "--no-build-isolation", "-w", tmp_path, source], check=True)
    (wheel,) = tmp_path.glob("pilotzone_client-*-py3-none-any.whl")
    subprocess.run([*pip, "install", *alone, "--target", target, wheel], check=True)
    asked = (
        f"import sys; sys.path.insert(0, {str(target)!r}); import pilotzone_client as made; print(made.__file__);"
        " print([name for name in sys.modules if name.partition('.')[0] == 'pilotzone'])"
    )
    told = subprocess.run([sys.executable, "-I", "-c", asked], check=True, capture_output=True, text=True).stdout
    assert told.split("\n")[:2] == [str(target / "pilotzone_client" / "__init__.py"), "[]"]
    written = PACKAGE / "src" / "pilotzone_client"
    assert (target / "pilotzone_client" / "py.typed").exists()
    assert modules(target / "pilotzone_client") == modules(written), "and nothing of an earlier build"
    assert "from pilotzone." not in "".join(path.read_text("utf-8") for path in written.rglob("*.py"))


def modules(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*.py")}


@pytest.fixture(scope="module")
def key(tmp_path_factory: pytest.TempPathFactory) -> Key:
    now = datetime.now(UTC)
    pair = DemoAuthority(tmp_path_factory.mktemp("keys"), at=now).issue("firm", "合成企业", "rsa", at=now)
    return Key.from_pem(pair.key.read_bytes(), pair.certificate.read_bytes())


@pytest.mark.parametrize(
    "raw", [*SHAPES.values(), EXPORT.replace(b"</ceb:CEB603", f"{EXTENSION}</ceb:CEB603".encode())]
)
def test_what_it_signs_the_platform_verifies(raw: bytes, key: Key) -> None:
    assert Document(raw).form == document.canonical(document.read(raw))
    signed = sign(raw, key)
    assert signing.verify(signed, at=datetime.now(UTC)).ok
    start, end = signed.index(b"<ds:Signature "), signed.index(b"</ds:Signature>") + len(b"</ds:Signature>")
    assert signed[:start] + signed[end:] == raw
    with pytest.raises(ValueError, match="signed already"):
        sign(signed, key)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<a>",
        b"<!DOCTYPE a [<!ENTITY e 'x'>]><a>&e;</a>",
        b"<a><!-- c --></a>",
        b"<a x:b='1'/>",
        b"<a/>",
        b'<?xml version="1.0"?>\n<CEB311Message xmlns="u" />\n',
        "<a>中</a>".encode("gbk"),
    ],
)
def test_what_is_no_message_is_not_signed(raw: bytes, key: Key) -> None:
    with pytest.raises(ValueError):
        sign(raw, key)


class Answers:
    """A platform that answers as told, one after the other; an exception is a broken connection."""

    def __init__(self, *told: httpx.Response | Exception) -> None:
        self.told, self.asked, self.slept = list(told), list[httpx.Request](), list[float]()

    def __call__(self, request: httpx.Request) -> httpx.Response:
        self.asked.append(request)
        answer = self.told.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    def client(self) -> Client:
        return Client("http://zone.example", transport=httpx.MockTransport(self), attempts=3, sleep=self.slept.append)


def busy(status: int = 429, **headers: str) -> httpx.Response:
    told = {"code": "api.too_many", "zh": "请求过多", "en": "Too many"}
    return httpx.Response(status, json=told, headers={name.replace("_", "-"): value for name, value in headers.items()})


def fine(**told: object) -> httpx.Response:
    return httpx.Response(200, json=told)


def test_turned_away_it_waits_as_long_as_it_is_told() -> None:
    zone = Answers(busy(Retry_After="7"), busy(503), fine(number=1))
    assert zone.client().post("/webhooks", {"url": "https://a.example"}) == {"number": 1}
    assert zone.slept == [7, 1]
    with pytest.raises(Busy, match=r"api\.too_many") as given_up:
        Answers(busy(), busy(), busy()).client().track("1")
    assert (given_up.value.status, given_up.value.zh) == (429, "请求过多")


@pytest.mark.parametrize(("status", "code"), [(503, "hub.owner_away"), (503, "hub.owner_garbled"), (429, "hub.volume")])
def test_what_the_hub_answered_and_counted_is_not_asked_again(status: int, code: str) -> None:
    zone = Answers(httpx.Response(status, json={"code": code}, headers={"Retry-After": "5"}))
    with pytest.raises(Busy, match=re.escape(code)):
        zone.client().query("samr.persons", where={"uscc": "1"})
    assert (len(zone.asked), zone.slept) == (1, [])


def test_a_wait_longer_than_a_minute_is_left_to_the_caller() -> None:
    far = email.utils.format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    for told in ("61", "9" * 400, far):
        zone = Answers(busy(Retry_After=told))
        with pytest.raises(Busy):
            zone.client().track("1")
        assert zone.slept == []
    near = email.utils.format_datetime(datetime.now(UTC) + timedelta(seconds=40), usegmt=True)
    past = "Sun, 06 Nov 1994 08:49:37 GMT"
    zone = Answers(busy(Retry_After=near), busy(Retry_After=past), fine(timelines=[]))
    assert zone.client().track("1") == {"timelines": []}
    assert 30 < zone.slept[0] <= 40 and zone.slept[1] == 0
    zone = Answers(busy(Retry_After="soon"), busy(Retry_After="-1"), fine(timelines=[]))
    assert zone.client().track("1") and zone.slept == [0.5, 1]


@pytest.mark.parametrize("broken", [httpx.ReadError("cut off"), httpx.Response(502, text="<html>")])
def test_what_may_have_been_done_is_repeated_only_where_that_is_harmless(broken: Exception | httpx.Response) -> None:
    zone = Answers(broken, fine(number=1))
    with pytest.raises(Busy):
        zone.client().post("/webhooks", {})
    assert len(zone.asked) == 1
    zone = Answers(broken, fine(rows=[]))
    zone.client().query("samr.persons", where={"uscc": "1"})
    keys = {one.headers["Idempotency-Key"] for one in zone.asked}
    assert len(zone.asked) == 2 and len(keys) == 1
    zone = Answers(broken, httpx.Response(202, json={"receipt": "r"}))
    assert zone.client().send(b"<a/>") == "r" and len(zone.asked) == 2


def test_nobody_there_is_told_and_a_refusal_is_not_repeated() -> None:
    nobody = Answers(*[httpx.ConnectError("refused")] * 3)
    with pytest.raises(Unreachable, match=r"client\.unreachable"):
        nobody.client().post("/webhooks", {})
    assert len(nobody.asked) == 3
    refused = Answers(httpx.Response(422, json={"code": "webhook.url", "fields": {"url": "x"}}))
    with pytest.raises(Refusal) as told:
        refused.client().get("/webhooks")
    assert told.value.fields == {"url": "x"} and len(refused.asked) == 1


def clamping(request: httpx.Request) -> httpx.Response:
    """Five rows, two a page, as the platform tells them: a page behind the last is the last; a search stops at a day."""
    rows, asked = [[1, 2], [3, 4], [5]], dict(request.url.params)
    if "back" in asked:
        return fine(rows=[{"n": 6}], page=1, back=asked["back"])
    page = min(int(asked["page"]), len(rows))
    more = {"back": "2021-01-04"} if asked.get("state") == "stopped" else {}
    return fine(rows=[{"n": n} for n in rows[page - 1]], page=page, total=5, **more)


def test_the_last_page_comes_once() -> None:
    zone = Client("http://zone.example", transport=httpx.MockTransport(clamping))
    assert [one["n"] for one in zone.pages("/tax/bills")] == [1, 2, 3, 4, 5]
    assert [one["n"] for one in zone.pages("/trades", state="stopped")] == [1, 2, 3, 4, 5, 6]
    empty = Answers(fine(rows=[], page=1, total=0))
    assert list(empty.client().pages("/trades")) == []
    plain = Answers(fine(rows=[{"n": 1}]), fine(rows=[]))
    assert list(plain.client().pages("/untold")) == [{"n": 1}], "a list that does not say its page ends empty"


def test_a_list_goes_on_over_pages_and_where_a_search_stopped() -> None:
    pages = [fine(rows=[{"n": n}], page=n, total=3) for n in (1, 2)]
    ends = [fine(rows=[], page=3, back="2021-01-04"), fine(rows=[{"n": 3}], page=1), fine(rows=[], page=2)]
    zone = Answers(*pages, *ends)
    assert [one["n"] for one in zone.client().pages("/trades", state="waiting", unit=None)] == [1, 2, 3]
    assert [dict(one.url.params) for one in zone.asked[2:4]] == [
        {"page": "3", "state": "waiting"}, {"page": "1", "state": "waiting", "back": "2021-01-04"},
    ]  # fmt: skip


def test_a_message_that_takes_its_time_is_waited_for() -> None:
    zone = Answers(fine(state="received"), fine(state="done", result="accepted"), fine(state="received"))
    assert zone.client().wait("r")["result"] == "accepted"
    with pytest.raises(Busy, match=r"client\.waiting"):
        zone.client().wait("r", seconds=0)


def headers(*secrets: str, at: int = NOW, content: bytes = PUSH) -> dict[str, str]:
    return signature.headers(secrets, "msg_1", at, content)


def test_a_push_of_the_platform_is_believed() -> None:
    told = verify(PUSH, {name.title(): value for name, value in headers(SECRET).items()}, SECRET, now=NOW + 299)
    assert (told.id, told.type, told.data) == ("msg_1", "ping", {"note": "hello"})
    assert verify(PUSH, headers(signature.new_secret(), SECRET), SECRET, now=NOW).type == "ping", "while it is renewed"


@pytest.mark.parametrize(
    "change",
    [
        lambda given: given | {"webhook-signature": "v1," + base64.b64encode(b"0" * 32).decode()},
        lambda given: given | {"webhook-signature": "v2" + given["webhook-signature"][2:]},
        lambda given: given | {"webhook-signature": "v1,é"}, lambda given: given | {"webhook-id": "msg_2"},
        lambda given: headers(SECRET, at=NOW - 301), lambda given: headers(SECRET, at=NOW + 301), lambda given: {},
        lambda given: given | {"webhook-timestamp": "²"}, lambda given: headers(SECRET, content=PUSH + b" "),
    ],
)  # fmt: skip
def test_any_other_push_is_not(change: Callable[[dict[str, str]], dict[str, str]]) -> None:
    with pytest.raises(Forged):
        verify(PUSH, change(headers(SECRET)), SECRET, now=NOW)


def test_a_secret_that_is_none_is_told_apart_from_a_forged_push() -> None:
    for wrong in ("", "whsec_", "whsec_!", SECRET.removeprefix("whsec_")):
        with pytest.raises(ValueError) as told:
            verify(PUSH, headers(SECRET), wrong, now=NOW)
        assert not isinstance(told.value, Forged)
    no_push = json.dumps([1]).encode()
    with pytest.raises(Forged):
        verify(no_push, headers(SECRET, content=no_push), SECRET, now=NOW)
