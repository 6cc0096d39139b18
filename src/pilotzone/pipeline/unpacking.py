"""From a kept row to a message the clearance can take: envelope off, parsed, signature judged. No database here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from typing import Any

import msgspec

from pilotzone.base.days import day_of
from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import envelope
from pilotzone.exchange.formats.findings import Finding
from pilotzone.exchange.formats.parse import parse
from pilotzone.exchange.formats.parsed import Parsed
from pilotzone.exchange.inbox import Kept
from pilotzone.exchange.signing import Verdict, verify
from pilotzone.rooms.clearance.api import FROM_CUSTOMS, MESSAGES, WARNS, DocumentIn, Fault, MessageIn, Rule

CUSTOMS_CHANNEL, HISTORY_CHANNEL = "customs", "history"
CUSTOMS_SENDERS = frozenset({envelope.CUSTOMS_IMPORT, envelope.CUSTOMS_EXPORT})
WHOSE = {"format": "sender", "code": "sender", "rule": "sender", "signature": "sender"}


class Unpacked(msgspec.Struct):
    """A kept row after the costly part of the work. `problems` speak of the message as a whole."""

    kept: Kept
    raw: bytes
    parsed: Parsed
    verdict: Verdict | None
    problems: list[Fault]
    from_customs: bool = False

    @property
    def usable(self) -> bool:
        """Whether the clearance knows this kind of message."""
        known = FROM_CUSTOMS if self.from_customs else MESSAGES
        return self.parsed.name in known and bool(self.parsed.documents)


def unpack(kept: Kept, *, wall: datetime) -> Unpacked:
    """Open, parse and verify one row; hostile bytes become problems, never exceptions."""
    nothing = Parsed()
    try:
        raw = kept.raw()
        sender = ""
        if envelope.is_envelope(raw):
            enclosed = envelope.unwrap(raw)
            raw, sender = enclosed.data, enclosed.sender
    except Refused as problem:
        return Unpacked(kept, b"", nothing, None, [fault_of(problem)])
    parsed = parse(raw, on=day_of(kept.received_at))
    from_customs = kept.channel == CUSTOMS_CHANNEL and (not sender or sender in CUSTOMS_SENDERS)
    # a firm's own archive holds receipts too; they only ever touch trades of the past
    from_customs = from_customs or (kept.channel == HISTORY_CHANNEL and parsed.name in FROM_CUSTOMS)
    verdict = verify(raw, at=wall, canonical=parsed.canonical) if parsed.signed and not from_customs else None
    unpacked = Unpacked(kept, raw, parsed, verdict, [], from_customs)
    if parsed.name in FROM_CUSTOMS and not from_customs:
        unpacked.problems.append(_NOT_CUSTOMS)
    elif not unpacked.usable and not parsed.findings:
        unpacked.problems.append(_NOT_TAKEN)
    unpacked.problems += [fault_from(one) for one in parsed.findings] if not parsed.documents else []
    return unpacked


def message_in(unpacked: Unpacked, holder: Callable[[str], int | None], sender_of: Callable[[str], Any]) -> MessageIn:
    """The message for the clearance: `holder` tells whose certificate signed it, `sender_of` whose copCode it names."""
    parsed, kept, verdict = unpacked.parsed, unpacked.kept, unpacked.verdict
    named = sender_of(parsed.transfer.get("copCode", "").strip())
    sender = named.id if named is not None else None
    faults = list(unpacked.problems)
    if named is not None and named.suspended:
        faults.append(_SUSPENDED.fault(code=parsed.transfer["copCode"].strip()))
    history = kept.channel == HISTORY_CHANNEL
    if verdict is not None:
        faults += _signature_faults(verdict, holder(verdict.certificate_sha256), sender)
        if not verdict.ok:
            sender = None  # nothing proves who sent it
    if kept.organisation_id is not None and sender is not None and kept.organisation_id != sender:
        faults.append(_OTHER_CLIENT)
        sender = kept.organisation_id
    elif sender is None or verdict is None:
        # without a signature only the connection says who it is
        sender = kept.organisation_id
    in_documents = {id(one) for document in parsed.documents for one in document.findings}
    faults += [fault_from(one) for one in parsed.findings if id(one) not in in_documents and not _unsigned(one)]
    documents = [
        DocumentIn(document.position, document.head, document.lines, [fault_from(one) for one in document.findings])
        for document in parsed.documents
    ]
    return MessageIn(
        inbox_id=kept.id, name=parsed.name, edition=parsed.edition, guid=parsed.guid, at=kept.received_at,
        sender=sender, signed=verdict is not None and verdict.ok, documents=documents,
        signature=_signature(verdict), faults=faults, warnings=[replace(fault_from(one), weight=WARNS) for one in parsed.warnings], from_customs=unpacked.from_customs, history=history,
    )  # fmt: skip


def _unsigned(found: Finding) -> bool:
    """The schema of lists asks for a signature even of drafts; the clearance asks it of what is declared."""
    return found.code == "format.missing" and found.path.endswith("/Signature")


def _signature_faults(verdict: Verdict, holder: int | None, sender: int | None) -> list[Fault]:
    if not verdict.ok:
        return [Fault(verdict.code, verdict.zh, verdict.en, verdict.source, "sender", official="-621029", tag="A")]
    return [] if holder is not None and holder == sender else [_NOT_ITS_CERTIFICATE]


def _signature(verdict: Verdict | None) -> dict[str, Any]:
    if verdict is None:
        return {}
    return {
        "ok": verdict.ok, "code": verdict.code, "algorithm": verdict.algorithm, "serial": verdict.serial,
        "subject": verdict.subject, "sha256": verdict.certificate_sha256,
    }  # fmt: skip


def fault_from(found: Finding) -> Fault:
    """A finding of the formats as a fault of the document's sender."""
    where = f" ({found.path})" if found.path else ""
    zh, en = found.mend
    return Fault(found.code, found.zh + where, found.en + where, found.source, found.whose, mend_zh=zh, mend_en=en)


def fault_of(problem: Refused) -> Fault:
    """A refusal of the envelope as a fault of the sender."""
    return Fault(
        problem.code, problem.zh, problem.en, problem.source, problem.whose or "sender", mend_zh=problem.mend_zh,
        mend_en=problem.mend_en,
    )  # fmt: skip


_NOT_CUSTOMS = Fault(
    "rule.sender.not_customs", "海关回执只能由海关通道送达", "receipts of customs come by customs' own channel only",
    "海关跨境统一版规范 ceb §1", "sender", tag="A",
)  # fmt: skip
_NOT_TAKEN = Fault(
    "rule.message.not_taken", "本平台不受理该报文类型", "this kind of message is not taken here",
    "海关跨境统一版规范 ceb §1", "sender", tag="A",
)  # fmt: skip
_NOT_ITS_CERTIFICATE = Fault(
    "rule.sender.certificate", "签名证书未登记在传输企业(copCode)名下，或已失效、挂失",
    "the certificate is not registered for the sending enterprise (copCode), has ended or was revoked",
    "海关跨境统一版规范 ceb §5", "sender", official="-621015",
    mend_zh="请使用本企业证书签名，或先登记证书", mend_en="Sign with the enterprise's own certificate, or register it first.",
    tag="A",
)  # fmt: skip
_OTHER_CLIENT = Fault(
    "rule.sender.client", "报文的传输企业与接入身份不一致", "copCode is not the enterprise of the connected client",
    "海关跨境统一版规范 ceb §2.1 copCode", "sender", official="-621015", tag="A",
)  # fmt: skip
_SUSPENDED = Rule(
    "rule.sender.suspended", whose="zone",
    zh="传输企业{code}已暂停业务", en="the sending enterprise {code} is suspended",
    source="handbook §1.3 M10",
    mend_zh="请联系综试区主管部门", mend_en="Contact the zone office.",
)  # fmt: skip
