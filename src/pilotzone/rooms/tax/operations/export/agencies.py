"""代办退税协议: propose, confirm, file, end; and whether a producer's line may be filed by the service enterprise."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q

from pilotzone.base.days import day_of
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax.engine.export import agency
from pilotzone.rooms.tax.engine.export.ledger import Key
from pilotzone.rooms.tax.errors import Reason, refused, refused_as
from pilotzone.rooms.tax.models import ExportRegistration, RefundAgency
from pilotzone.rooms.tax.operations.export.firms import DECIDE, needed, own_firm, profile_on, taxpayer

LONGEST = 40


def propose(
    *, producer: str, number: str, valid_from: date, valid_to: date, controls: bool, at: datetime
) -> int:  # fmt: skip
    """The caller's service enterprise proposes an agreement to a producer (USCC or customs code); its id.

    Refused `rule.export.profile|agency.service|agency.client|agency.days|agency.long|agency.taken`.
    """
    firm, number = own_firm(), _whole(number, "协议编号", "The number of the agreement")
    if needed(firm, day_of(at)).kind != "service":
        raise refused("rule.export.agency.service")
    if not number or valid_to < valid_from:
        raise refused("rule.export.agency.days")
    with scope(PLATFORM):
        code = producer.replace("\0", "").strip()
        client = Organisation.objects.filter(Q(uscc=code) | Q(customs_code=code)).first() if code else None
        if client is None or client.pk == firm:
            raise refused("rule.export.agency.client", firm=code[:20] or "—")
        Organisation.objects.select_for_update().get(pk=client.pk)  # one at a time for a producer
        others = RefundAgency.objects.filter(producer_id=client.pk, valid_from__lte=valid_to, valid_to__gte=valid_from)
        if any((one.ended_on or one.valid_to) >= valid_from for one in others):
            raise refused("rule.export.agency.taken")
        try:
            with transaction.atomic():
                made = RefundAgency.objects.create(
                    service_id=firm, producer_id=client.pk, number=number, valid_from=valid_from, valid_to=valid_to,
                    controls=controls, proposed_at=at,
                )  # fmt: skip
        except IntegrityError:
            raise refused("rule.export.agency.taken") from None
    audit.record("tax.agency.propose", object_kind="refund_agency", object_id=made.pk, after={"producer": client.pk})
    return made.pk


def confirm(agreement: int, *, own_goods: bool, contract_abroad: bool, account: str, at: datetime) -> None:
    """The producer confirms, says what it stands for, and where the refund goes. Refused `rule.export.agency.unknown|agency.long`."""
    firm, account = own_firm(), _whole(account, "退税账户", "The account of the refund")
    with scope(PLATFORM):
        row = _locked(agreement, producer_id=firm, ended_on=None)
        row.own_goods, row.contract_abroad, row.account = own_goods, contract_abroad, account
        row.confirmed_at, row.filed_on, row.filed_by = at, None, None
        row.save()
    after = {"own_goods": own_goods, "contract_abroad": contract_abroad}
    audit.record("tax.agency.confirm", object_kind="refund_agency", object_id=agreement, after=after)


def file(agreement: int, *, at: datetime) -> None:
    """备案: a tax officer records a confirmed agreement."""
    actor = require(DECIDE)
    with scope(PLATFORM):
        row = _locked(agreement, ended_on=None)
        if row.confirmed_at is None:
            raise refused("rule.export.agency.unconfirmed", number=row.number)
        row.filed_on, row.filed_by = day_of(at), actor.person
        row.save()
    audit.record("tax.agency.file", object_kind="refund_agency", object_id=agreement, after={"filed_on": row.filed_on})


def end(agreement: int, *, at: datetime) -> None:
    """Either side ends it from tomorrow on; what was exported until today may still be filed."""
    firm = own_firm()
    with scope(PLATFORM):
        row = RefundAgency.objects.select_for_update().filter(pk=agreement, ended_on=None).first()
        if row is None or firm not in (row.service_id, row.producer_id):
            raise refused("rule.export.agency.unknown")
        row.ended_on = max(day_of(at), row.valid_from)
        row.save(update_fields=["ended_on"])
    audit.record("tax.agency.end", object_kind="refund_agency", object_id=agreement, after={"ended_on": row.ended_on})


def lacks(producer: int, exported_on: date, *, today: date, service: int | None = None) -> list[Reason]:
    """What is missing to have a producer's line of that day filed by `service` (as the platform); nothing where it may be."""
    row = _of_day(producer, exported_on, service)
    told = None
    kind = ""
    if row is not None:
        told = agency.Agency(
            number=row.number, valid_from=row.valid_from, valid_to=row.valid_to, confirmed=row.confirmed_at is not None,
            filed_on=row.filed_on, ended_on=row.ended_on, own_goods=row.own_goods, contract_abroad=row.contract_abroad,
            account=bool(row.account), controls=row.controls,
        )  # fmt: skip
        profile = profile_on(row.service_id, today)
        kind = profile.kind if profile else ""
    found, _ = agency.lacking(told, taxpayer(profile_on(producer, today)), kind, exported_on=exported_on)
    return found


def principal_of(service: int, keys: Sequence[Key], *, today: date) -> int:
    """The one producer whose lines these are. Refused `rule.export.unmatched|agency.several` and what the agreement lacks."""
    rows = [
        (key, ExportRegistration.objects.filter(list_no=key[0][:20], line_no=key[1]).first())
        for key in keys
    ]  # fmt: skip
    for key, row in rows:
        if row is None or _of_day(row.organisation_id, row.exported_on, service) is None:
            raise refused("rule.export.unmatched", list_no=key[0][:20], line_no=key[1])
    producers = {row.organisation_id for _, row in rows if row is not None}
    if len(producers) != 1:
        raise refused("rule.export.agency.several")
    for _, row in rows:
        if row is not None and (missing := lacks(row.organisation_id, row.exported_on, today=today, service=service)):
            raise refused_as(missing[0])
    return producers.pop()


def _of_day(producer: int, on: date, service: int | None) -> RefundAgency | None:
    """The agreement of that day; where none is valid, the newest, so that it can be said what it lacks."""
    found = RefundAgency.objects.filter(producer_id=producer)
    found = found if service is None else found.filter(service_id=service)
    valid = found.filter(valid_from__lte=on, valid_to__gte=on).order_by("-id")
    return valid.first() or (found.order_by("-id").first() if service is None else None)


def _whole(text: str, zh: str, en: str) -> str:
    """The text as it was written; what is too long is refused, for a number or an account cut off is another one."""
    told = text.replace("\0", "").strip()
    if len(told) > LONGEST:
        raise refused("rule.export.agency.long", name_zh=zh, name_en=en, most=LONGEST)
    return told


def _locked(agreement: int, **where: object) -> RefundAgency:
    row = RefundAgency.objects.select_for_update().filter(pk=agreement, **where).first()
    if row is None:
        raise refused("rule.export.agency.unknown")
    return row
