"""Goods loaded on the page: previewed, confirmed with a reason, taken back; only by who may."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from django.contrib.auth import get_user_model
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.base.errors import Gap
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Membership, Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.desks import goods as page
from pilotzone.reference import edition, goods

pytestmark = pytest.mark.django_db
CSV = "hs,zh,unit1,vat_class,ct_class,tag,source\n9999000000,合成商品,035,standard,none,C,合成数据\n"


@pytest.fixture(autouse=True)
def zone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setenv("PILOTZONE_HOME", str(tmp_path))
    monkeypatch.setattr(page, "home", lambda: tmp_path)
    yield tmp_path / "data"
    monkeypatch.undo()
    edition.reload()
    edition.refresh(every_s=0)


def signed_in(client: Client, role: str, path: str) -> Client:
    with scope(PLATFORM):
        person = get_user_model().objects.create_user(username=f"{role}-loads")
        unit, _ = Unit.objects.get_or_create(path=path, defaults={"code": path.split(".")[-1], "name_zh": path})
        Membership.objects.create(person=person, role=role, valid_from=date(2019, 1, 1), unit=unit)
    client.force_login(person)
    return client


def upload(client: Client, text: str) -> str:
    answer = client.post("/reference/goods/", {"file": SimpleUploadedFile("goods.csv", text.encode())})
    assert answer.status_code in (200, 422)
    return answer.content.decode()


def test_an_official_previews_confirms_and_takes_back(client: Client, zone: Path) -> None:
    signed_in(client, "zone_officer", "zone")
    shown = upload(client, CSV)
    assert "新增 1" in shown and not (zone / "goods").exists(), "a preview writes no goods"
    digest = shown.split('name="digest" value="')[1][:64]
    done = client.post(
        "/reference/goods/confirm/", {"digest": digest, "name": "goods.csv", "reason": "补充"}, follow=True
    )
    assert "有效" not in done.content.decode() and "撤回" in done.content.decode() and "补充" in done.content.decode()
    assert goods.goods("9999000000", on=date(2021, 1, 1)).zh == "合成商品"
    assert client.post("/reference/goods/confirm/", {"digest": digest}).status_code == 422, "once"
    assert "已撤回" in client.post("/reference/goods/take-back/", follow=True).content.decode()
    with pytest.raises(Gap):
        goods.goods("9999000000", on=date(2021, 1, 1))


def test_every_fault_is_shown_with_its_row_in_both_languages(client: Client, zone: Path) -> None:
    signed_in(client, "zone_officer", "zone")
    wrong = CSV.replace("standard", "x")
    assert "overlay." in upload(client, wrong) and "确认加载" not in upload(client, wrong)
    client.cookies["django_language"] = "en"
    assert "nothing was loaded" in upload(client, wrong)


def test_only_who_may_load_sees_the_page(client: Client) -> None:
    assert client.get("/reference/goods/").status_code == 302
    signed_in(client, "customs_officer", "zone.customs")
    for path in ("/reference/goods/", "/reference/goods/template.csv"):
        assert client.get(path).status_code == 403
    assert client.post("/reference/goods/confirm/", {"digest": "../x"}).status_code == 403


@pytest.mark.parametrize("digest", ["", "../../x", "0" * 64])
def test_what_was_not_previewed_cannot_be_loaded(client: Client, digest: str) -> None:
    signed_in(client, "operator", "zone.eport")
    assert client.post("/reference/goods/confirm/", {"digest": digest}).status_code == 422
