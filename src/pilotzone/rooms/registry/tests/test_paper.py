"""备案回执: once confirmed, what was filed; valid until what was filed changes."""

from __future__ import annotations

import re

import pytest
from django.test import Client

from pilotzone.rooms.registry import api
from pilotzone.rooms.registry.tests.offices import Cast, confirmed, filled, valid
from pilotzone.rooms.registry.tests.test_pages import client_of

pytestmark = pytest.mark.django_db


def standing(page: str) -> str:
    (code,) = set(re.findall(r"/verify/([0-9A-Z-]+)/", page))
    return Client().get(f"/verify/{code}/").content.decode()


def test_a_draft_has_no_receipt(cast: Cast) -> None:
    number = filled(cast)
    clerk = client_of(cast, "clerk")
    early = clerk.get(f"/papers/filing/{number}/")
    assert early.status_code == 422 and "paper.not_yet" in early.content.decode()
    assert "/papers/filing/" not in clerk.get("/registry/mine/").content.decode()


def test_the_receipt_is_the_filing_and_ends_with_a_change(cast: Cast) -> None:
    number = valid(cast)
    clerk, office = client_of(cast, "clerk"), client_of(cast, "office")
    assert f"/papers/filing/{number}/" in clerk.get("/registry/mine/").content.decode()
    page = clerk.get(f"/papers/filing/{number}/").content.decode()
    with cast.act("clerk"):
        told = api.mine()
    assert told is not None
    for section in told["sections"]:
        for field in section["fields"]:
            if field["value"] and field["kind"] != "unit":
                assert str(field["value"]) in page, field["key"]
    assert "有效" in standing(page) and cast.code in page
    assert f"/papers/filing/{number}/" in office.get(f"/registry/filings/{number}/").content.decode()
    printed = office.get(f"/papers/filing/{number}/").content.decode()
    assert "有效" in standing(page) and "有效" in standing(printed), "an office's print supersedes no firm's"
    with cast.act("office"):
        api.suspend(number, version=None, since=told["valid_from"], reason="核查", legal_basis="备案办法第九条")
    assert "记录已变化" in standing(page)


def test_a_firm_prints_its_own_only(cast: Cast) -> None:
    number = confirmed(cast)
    assert Client().get(f"/papers/filing/{number}/").status_code == 302
    stranger = client_of(Cast(2), "clerk")
    assert stranger.get(f"/papers/filing/{number}/").status_code == 404
