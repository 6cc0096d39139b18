"""From drafts to what a card has to sign: whole messages of one kind each, appStatus 2, and their canonical SignedInfo.

The platform holds no firm's key. What is composed here is signed on the firm's own machine (its E-port control, spec §5)
and comes back by `operations.signing`; the bytes to sign can be made again from the sealed message at any time.
"""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import Any

from pilotzone.base.days import day_of, stamp
from pilotzone.base.errors import Refused
from pilotzone.exchange import signing
from pilotzone.exchange.formats import editions
from pilotzone.exchange.formats.build import build
from pilotzone.exchange.formats.definitions import message as definition
from pilotzone.exchange.sealing import pack
from pilotzone.exchange.signing import Certificate
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current
from pilotzone.rooms.clearance.engine import keys
from pilotzone.rooms.clearance.engine.case import Part
from pilotzone.rooms.clearance.engine.heads import transfer_of
from pilotzone.rooms.clearance.engine.kinds import BY_NUMBER
from pilotzone.rooms.clearance.models import Document, Signing
from pilotzone.rooms.clearance.operations.verbs import PER_MESSAGE, own_firm
from pilotzone.rooms.clearance.queries import drafts as standing

MOST_DRAFTS = 1000
SIGNING = "clearance.signing"  # seals the composed messages
DECLARED = "2"
KEPT_UNSIGNED = timedelta(days=1)
SOURCE = "海关跨境统一版规范 ceb §5"


def chosen(ids: Iterable[int]) -> list[dict[str, Any]]:
    """The caller's standing drafts among these, oldest first, as a page lists them."""
    own_firm()
    told = []
    rows = list(standing.standing().filter(id__in=list(ids)[:MOST_DRAFTS]).order_by("id"))
    said = standing.said(rows)
    for row in rows:
        kind = BY_NUMBER[row.kind]
        told.append({
            "id": row.id, "message": kind.message, "zh": kind.zh, "en": kind.en, "key": keys.readable(row.key),
            "lines": len(said[row.id].lines),
        })  # fmt: skip
    return told


def compose(*, drafts: Sequence[int], certificate: str, algorithm: str = "") -> dict[str, Any]:
    """Compose the caller's drafts into declared messages for the card whose certificate (PEM or Base64) is given.

    Answers {batch, algorithm, messages: [{message, documents, digest, signed_info}]} in the order in which the signatures
    must come back; `algorithm` (of `signing.SUITES`) is by default the one the key asks for. Refused `signature.…` for a
    certificate that cannot be read, `clearance.signing.certificate|ended|draft|underway|none|many`, `format.…`.
    """
    firm = own_firm()
    card = certificate_of(certificate)
    trusted(card, firm)
    chosen_by = _algorithm(card, algorithm)
    rows = _rows(drafts)
    said = standing.said(rows)
    now = clock.now()
    _forget_unsigned(firm, now)
    batch, told = uuid.uuid4(), []
    for position, (message, edition, part) in enumerate(_parts(rows, said, now)):
        raw = build(
            message, [(_head(said[row.id], now), said[row.id].lines) for row in part], edition=edition, guid=str(uuid.uuid4()).upper(),
            transfer=transfer_of(firm),
        )  # fmt: skip
        to_sign = signing.prepare(raw, chosen_by)
        Signing.objects.create(
            batch=batch, position=position, organisation=firm, person_id=current().person, message=message,
            algorithm=chosen_by, certificate=card.sha256, drafts=[row.id for row in part], body=pack(raw, SIGNING),
            made_at=now,
        )  # fmt: skip
        told.append({
            "message": message, "documents": len(part), "digest": to_sign.digest,
            "signed_info": to_sign.signed_info.decode(),
        })  # fmt: skip
    audit.record(
        "clearance.compose", object_kind="organisation", object_id=firm.pk,
        after={"batch": str(batch), "drafts": len(rows), "messages": len(told), "certificate": card.serial},
    )  # fmt: skip
    return {"batch": str(batch), "algorithm": chosen_by, "messages": told}


def certificate_of(text: str) -> Certificate:
    """The certificate a control answered, with or without its PEM frame."""
    return signing.from_pem(text.strip().encode())


def trusted(card: Certificate, firm: Organisation) -> None:
    """Refused unless the certificate is registered for the firm and counts now (wall time)."""
    holder = certificates.holders([card.sha256]).get(card.sha256)
    if holder is None or holder.organisation != firm.pk:
        raise Refused(
            code="clearance.signing.certificate", source=SOURCE, fields={"serial": card.serial, "subject": card.subject},
            zh=f"卡内证书（{card.serial}，{card.common_name}）未登记在贵单位名下。",
            en=f"The card's certificate ({card.serial}, {card.common_name}) is not registered for your firm.",
            mend_zh="请换用本单位的卡，或先登记这张证书。", mend_en="Use your firm's card, or register this certificate first.",
        )  # fmt: skip
    if not holder.trusted(clock.wall()):
        raise Refused(
            code="clearance.signing.ended", source=SOURCE, fields={"serial": card.serial},
            zh=f"卡内证书（{card.serial}）已过期或已挂失，不能再用于签名。",
            en=f"The card's certificate ({card.serial}) has ended or was revoked; it signs no more.",
            mend_zh="请使用有效的卡，或向数据分中心更换证书。", mend_en="Use a valid card, or have the certificate renewed.",
        )  # fmt: skip


def _algorithm(card: Certificate, asked: str) -> str:
    if not asked:
        return signing.natural_algorithm(card)
    suite = signing.SUITES.get(asked)
    if suite is None or suite.key_kind != card.key_kind:
        raise Refused(
            code="clearance.signing.algorithm", source=SOURCE, fields={"algorithm": signing.natural_algorithm(card)},
            zh="所选签名算法与卡内密钥不匹配。", en="The algorithm does not fit the card's key.",
        )  # fmt: skip
    return asked


def _rows(drafts: Sequence[int]) -> list[Document]:
    wanted = set(drafts)
    if not wanted:
        raise Refused(
            code="clearance.signing.none", zh="没有选择暂存单证。", en="No draft was chosen.", source=SOURCE,
            mend_zh="请在暂存列表中勾选要申报的单证。", mend_en="Tick the drafts to declare in the list.",
        )  # fmt: skip
    if len(wanted) > MOST_DRAFTS:
        raise Refused(
            code="clearance.signing.many", zh=f"一次最多签名{MOST_DRAFTS}份。", en=f"At most {MOST_DRAFTS} drafts at once.",
            source=SOURCE,
        )  # fmt: skip
    rows = list(standing.standing().filter(id__in=wanted).order_by("kind", "id"))
    if len(rows) < len(wanted):
        raise changed(len(wanted) - len(rows))
    if busy := standing.underway(wanted):
        raise on_their_way(len(busy))
    return rows


def changed(count: int) -> Refused:
    """Drafts that no longer stand."""
    return Refused(
        code="clearance.signing.draft", source=SOURCE, fields={"drafts": str(count)},
        zh=f"所选暂存中有{count}份已被新的暂存替换或已申报，签名未提交。",
        en=f"{count} of the drafts were replaced by newer ones or declared meanwhile; nothing was handed in.",
        mend_zh="请回到暂存列表重新选择。", mend_en="Go back to the drafts and choose again.",
    )  # fmt: skip


def on_their_way(count: int) -> Refused:
    """Drafts whose signed message is still being worked on."""
    return Refused(
        code="clearance.signing.underway", source=SOURCE, fields={"drafts": str(count)},
        zh=f"所选暂存中有{count}份已签名提交，正在处理，不必重复申报。",
        en=f"{count} of the drafts were signed and handed in already and are being worked on.",
        mend_zh="请在“页面提交记录”查看结果。", mend_en="See the result under “Handed in”.",
    )  # fmt: skip


def _parts(
    rows: Iterable[Document], said: Mapping[int, Part], now: datetime
) -> Iterable[tuple[str, str, Sequence[Document]]]:
    """(message, edition, documents) of each message: one kind and edition, at most a hundred documents."""

    def place(row: Document) -> tuple[str, str]:
        message = BY_NUMBER[row.kind].message
        mark = said[row.id].head.get(editions.marks().get(message, ""), "")
        return message, editions.edition_for(message, day_of(now), mark=mark)

    for (message, edition), group in groupby(sorted(rows, key=place), key=place):
        found = list(group)
        most = min(definition(message, edition).high or PER_MESSAGE, PER_MESSAGE)  # a store list (711) travels alone
        for start in range(0, len(found), most):
            yield message, edition, found[start : start + most]


def _head(said: Part, now: datetime) -> dict[str, str]:
    """The draft's own head, declared now under the draft's own guid."""
    return dict(said.head) | {"appStatus": DECLARED, "appTime": stamp(now)}


def _forget_unsigned(firm: Organisation, now: datetime) -> None:
    """What was composed and never signed is not kept: it holds personal data."""
    Signing.objects.filter(organisation=firm, receipt="", made_at__lt=now - KEPT_UNSIGNED).delete()
