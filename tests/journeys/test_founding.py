"""A real zone from its first link: administrator, second factor, first enterprise, its clerk, a draft, a lost key, a district's platform."""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import struct
import sys
import time
from collections.abc import Iterator
from typing import Any

import pytest

from tests.journeys.browsing import look
from tests.journeys.dealing import story
from tests.journeys.visiting import Visitor
from tests.journeys.zone import LOADING_S, Zone, standing, until

pytestmark = [pytest.mark.browser, pytest.mark.xdist_group("zone")]
PASSWORD = "Zongshi-qu-2026"
CODE, NAME = "3601960001", "江西首家跨境贸易有限公司"
LINK = re.compile(r"http\S+/accounts/first/\S+/")
A_MINUTE_S = 60.0
OWN = {"ebpCode": CODE, "ebpName": NAME, "ebcCode": CODE, "ebcName": NAME}


@pytest.fixture(scope="module")
def founded() -> Iterator[Zone]:
    """A real zone, nobody in it."""
    with standing() as made:
        made.up("--no-demo")
        try:
            until(lambda: made.is_ready("web", "worker-1", "intake") and made.home_page(), "the real zone", LOADING_S)
        except AssertionError:
            sys.stderr.write(made.story())
            raise
        yield made
        assert made.complaints() == []
        assert made.down() == []


@pytest.fixture
def windows(chromium: Any, founded: Zone) -> Iterator[list[Visitor]]:
    """Three persons' windows: the administrator's, the firm's administrator's, its clerk's."""
    made = [Visitor(chromium, founded) for _ in range(3)]
    yield made
    for one in made:
        one.close()


def begin(visitor: Visitor, link: str, name: str) -> None:
    """Open a one-time link, set the password, sign in; the first steps are open afterwards."""
    page = visitor.page
    page.goto(link)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("input[name=again]").fill(PASSWORD)
    page.get_by_role("button", name="设置密码").click()
    page.wait_for_url("**/accounts/login/**")
    page.locator("input[name=login]").fill(name)
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main").get_by_role("button", name="登录").click()
    page.wait_for_url("**/accounts/steps/")
    page.goto(link)
    assert "accounts.link" in visitor.text(), "the link works once"
    visitor.complaints.clear()


def code_of(secret: str) -> str:
    """The authenticator's six digits of this moment (RFC 6238)."""
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    digest = hmac.new(key, struct.pack(">Q", int(time.time()) // 30), hashlib.sha1).digest()
    at = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[at : at + 4])[0] & 0x7FFFFFFF) % 10**6:06d}"


def second_factor(visitor: Visitor) -> None:
    """Turn the authenticator on, the password asked for once more."""
    page = visitor.go("/accounts/2fa/")
    look(page, "factor-index")
    page.get_by_role("link", name="激活").click()
    page.locator("input[type=password]").fill(PASSWORD)
    look(page, "factor-password")
    page.get_by_role("link", name="忘记密码").wait_for()
    page.locator("main form button").first.click()
    secret = page.locator("#authenticator_secret").input_value()
    page.locator("input[name=code]").fill("000000" if code_of(secret) != "000000" else "111111")
    page.get_by_role("button", name="激活").click()
    page.get_by_role("alert").wait_for()
    look(page, "factor-activate")
    until(lambda: time.time() % 30 < 24, "enough of the code's half minute")
    page.locator("input[name=code]").fill(code_of(secret))
    page.get_by_role("button", name="激活").click()
    page.wait_for_url("**/accounts/2fa/recovery-codes/")
    look(page, "factor-codes")
    for where in ("recovery-codes/generate/", "totp/deactivate/"):
        look(visitor.go(f"/accounts/2fa/{where}"), f"factor-{where.split('/')[1]}")


def person(visitor: Visitor, username: str, role: str, body: str = "") -> str:
    """Give somebody an account; the link for him."""
    form = visitor.go("/accounts/people/").locator("main form").first
    form.locator("[name=username]").fill(username)
    form.locator("[name=name]").fill(f"{username}（合成）")
    form.locator("[name=role]").select_option(label=role)
    if body:
        form.locator("[name=body]").fill(body)
    form.get_by_role("button", name="开通账号").click()
    visitor.page.get_by_text("请将此链接交给本人").wait_for()
    found = LINK.search(visitor.text())
    assert found
    return found[0]


def tick(visitor: Visitor, step: str) -> None:
    """Mark a first step as done on the page for it."""
    line = visitor.go("/accounts/steps/").locator("li", has_text=step)
    line.get_by_role("button", name="标为已完成").click()
    line.get_by_text("已完成", exact=True).wait_for()


def open_district(visitor: Visitor) -> float:
    """Open a district's platform by its form, with what a form has; the seconds from the empty form to the public page."""
    page, began = visitor.go("/sites/new/"), time.monotonic()
    page.get_by_label("县区或开发区").select_option(label="青山湖区")
    page.locator("#slug").fill("qingshanhu")
    page.locator("#name_zh").fill("青山湖区跨境电商分平台")
    page.locator("#name_en").fill("Qingshanhu cross-border platform")
    page.locator("#accent").select_option("blue")
    page.locator("#intro_zh").fill("本区企业在此备案、申报、办事。")
    page.locator("#links").fill("区政府 | District | https://example.org/")
    page.locator("#notices").fill("2020-01-01 | | 分平台开通 | The platform is open")
    page.locator("#administrator").fill("county-clerk")
    page.get_by_role("button", name="开通", exact=True).click()
    page.wait_for_url("**/sites/qingshanhu/")
    page.get_by_role("heading", name="青山湖区跨境电商分平台").wait_for()
    return time.monotonic() - began


def test_a_zone_begins_with_one_link(windows: list[Visitor], founded: Zone) -> None:
    administrator, manager, clerk = windows
    told = founded.run("init")
    found = LINK.search(told.stdout)
    assert found, told
    begin(administrator, found[0], "admin")
    assert founded.run("init").returncode == 1, "there is an administrator now"
    administrator.go("/accounts/steps/")
    administrator.look("first-steps")
    second_factor(administrator)
    tick(administrator, "开启双重验证")
    page = administrator.go("/accounts/firms/")
    page.get_by_text("登记一个单位").click()
    page.locator("[name=name]").fill(NAME)
    page.locator("[name=customs_code]").fill(CODE)
    for kind in ("电商企业", "电商平台企业"):
        page.get_by_label(kind, exact=True).check()
    page.locator("[name=registered]").fill("360111")
    page.get_by_role("button", name="登记单位").click()
    page.wait_for_url("**/accounts/firms/*/")
    administrator.look("first-firm")

    begin(manager, person(administrator, "first-manager", "企业管理员", CODE), "first-manager")
    begin(clerk, person(manager, "first-clerk", "电商平台企业"), "first-clerk")
    clerk.drop("/enterprise/submit/", "CEB311-first.xlsx", story(1).sheet("order", **OWN))
    clerk.page.get_by_role("link", name="到暂存签名").wait_for()
    clerk.until_says("/enterprise/messages/drafts/", story(1).deal.number)

    keys = founded.home.parent / "keys"
    assert founded.run("keys", CODE, "--kind", "rsa", "--folder", str(keys)).returncode == 0
    page = manager.go("/accounts/certificates/")
    page.locator("input[type=file]").set_input_files(str(keys / CODE / "rsa" / "cert.pem"))
    page.get_by_role("button", name="登记证书").click()
    page.locator("input[name=reason]").fill("遗失（合成）")
    page.get_by_role("button", name="挂失").click()
    page.get_by_text("已挂失").wait_for()
    page = administrator.go("/office/")
    administrator.look("first-office")
    page.locator("a", has_text="张证书近七日挂失").click()
    page.wait_for_url("**/office/losses/?state=fresh")
    assert NAME in administrator.text() and "遗失（合成）" in administrator.text()

    person(administrator, "county-clerk", "县区分平台管理员", "360111")
    assert open_district(administrator) < A_MINUTE_S
    administrator.look("district")
    administrator.page.get_by_role("link", name="分平台管理员").click()
    administrator.page.get_by_role("heading", name="任命管理员").wait_for()
    administrator.look("district-administrators")
    assert "county-clerk（合成）" in administrator.text()
    clerk.go("/sites/")
    assert "青山湖区跨境电商分平台" in clerk.text()
