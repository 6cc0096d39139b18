"""A firm's administrator issues, lists and revokes its tokens, on the page and by the command line; nobody else does."""

from __future__ import annotations

import json
import re
from collections.abc import Callable

import pytest
from click.testing import CliRunner
from django.db import connection
from django.test import Client

from pilotzone.exchange import clients
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.commands import token as verb

pytestmark = pytest.mark.django_db
WHERE = "/enterprise/tokens/"
SignedIn = Callable[..., Client]


def shown(page: str) -> list[str]:
    return re.findall(r"<code class=\"num\">(pz_[\w-]+)</code>", page)


def status_with(token: str) -> int:
    return int(Client().get("/api/v1/receipts", headers={"Authorization": f"Bearer {token}"}).status_code)


def test_a_token_is_shown_once_works_and_ends_when_it_is_revoked(
    signed_in: SignedIn, firms: dict[str, Organisation]
) -> None:
    admin = signed_in("firm_admin", "甲公司")
    assert "没有在用的令牌" in admin.get(WHERE).content.decode()
    answer = admin.post(WHERE, {"label": "ERP  系统"})
    (token,) = shown(answer.content.decode())
    assert "no-store" in answer["Cache-Control"]
    page = admin.get(WHERE).content.decode()
    assert token not in page and "尚未使用" in page and "ERP 系统" in page
    assert status_with(token) == 200
    page = admin.get(WHERE).content.decode()
    assert "尚未使用" not in page
    where = re.search(rf"{WHERE}(\d+)/revoke/", page)
    assert where and "停用 ERP 系统" in page, "the confirmation names it"
    assert admin.post(where[0]).status_code == 302
    assert "已停用" in admin.get(WHERE).content.decode()
    assert status_with(token) == 403
    assert admin.post(where[0]).status_code == 422
    with scope(PLATFORM):
        lines = audit.trail("organisation", firms["甲公司"].pk)
        assert [line["action"] for line in lines] == ["token.revoke", "token.issue"]
        assert token not in str(lines) + str(audit.trail("exchange_client", where[1]))
        assert len(audit.trail("exchange_client", where[1])) == 2, "that it was used is no line of the trail"


@pytest.mark.parametrize("label", ["", "  ", "字" * 81, "a\0b", "ERP"])
def test_a_label_that_does_not_tell_it_apart_is_refused(signed_in: SignedIn, label: str) -> None:
    admin = signed_in("firm_admin", "甲公司")
    admin.post(WHERE, {"label": "ERP"})
    answer = admin.post(WHERE, {"label": label})
    page = answer.content.decode()
    assert answer.status_code == 422 and "exchange.token.label" in page and not shown(page)


def test_there_is_an_end_to_tokens(signed_in: SignedIn, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pilotzone.exchange.tokens.MOST", 1)
    admin = signed_in("firm_admin", "甲公司")
    admin.post(WHERE, {"label": "1"})
    assert "exchange.token.too_many" in admin.post(WHERE, {"label": "2"}).content.decode()


def test_only_the_administrator_of_that_firm_reaches_them(signed_in: SignedIn, firms: dict[str, Organisation]) -> None:
    admin = signed_in("firm_admin", "甲公司")
    admin.post(WHERE, {"label": "ERP"})
    number = re.search(rf"{WHERE}(\d+)/revoke/", admin.get(WHERE).content.decode())
    assert number
    for role, body in (("ebp", "甲公司"), ("zone_officer", "zone"), ("customs_officer", "customs")):
        other = signed_in(role, body)
        assert other.get(WHERE).status_code == 403
        assert other.post(WHERE, {"label": "x"}).status_code == 403
        assert other.post(number[0]).status_code == 403
    rival = signed_in("firm_admin", "乙公司")
    assert "ERP" not in rival.get(WHERE).content.decode()
    assert rival.post(number[0]).status_code == 404
    assert Client().get(WHERE).status_code == 302
    with scope(PLATFORM), connection.cursor() as cursor:
        of_program = clients.issue(cursor, firms["甲公司"].pk, "program")
    headers = {"Authorization": f"Bearer {of_program}"}
    assert Client().post(WHERE, {"label": "x"}, headers=headers).status_code == 403, "a token makes no token"


def run(*words: str) -> tuple[int, str]:
    done = CliRunner().invoke(verb.command, list(words))
    return done.exit_code, done.output


def test_the_command_line_does_the_same_in_his_name(signed_in: SignedIn, firms: dict[str, Organisation]) -> None:
    signed_in("firm_admin", "甲公司")
    by = ("--by", "firm_admin-甲公司")
    code, told = run("issue", "3601960A01", "ERP", *by, "--json")
    token = json.loads(told)["token"]
    assert (code, status_with(token)) == (0, 200)
    code, told = run("list", "3601960A01", *by, "--json")
    (one,) = [json.loads(line) for line in told.splitlines()]
    assert (one["label"], one["revoked_at"]) == ("ERP", None) and one["used_on"] and token not in told
    assert run("revoke", "3601960A01", str(one["id"]), *by)[0] == 0
    assert run("revoke", "3601960A01", str(one["id"]), *by)[0] == 1
    assert status_with(token) == 403
    with scope(PLATFORM):
        line = audit.trail("organisation", firms["甲公司"].pk)[0]
    assert line["person"] is not None and line["role"] == "firm_admin"


@pytest.mark.parametrize(("firm", "by"), [("3601960A02", "firm_admin-甲公司"), ("3601960A01", "ebp-甲公司"), ("", "x")])
def test_the_command_line_refuses_who_is_not_its_administrator(signed_in: SignedIn, firm: str, by: str) -> None:
    signed_in("firm_admin", "甲公司")
    signed_in("ebp", "甲公司")
    for words in (("issue", firm, "ERP"), ("list", firm), ("revoke", firm, "1")):
        code, told = run(*words, "--by", by)
        assert code == 1 and "accounts.office" in told
