"""What the control answers to each of its methods (handbook ceb spec §5, ukey flow)."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable
from datetime import datetime
from typing import Any

import msgspec

from pilotzone.base.days import SHANGHAI
from pilotzone.base.errors import Refused
from pilotzone.exchange.signing import control, sign_text
from pilotzone.simulators.ukey.cards import CardTrouble, Drawer

LARGEST = 4 * 1024 * 1024
Method = Callable[[Drawer, dict[str, Any]], list[str]]


def speak(drawer: Drawer, text: str | bytes) -> str:
    """The answer to one text of a page or client; rubbish is answered too."""
    try:
        call = control.read_request(text)
    except Refused as rubbish:
        return control.answer(control.Call(), error=f"{rubbish.zh} {rubbish.en}")
    method = _METHODS.get(call.method)
    if method is None:
        return control.answer(call, error=f"不支持的方法 (模拟) unknown method: {call.method[:60]}")
    try:
        return control.answer(call, method(drawer, call.args))
    except CardTrouble as trouble:
        return control.answer(call, error=trouble.sentence)


def _sign(drawer: Drawer, args: dict[str, Any]) -> list[str]:
    data = _text(args, "inData")
    return list(sign_text(data, drawer.opened(str(args.get("passwd") or ""))))


def _certificate(drawer: Drawer, args: dict[str, Any]) -> list[str]:
    return [base64.b64encode(drawer.signer().certificate.encoded).decode()]


def _number(drawer: Drawer, args: dict[str, Any]) -> list[str]:
    return [drawer.signer().certificate.serial]


def _valid_time(drawer: Drawer, args: dict[str, Any]) -> list[str]:
    certificate = drawer.signer().certificate
    told = {"szStartTime": _time(certificate.not_before), "szEndTime": _time(certificate.not_after)}
    return [msgspec.json.encode(told).decode()]


def _sha1(drawer: Drawer, args: dict[str, Any]) -> list[str]:
    digest = hashlib.sha1(_text(args, "szInfo"), usedforsecurity=False).digest()
    return [base64.b64encode(digest).decode()]


def _text(args: dict[str, Any], name: str) -> bytes:
    value = args.get(name)
    if not isinstance(value, str) or not value or len(value) > LARGEST:
        raise CardTrouble("argument", f"参数 {name} 为空或无效 (模拟) {name} is missing or no text")
    return value.encode()


def _time(moment: datetime) -> str:
    return moment.astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S")


# the envelope certificate of a demonstration card is its signing certificate: there is one pair a card
_METHODS: dict[str, Method] = {
    control.SIGN: _sign,
    control.CERTIFICATE: _certificate,
    control.ENVELOPE_CERTIFICATE: _certificate,
    control.CERTIFICATE_NUMBER: _number,
    control.VALID_TIME: _valid_time,
    control.SHA1_DIGEST: _sha1,
}
