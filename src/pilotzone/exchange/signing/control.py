"""What the E-port card control on the firm's machine understands (spec §5, ukey flow).

The control listens on the firm's own machine at `ADDRESS`; a page in the firm's browser, or a client there,
sends `request` and gives `read_answer` the text that came back. PIN and key stay on that machine. `read_request` and
`answer` are the other side of it, for a control that is simulated.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from pilotzone.exchange.signing.refusals import refusal

ADDRESS = "ws://127.0.0.1:61232"
SIGN = "cus-sec_SpcSignDataAsPEM"
CERTIFICATE = "cus-sec_SpcGetSignCertAsPEM"
ENVELOPE_CERTIFICATE = "cus-sec_SpcGetEnvCertAsPEM"
CERTIFICATE_NUMBER = "cus-sec_SpcGetCertNo"
VALID_TIME = "cus-sec_SpcGetValidTimeFromCert"
SHA1_DIGEST = "cus-sec_SpcSHA1DigestAsPEM"
METHODS = (SIGN, CERTIFICATE, ENVELOPE_CERTIFICATE, CERTIFICATE_NUMBER, VALID_TIME, SHA1_DIGEST)
DONE, FAILED = "00", "01"  # `_status`; the values are seen in use, not in a specification


class _Arguments(msgspec.Struct):
    Result: bool = False
    Data: list[str] = []
    Error: list[str] = []


class Call(msgspec.Struct):
    """One call as the control gets it; unknown members are left out."""

    method: str = msgspec.field(name="_method", default="")
    id: int = msgspec.field(name="_id", default=0)
    args: dict[str, Any] = {}


class _Answer(msgspec.Struct):
    id: int = msgspec.field(name="_id", default=0)
    args: _Arguments = msgspec.field(name="_args", default_factory=_Arguments)


def request(method: str, *, number: int = 1, **arguments: str) -> str:
    """The JSON text of one call; `number` comes back in the answer."""
    return msgspec.json.encode({"_method": method, "_id": number, "args": arguments}).decode()


def read_answer(text: str | bytes, *, number: int = 1) -> list[str]:
    """The data of a successful answer (for SIGN: Base64 signature, certificate number).

    Refused `signature.control` with the control's own words for anything else.
    """
    try:
        answer = msgspec.json.decode(text, type=_Answer)
    except (msgspec.DecodeError, UnicodeError):
        raise refusal("control", "JSON") from None
    if answer.id != number:
        raise refusal("control", f"_id {answer.id} ≠ {number}")
    if not answer.args.Result or not answer.args.Data:
        raise refusal("control", "; ".join(answer.args.Error)[:200] or "Result false")
    return answer.args.Data


def read_request(text: str | bytes) -> Call:
    """The call in `text`; Refused `signature.control` where it is none."""
    try:
        return msgspec.json.decode(text, type=Call)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        raise refusal("control", "JSON") from None


def answer(call: Call, data: Sequence[str] = (), error: str = "") -> str:
    """The JSON text a control answers: `data` where it did what was asked, else `error`."""
    told = {"Result": not error, "Data": list(data), "Error": [error] if error else []}
    body = {"_id": call.id, "_method": call.method, "_status": FAILED if error else DONE, "_args": told}
    return msgspec.json.encode(body).decode()
