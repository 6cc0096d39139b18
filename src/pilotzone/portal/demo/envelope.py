"""Many documents to one signed message, fast: the pieces around digest and signature are cut from one the signer made.

`exchange.signing` parses, canonicalises and checks its own work; here that is done once a sender, for a sample, and
afterwards only the digest and the signature are made. `pieces` refuses a sample `verify` does not accept.
"""

from __future__ import annotations

import base64
import uuid
from dataclasses import dataclass
from datetime import datetime

from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.definitions import message as definition
from pilotzone.exchange.formats.example import example_document
from pilotzone.exchange.signing import SUITES, Signer, finish, prepare, verify
from pilotzone.exchange.signing.sm2_keys import signature_der
from pilotzone.portal.demo.firms import Firm

_SPLIT = b'version="1.0">'


@dataclass(frozen=True)
class Envelope:
    """A sender's message of one kind with everything but guid, documents, digest and signature."""

    signer: Signer
    before_guid: bytes
    after_guid: bytes
    transfer: bytes
    end: bytes
    info: tuple[bytes, bytes]
    written: tuple[bytes, bytes, bytes]
    declaration: bytes

    def sign(self, documents: bytes, guid: uuid.UUID) -> bytes:
        """The signed message."""
        suite = SUITES[self.signer.algorithm]
        opening = self.before_guid + str(guid).upper().encode() + self.after_guid
        inside = opening + documents + self.transfer
        digest = base64.b64encode(suite.digest(inside + self.end))
        signature = self.signer.sign(self.info[0] + digest + self.info[1])
        value = base64.b64encode(signature_der(signature) if suite.key_kind == "sm2" else signature)
        start, middle, rest = self.written
        return b"".join((self.declaration, inside, start, digest, middle, value, rest, self.end))


def envelope(
    message: str, firm: Firm, signer: Signer, sample: bytes, edition: str, note: str, *, at: datetime
) -> Envelope:
    """The envelope, cut from a message around `sample` (one document) that was signed in the ordinary way."""
    transfer = {
        "copCode": firm.customs_code, "copName": firm.name, "dxpMode": "DXP", "dxpId": firm.dxp_id, "note": note,
    }  # fmt: skip
    guid = str(uuid.UUID(int=0)).upper()
    shell = _shell(message, edition, guid, transfer)
    opening, _, closing = shell.partition(b"\x00")
    to_sign = prepare(opening + sample + closing, signer.algorithm)
    signed = finish(to_sign, signer.sign(to_sign.signed_info), signer.certificate)
    digest = to_sign.digest.encode()
    info_start, _, info_end = to_sign.signed_info.partition(digest)
    unsigned_end = closing[closing.rindex(b"</") :]
    start, _, rest = signed.partition(digest)
    middle, rest = _cut(rest, b"<ds:SignatureValue>")
    value_end = rest.index(b"<")
    declaration, _, body = opening.partition(b"\n")
    before_guid, _, after_guid = body.partition(guid.encode())
    before = opening + sample + closing[: -len(unsigned_end)]
    if not start.startswith(before) or not signed.endswith(unsigned_end):
        raise AssertionError("the signer writes messages in another way now")
    made = Envelope(
        signer, before_guid, after_guid, closing[: -len(unsigned_end)], unsigned_end, (info_start, info_end),
        (start[len(before) :], middle, rest[value_end : -len(unsigned_end)]), declaration + b"\n",
    )  # fmt: skip
    told = verify(made.sign(sample, uuid.UUID(int=1)), at=at)
    if not told.ok:
        raise AssertionError(f"a message signed here does not verify: {told.code}")
    return made


def _shell(message: str, edition: str, guid: str, transfer: dict[str, str]) -> bytes:
    """The message with a NUL where its documents stand."""
    xml = build(
        message, [example_document(definition(message, edition))], edition=edition, guid=guid, transfer=transfer
    )
    opening, mark, rest = xml.partition(_SPLIT)
    return opening + mark + b"\x00" + rest[rest.index(b"<ceb:BaseTransfer>") :]


def _cut(text: bytes, mark: bytes) -> tuple[bytes, bytes]:
    place = text.index(mark) + len(mark)
    return text[:place], text[place:]
