"""The Python client against the platform itself: what it sends is kept, what it asks is answered, what is refused is raised."""

from __future__ import annotations

import datetime
import re
from decimal import Decimal
from pathlib import Path

import pytest
from django.db import connection

from pilotzone.base.days import SHANGHAI
from pilotzone.exchange import receipts
from pilotzone.exchange.hub import clients as systems
from pilotzone.exchange.receipts import Receipt
from pilotzone.exchange.signing import DemoAuthority, verify
from pilotzone.exchange.signing.tests.messages import canonical
from pilotzone.exchange.tests.hub import CHECKER, FIRM, PERSONS, answering, granted
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.api.shapes.exchange import DocumentResult, MessageOut
from pilotzone.portal.api.tests.conftest import firm as firm_of
from pilotzone.rooms.tax import api as tax
from pilotzone_client import Client, Key, Refusal, sign
from tests.clients.conftest import Zone

pytestmark = pytest.mark.django_db
README = Path(__file__).parents[2] / "clients" / "python" / "README.md"
AT = datetime.datetime(2021, 11, 11, 8, 30, 1, tzinfo=SHANGHAI)


def owe(organisation: int, *keys: str) -> None:
    node = "<InventoryReturn><guid>1</guid>放行</InventoryReturn>"
    with scope(PLATFORM), connection.cursor() as cursor:
        receipts.write(cursor, [Receipt(organisation, "CEB622Message", key, "800", AT, "", node) for key in keys])


def test_a_signed_message_is_kept_and_followed(ours: Client, tmp_path_factory: pytest.TempPathFactory) -> None:
    now = datetime.datetime.now(datetime.UTC)
    pair = DemoAuthority(tmp_path_factory.mktemp("keys"), at=now).issue("firm", "合成企业", "rsa", at=now)
    signed = sign(canonical(), Key.from_pem(pair.key.read_bytes(), pair.certificate.read_bytes()))
    assert verify(signed, at=now).ok
    receipt = ours.send(signed)
    told = ours.result(receipt)
    assert (told["receipt"], told["state"], told["channel"]) == (receipt, "received", "http")


def test_the_readme_reads_what_wait_answers() -> None:
    block = README.read_text(encoding="utf-8").split("```python")[1].split("```")[0]
    whole, each = (set(re.findall(rf"{name}\[\"(\w+)\"\]", block)) for name in ("told", "one"))
    assert {"findings", "documents"} <= whole <= set(MessageOut.model_fields)
    assert {"state", "document", "findings"} <= each <= set(DocumentResult.model_fields)


def test_receipts_come_over_all_pages_and_from_a_place(ours: Client, firm: tuple[int, str]) -> None:
    owe(firm[0], "A", "B")
    owe(firm[0], "C")
    found = list(ours.receipts(limit=1))
    assert [one.document for one in found] == ["A", "B", "C"]
    assert "放行" in found[0].xml.decode() and found[0].status == "800"
    assert [one.document for one in ours.receipts(found[1].number)] == ["C"]
    assert [one.document for one in ours.receipts(document="B")] == ["B"]
    assert list(ours.receipts(found[2].number)) == []


def test_a_refusal_says_code_sentence_and_field(ours: Client, zone: Zone) -> None:
    with pytest.raises(Refusal) as wrong:
        ours.get("/trades", statee="waiting")
    assert (wrong.value.status, wrong.value.code) == (422, "api.input") and "statee" in wrong.value.fields
    with pytest.raises(Refusal) as unknown:
        ours.track("NO/SUCH")
    assert unknown.value.status == 404 and unknown.value.zh and unknown.value.en
    with (
        Client("http://testserver", "pz_wrong", transport=zone) as stranger,
        pytest.raises(Refusal, match=r"api\.token"),
    ):
        list(stranger.receipts())
    with Client("http://testserver", transport=zone) as nobody:
        assert nobody.get("/clock")["now"]


def test_a_list_is_walked_to_its_end(ours: Client) -> None:
    assert list(ours.pages("/trades", size=1)) == []
    items = list(ours.pages("/mandates", side="given"))
    assert items == []


def test_every_row_of_a_long_list_comes_once(zone: Zone) -> None:
    guarantor = firm_of("担保", "ebp")
    with scope(PLATFORM), connection.cursor() as cursor:
        tax.guarantee(cursor, [tax.Deposit(guarantor.id, Decimal("1.00"), f"G{n}") for n in range(60)], at=AT)
    token = guarantor.token["Authorization"].removeprefix("Bearer ")
    with Client("http://testserver", token, transport=zone) as theirs:
        told = [row["reference"] for row in theirs.pages(f"/tax/guarantees/{guarantor.id}/statement", event="DEPOSIT")]
    assert sorted(told) == sorted(f"G{n}" for n in range(60))


def test_a_department_asks_once_however_often_it_is_told(zone: Zone) -> None:
    with scope(CHECKER):
        token = systems.issue(unit="zone.tax", label="test")
    answering()
    number = granted()
    with Client("http://testserver", token, transport=zone) as tax:
        first = tax.query(PERSONS, key="k-1", agreement=number, where={"uscc": FIRM})
        assert first["rows"][0]["uscc"] == FIRM
        assert tax.query(PERSONS, key="k-1", agreement=number, where={"uscc": FIRM}) == first
        assert tax.query(PERSONS, agreement=number, where={"uscc": FIRM})["log"] != first["log"]
        with pytest.raises(Refusal, match=r"hub\.idempotency"):
            tax.query(PERSONS, key="k-1", agreement=number, where={"uscc": "other"})
