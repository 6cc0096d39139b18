"""Drafts signed by a firm's card: composed here, signed elsewhere, verified, kept, taken by the pipeline."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pilotzone.base.errors import Denied, Refused
from pilotzone.exchange.signing import DemoAuthority, PemSigner
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.actor import ENTERPRISE, NOBODY, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.pipeline.tests.papers import FIRMS, Bench, Trade
from pilotzone.rooms.clearance import api


@pytest.fixture(scope="module")
def zone(standing_zone: Bench) -> Bench:
    """The test firms in a database of this module's own."""
    return standing_zone


@pytest.fixture(scope="module")
def sm2(zone: Bench, tmp_path_factory: pytest.TempPathFactory) -> PemSigner:
    """A second card of the payment enterprise, SM2, registered."""
    made = _card(tmp_path_factory.mktemp("sm2"), FIRMS["pay"], "sm2")
    register(zone, "pay", made)
    return made


def _card(folder: Path, code: str, kind: str) -> PemSigner:
    now = datetime.now(UTC)
    return DemoAuthority(folder, at=now).issue(code, "测试", kind, at=now).signer()


def register(zone: Bench, role: str, card: PemSigner) -> None:
    one = card.certificate
    with scope(PLATFORM):
        certificates.register(
            organisation=zone.firms[role], sha256=one.sha256, serial=one.serial, algorithm=one.key_kind, subject="",
            valid_from=one.not_before, valid_to=one.not_after,
        )  # fmt: skip


def firm(zone: Bench, role: str = "pay") -> Actor:
    return Actor(kind=ENTERPRISE, organisation=zone.firms[role])


def pem(card: PemSigner) -> str:
    """The certificate as the control answers it: Base64 without a frame."""
    return base64.b64encode(card.certificate.encoded).decode()


def drafted(zone: Bench, *numbers: str, kind: str = "payment", role: str = "pay") -> list[int]:
    """Drafts of these trades, read by the pipeline; their numbers as the list of drafts has them, oldest first."""
    message = {"payment": "CEB411Message", "order": "CEB311Message"}[kind]
    rows = []
    for number in numbers:
        trade = Trade(number, at=datetime.now(UTC) - timedelta(minutes=5))
        head = {name: value for name, value in trade.head(kind).items() if name not in ("guid", "appTime", "appStatus")}
        rows.append((head, trade.lines(kind)))
    with scope(firm(zone, role)):
        api.submit_rows(message=message, documents=rows)
    work(zone)
    field = {"payment": "payTransactionId", "order": "orderNo"}[kind]
    stem = {"payment": "PAY-", "order": "ORDER-"}[kind]
    wanted = [f"{stem}{number}" for number in numbers]
    with scope(firm(zone, role)):
        found = {row["head"][field]: row["id"] for row in api.drafts(1, 500)["rows"] if field in row["head"]}
    return [found[number] for number in wanted]


def work(zone: Bench) -> None:
    zone.connection.commit()
    zone.work()
    zone.connection.commit()


def composed(zone: Bench, ids: list[int], card: PemSigner, algorithm: str = "", role: str = "pay") -> dict[str, Any]:
    with scope(firm(zone, role)):
        return api.compose_drafts(drafts=ids, certificate=pem(card), algorithm=algorithm)


def signatures(told: dict[str, Any], card: PemSigner) -> list[str]:
    return [base64.b64encode(card.sign(one["signed_info"].encode())).decode() for one in told["messages"]]


def handed(zone: Bench, told: dict[str, Any], card: PemSigner, signed: list[str] | None = None) -> dict[str, Any]:
    with scope(firm(zone)):
        return api.hand_in_signed(
            batch=told["batch"], certificate=pem(card), signatures=signatures(told, card) if signed is None else signed
        )


def left(zone: Bench, ids: list[int]) -> list[int]:
    with scope(firm(zone)):
        return [row["id"] for row in api.chosen_drafts(ids)]


@pytest.mark.parametrize("kind", ["rsa", "sm2"])
def test_a_card_signs_drafts_and_the_platform_takes_them_as_any_other(
    zone: Bench, demo_keys: dict[str, PemSigner], sm2: PemSigner, kind: str
) -> None:
    card = demo_keys["pay"] if kind == "rsa" else sm2
    ids = drafted(zone, f"{kind}1", f"{kind}2")
    told = composed(zone, ids, card)
    assert [(one["message"], one["documents"]) for one in told["messages"]] == [("CEB411Message", 2)]
    assert told["algorithm"] == ("rsa-sha256" if kind == "rsa" else "sm2-sm3")
    (receipt,) = handed(zone, told, card)["receipts"]
    with scope(firm(zone)):
        assert api.drafts_underway(ids) == set(ids)
    work(zone)
    assert zone.results(receipt) == [("accepted", []), ("accepted", [])]
    assert left(zone, ids) == []
    (channel, client) = zone.rows("SELECT channel, client FROM exchange_inbox WHERE receipt_id = %s", receipt)[0]
    assert (channel, client) == ("desk", "ukey")


def test_posting_the_same_again_answers_the_same_receipts(zone: Bench, demo_keys: dict[str, PemSigner]) -> None:
    told = composed(zone, drafted(zone, "again"), demo_keys["pay"])
    first = handed(zone, told, demo_keys["pay"])
    before = zone.rows("SELECT count(*) FROM exchange_inbox")
    second = handed(zone, told, demo_keys["pay"])
    zone.connection.commit()
    assert (second["receipts"], first["repeated"], second["repeated"]) == (first["receipts"], False, True)
    assert zone.rows("SELECT count(*) FROM exchange_inbox") == before
    # nothing of what was composed stays beside the inbox
    assert zone.rows("SELECT length(body) FROM clearance_signing WHERE batch = %s", told["batch"]) == [(0,)]
    work(zone)


def test_a_draft_replaced_meanwhile_is_not_declared(zone: Bench, demo_keys: dict[str, PemSigner]) -> None:
    told = composed(zone, drafted(zone, "late"), demo_keys["pay"])
    drafted(zone, "late")
    with pytest.raises(Refused, match="clearance.signing.draft"):
        handed(zone, told, demo_keys["pay"])


def test_a_draft_on_its_way_is_not_signed_twice(zone: Bench, demo_keys: dict[str, PemSigner]) -> None:
    ids = drafted(zone, "once")
    first, second = composed(zone, ids, demo_keys["pay"]), composed(zone, ids, demo_keys["pay"])
    handed(zone, first, demo_keys["pay"])
    with pytest.raises(Refused, match="clearance.signing.underway"):
        handed(zone, second, demo_keys["pay"])
    with pytest.raises(Refused, match="clearance.signing.underway"):
        composed(zone, ids, demo_keys["pay"])
    work(zone)
    with pytest.raises(Refused, match="clearance.signing.draft"):
        handed(zone, second, demo_keys["pay"])


def test_a_signature_that_does_not_fit_leaves_nothing_behind(zone: Bench, demo_keys: dict[str, PemSigner]) -> None:
    card = demo_keys["pay"]
    ids = drafted(zone, "wrong1", "wrong2")
    told = composed(zone, ids, card)
    before = zone.rows("SELECT count(*) FROM exchange_inbox")
    other = base64.b64encode(card.sign(b"something else")).decode()
    for signed, code in (
        ([other], "signature.value"), (["%%%"], "signature.base64"), ([], "clearance.signing.count"),
        (["", ""], "clearance.signing.count"), ([""], "signature.value"),
    ):  # fmt: skip
        with pytest.raises(Refused, match=code):
            handed(zone, told, card, signed)
    zone.connection.commit()
    assert zone.rows("SELECT count(*) FROM exchange_inbox") == before
    assert left(zone, ids) == ids


def test_an_old_control_that_digests_by_sha1_is_told_apart(
    zone: Bench, demo_keys: dict[str, PemSigner], tmp_path: Path
) -> None:
    made = _card(tmp_path, FIRMS["pay"], "rsa")
    register(zone, "pay", made)
    folder = tmp_path / FIRMS["pay"] / "rsa"
    old = PemSigner((folder / "key.pem").read_bytes(), (folder / "cert.pem").read_bytes(), algorithm="rsa-sha1")
    ids = drafted(zone, "sha1")
    told = composed(zone, ids, made)
    with pytest.raises(Refused, match="clearance.signing.algorithm") as refused:
        handed(zone, told, old)
    assert refused.value.fields["algorithm"] == "rsa-sha1"
    again = composed(zone, ids, made, "rsa-sha1")
    (receipt,) = handed(zone, again, old)["receipts"]
    work(zone)
    assert zone.results(receipt) == [("accepted", [])]


def test_only_a_certificate_of_the_firm_that_counts_may_sign(
    zone: Bench, demo_keys: dict[str, PemSigner], sm2: PemSigner, tmp_path: Path
) -> None:
    ids = drafted(zone, "whose")
    for card in (demo_keys["ebp"], _card(tmp_path, FIRMS["pay"], "rsa")):
        with pytest.raises(Refused, match="clearance.signing.certificate"):
            composed(zone, ids, card)
    lost = _card(tmp_path / "lost", FIRMS["pay"], "rsa")
    register(zone, "pay", lost)
    told = composed(zone, ids, lost)
    with scope(PLATFORM):
        certificates.revoke(lost.certificate.sha256, reason="lost")
    with pytest.raises(Refused, match="clearance.signing.ended"):
        handed(zone, told, lost)
    with pytest.raises(Refused, match="clearance.signing.swapped"):
        handed(zone, composed(zone, ids, demo_keys["pay"]), sm2)
    with scope(firm(zone)), pytest.raises(Refused, match="signature"):
        api.compose_drafts(drafts=ids, certificate="rubbish")
    with pytest.raises(Refused, match="clearance.signing.algorithm"):
        composed(zone, ids, sm2, "rsa-sha256")


def test_nobody_signs_another_firms_drafts_or_batches(zone: Bench, demo_keys: dict[str, PemSigner]) -> None:
    ids = drafted(zone, "mine")
    with pytest.raises(Refused, match="clearance.signing.draft"):
        composed(zone, ids, demo_keys["ebp"], role="ebp")
    told = composed(zone, ids, demo_keys["pay"])
    with scope(firm(zone, "ebp")), pytest.raises(Refused, match="clearance.signing.unknown"):
        api.hand_in_signed(batch=told["batch"], certificate=pem(demo_keys["ebp"]), signatures=["x"])
    with scope(firm(zone)), pytest.raises(Refused, match="clearance.signing.unknown"):
        api.hand_in_signed(batch="no number", certificate=pem(demo_keys["pay"]), signatures=["x"])
    with scope(NOBODY), pytest.raises(Denied):
        api.compose_drafts(drafts=ids, certificate=pem(demo_keys["pay"]))
    with pytest.raises(Refused, match="clearance.signing.none"):
        composed(zone, [], demo_keys["pay"])


def test_a_message_holds_a_hundred_documents_and_one_kind(zone: Bench, demo_keys: dict[str, PemSigner]) -> None:
    ids = drafted(zone, *(f"m{n}" for n in range(101)))
    told = composed(zone, ids, demo_keys["pay"])
    assert [one["documents"] for one in told["messages"]] == [100, 1]
    receipts = handed(zone, told, demo_keys["pay"])["receipts"]
    work(zone)
    assert [len(zone.results(one)) for one in receipts] == [100, 1]
    assert left(zone, ids) == []


def test_a_refused_declaration_leaves_the_draft_to_be_declared_again(
    zone: Bench, demo_keys: dict[str, PemSigner]
) -> None:
    """Two payments of one order: the second is refused (§6.1 #2), its draft stays with the way to the reason."""
    trade = Trade("twice", at=datetime.now(UTC) - timedelta(minutes=5))
    heads = [trade.head("payment", payTransactionId=f"PAY-twice{n}", appStatus="1") for n in (1, 2)]
    with scope(firm(zone)):
        api.submit_rows(message="CEB411Message", documents=[(head, []) for head in heads])
    work(zone)
    with scope(firm(zone)):
        rows = {row["head"]["payTransactionId"]: row["id"] for row in api.drafts(1, 500)["rows"]}
    ids = [rows["PAY-twice1"], rows["PAY-twice2"]]
    (receipt,) = handed(zone, composed(zone, ids, demo_keys["pay"]), demo_keys["pay"])["receipts"]
    work(zone)
    assert [state for state, _ in zone.results(receipt)] == ["accepted", "refused"]
    assert left(zone, ids) == ids[1:]
    with scope(firm(zone)):
        assert api.drafts_underway(ids) == set()
        (row,) = [one for one in api.drafts(1, 500)["rows"] if one["id"] == ids[1]]
    assert row["receipt"] == receipt
