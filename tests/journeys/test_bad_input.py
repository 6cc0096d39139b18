"""Bad messages through the real door: a clear code for each, nothing kept by halves, never a traceback."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from pilotzone.exchange.signing import PemSigner, sign
from tests.journeys.dealing import Story, signers, story, unsigned
from tests.journeys.zone import Zone

pytestmark = pytest.mark.xdist_group("zone")
DTD = b'<!DOCTYPE x [<!ENTITY a "0123456789">%s]>' % b"".join(
    b'<!ENTITY %c "%s">' % (98 + n, b"&%c;" % (97 + n) * 10) for n in range(9)
)
Spoil = Callable[[bytes], bytes]


@pytest.fixture(scope="module")
def keys(zone: Zone) -> dict[int, PemSigner]:
    return signers(zone.home)


@pytest.fixture(autouse=True)
def _nothing_breaks(zone: Zone) -> Iterator[None]:
    """No process ends and no log tells of an error, whatever is sent."""
    before = {name: row["restarts"] for name, row in zone.processes().items()}
    said = len(zone.complaints())
    yield
    assert {name: row["restarts"] for name, row in zone.processes().items()} == before
    assert zone.complaints()[said:] == []


def _sent(zone: Zone, raw: bytes) -> tuple[str, dict[str, Any]]:
    """The first code a message earns, at the door or by its receipt, and the whole answer."""
    status, told = zone.post(raw)
    if status != 202:
        return str(told["code"]), told
    told = zone.result(told["receipt"])
    findings = [*told["findings"], *(one for document in told["documents"] for one in document["findings"])]
    return findings[0]["code"] if findings else "", told


def _clear(told: dict[str, Any]) -> bool:
    """Whether every sentence is in both languages and shows nothing of the machine."""
    text = json.dumps(told, ensure_ascii=False)
    both = told.get("findings") or [told]
    return (
        "Traceback" not in text and "/src/" not in text and all(one["zh"] and one["en"] for one in both if "zh" in one)
    )


SPOILED: dict[str, tuple[Spoil, str]] = {
    "another encoding than declared": (lambda raw: raw.decode().encode("gb18030"), "format.encoding"),
    "a DTD": (lambda raw: raw.replace(b"?>", b"?><!DOCTYPE x>", 1), "format.dtd"),
    "an entity bomb": (lambda raw: raw.replace(b"?>", b"?>" + DTD, 1), "format.dtd"),
    "an external entity": (
        lambda raw: raw.replace(b"?>", b'?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>', 1),
        "format.dtd",
    ),
    "a foreign namespace": (lambda raw: raw.replace(b"chinaport.gov.cn/ceb", b"example.org/ceb"), "format.namespace"),
    "a cut-off message": (lambda raw: raw[: len(raw) // 2], "format.not_well_formed"),
    "a NUL": (lambda raw: raw.replace(b">I<", b">I\0<", 1), "format.character"),
    "no message at all": (lambda _: b"%PDF-1.7 nothing of ours", "format.not_well_formed"),
    "a changed amount": (lambda raw: raw.replace(b">10.00<", b">11.00<", 1), "signature.digest"),
}


@pytest.mark.parametrize("name", SPOILED)
def test_a_spoiled_message_is_refused_by_name_and_leaves_no_trade(
    zone: Zone, keys: dict[int, PemSigner], name: str
) -> None:
    made = story(7_000_000 + list(SPOILED).index(name))
    spoil, code = SPOILED[name]
    found, told = _sent(zone, spoil(made.message("order", keys)))
    assert found == code, told
    assert _clear(told)
    assert zone.stages(made.deal.number) == []


def test_a_message_beyond_the_limit_is_turned_away_at_the_door(zone: Zone) -> None:
    status, told = zone.post(b"<x>" + b" " * (11 * 1024 * 1024) + b"</x>")
    assert (status, told["code"]) == (413, "intake.too_large")
    assert _clear(told)


def test_an_empty_body_and_another_kind_of_content_are_turned_away(zone: Zone) -> None:
    status, told = zone.post(b"")
    assert (status, told["code"]) == (400, "intake.empty")
    status, told = zone.post(b"{}", **{"Content-Type": "application/json"})
    assert (status, told["code"]) == (415, "intake.media_type")


def test_a_wrong_token_is_turned_away(zone: Zone) -> None:
    status, told = zone.post(b"<x/>", Authorization="Bearer of bad news")
    assert (status, told["code"]) == (401, "intake.token")
    assert _clear(told)


def test_a_hundred_and_one_documents_are_refused_whole(zone: Zone, keys: dict[int, PemSigner]) -> None:
    made = story(7_100_000)
    signed = made.message("payment", keys)
    start, end = signed.index(b"<ceb:Payment>"), signed.index(b"</ceb:Payment>") + len(b"</ceb:Payment>")
    raw = unsigned(signed[:start] + signed[start:end] * 101 + signed[end:])
    found, told = _sent(zone, sign(raw, keys[made.deal.payment.number]))
    assert found == "format.too_many_documents", told
    assert {document["state"] for document in told["documents"]} == {"refused"}


def test_an_unknown_signer_is_refused(zone: Zone, tmp_path_factory: pytest.TempPathFactory) -> None:
    from pilotzone.exchange.signing import DemoAuthority
    from pilotzone.kernel import clock

    made = story(7_200_000)
    stranger = DemoAuthority(tmp_path_factory.mktemp("stranger"), at=clock.wall())
    pair = stranger.issue(made.deal.platform.customs_code, "别人", "rsa", at=clock.wall())
    found, told = _sent(zone, made.message("order", {made.deal.platform.number: pair.signer()}))
    assert found == "rule.sender.certificate", told
    assert _clear(told)
    assert zone.stages(made.deal.number) == []


def test_somebody_else_may_not_sign_for_a_firm(zone: Zone, keys: dict[int, PemSigner]) -> None:
    made: Story = story(7_300_000)
    raw = made.message("order", {made.deal.platform.number: keys[made.deal.payment.number]})
    found, told = _sent(zone, raw)
    assert found.split(".")[0] in ("signature", "rule"), told
    assert zone.stages(made.deal.number) == []


def test_the_same_message_from_eight_connections_is_one_document(zone: Zone, keys: dict[int, PemSigner]) -> None:
    made = story(7_400_000)
    raw = made.message("order", keys)
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: zone.post(raw), range(8)))
    assert [status for status, _ in answers] == [202] * 8
    states = sorted(zone.result(told["receipt"])["documents"][0]["state"] for _, told in answers)
    assert states.count("accepted") == 1, states
    lines = [line for line in zone.track(made.deal.number)["events"] if "订单" in line["zh"]]
    assert len(lines) == 1


def test_a_future_date_and_an_impossible_number_are_named(zone: Zone, keys: dict[int, PemSigner]) -> None:
    made = story(7_500_000)
    order = made.paper("order")
    for element, value in (("appTime", "20991231235959"), ("goodsValue", "-1"), ("goodsValue", "9" * 30)):
        raw = made.message("order", keys).replace(
            f"<ceb:{element}>{order.head[element]}<".encode(), f"<ceb:{element}>{value}<".encode()
        )
        found, told = _sent(zone, sign(unsigned(raw), keys[made.deal.platform.number]))
        assert found, told
        assert _clear(told)
        assert zone.stages(made.deal.number) == []
