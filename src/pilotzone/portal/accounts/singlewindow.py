"""Signing in by the single window: it says who somebody is; here only whom the demonstration knows already comes in."""

from __future__ import annotations

import os

from django.http import HttpRequest

from pilotzone.base.errors import Denied, Refused, Unavailable
from pilotzone.exchange.channels import singlewindow
from pilotzone.kernel import clock
from pilotzone.portal.accounts import parties
from pilotzone.portal.demo import signon

LONGEST = 100


def trials() -> list[tuple[str, str, str]]:
    """(account, code, name) a visitor of a demonstration may try. Denied `accounts.not_demo` in a real zone."""
    _demo_only()
    return [(account, code, person["name"]) for account, code, person in signon.accounts()]


def enter(request: HttpRequest, account: str, code: str) -> parties.Party:
    """Sign in whom the single window names.

    Refused `channel.signon.refused` for a wrong code and `accounts.signon.stranger` for somebody this zone does not know,
    for whom nothing is created; Unavailable where the single window is away.
    """
    _demo_only()
    if not account or not code or len(account) > LONGEST or len(code) > LONGEST:
        raise Refused(
            code="channel.signon.refused", zh="请填写单一窗口账号和动态码。", en="Give the account and the code."
        )
    told = singlewindow.sign_on(_address(), account, code)
    person = str(told.get("person", ""))
    known = {party.key for party in parties.parties()}
    key = person.removeprefix(signon.PERSON)
    if not person.startswith(signon.PERSON) or key not in known:
        raise Refused(
            code="accounts.signon.stranger",
            zh="单一窗口已确认您的身份，但本综试区平台没有您的账号，请先向本单位管理员申请。",
            en="The single window knows you, but this zone has no account of yours; ask your administrator for one.",
        )
    return parties.play(request, key)


def _address() -> str:
    url = os.environ.get("PILOTZONE_SINGLEWINDOW_URL", "")
    if not url:
        raise Unavailable(
            code="channel.signon.away",
            zh="本平台没有连接单一窗口登录，请用用户名登录。",
            en="No single window is connected here; sign in with your user name.",
        )
    return url


def _demo_only() -> None:
    if not clock.is_demo():
        raise Denied(
            code="accounts.not_demo",
            zh="单一窗口登录目前只有演示综试区的模拟接口。",
            en="The single window's sign-on is simulated, in a demonstration zone only.",
        )
