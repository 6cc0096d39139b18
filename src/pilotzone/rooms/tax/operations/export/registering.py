"""六项登记: a firm registers the six fields of export lines, with its proofs. Registering again before filing corrects."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction

from pilotzone.base.days import day_of
from pilotzone.kernel import audit, seen
from pilotzone.kernel.access.actor import PLATFORM, Actor
from pilotzone.kernel.access.scope import current, scope
from pilotzone.rooms.tax.engine.export.line import NONE, VOUCHERS, whole_cents
from pilotzone.rooms.tax.engine.export.records import Registration
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.models import ExportRegistration, RefundLine
from pilotzone.rooms.tax.operations.export.firms import own_firm
from pilotzone.rooms.tax.queries import marks

MOST = 500
LONGEST_NO, MOST_LINES = 20, 100
ACTION = "tax.export.register"
WORDS = {
    "exported_on": ("出口日期", "date of export"), "goods_name": ("货物名称", "name of the goods"), "unit": ("计量单位", "unit"),
    "quantity": ("数量", "quantity"), "price": ("单价", "price"), "amount": ("金额", "amount"), "voucher": ("进货凭证", "voucher"),
    "invoice_no": ("发票号码", "number of the invoice"), "invoice_amount": ("不含税金额", "net amount"),
    "invoice_matches": ("发票与出口货物匹配", "whether the invoice fits"), "vat_rate": ("征税率", "VAT rate"),
    "refund_rate": ("退税率", "refund rate"), "received_on": ("收汇日期", "date of receipt"), "sold": ("是否已销售", "whether it is sold"),
}  # fmt: skip


def register(rows: Sequence[Registration], *, at: datetime, version: int | None = None) -> int:
    """Keep all rows or none; answers how many. Refused `rule.export.six_fields|line|money|taken|frozen`,
    `kernel.record.moved` where the line a form showed was registered otherwise since (`version`, of `export_line_mark`)."""
    firm = own_firm()
    if not 0 < len(rows) <= MOST:
        raise refused("rule.export.no_lines")
    for row in rows:
        _check(row, day_of(at))
    me = current()
    with scope(PLATFORM):
        changed = {marks.line_name(row.list_no, row.line_no): _keep(firm, row, at, version, me) for row in rows}
    for name, words in changed.items():
        audit.record(ACTION, object_kind=marks.EXPORT_LINE, object_id=name, after={"firm": firm, "changed": words})
    return len(rows)


def _as_shown(row: Registration, version: int | None, me: Actor) -> None:
    seen.unmoved(
        marks.EXPORT_LINE, marks.line_name(row.list_no, row.line_no), version, source="财税〔2018〕103号", me=me,
        what=lambda lines: seen.named([WORDS[name] for line in reversed(lines) for name in line["after"]["changed"]]),
    )  # fmt: skip


def _check(row: Registration, today: date) -> None:
    if not 0 < len(row.list_no) <= LONGEST_NO or not row.list_no.isalnum() or not 0 < row.line_no <= MOST_LINES:
        raise refused("rule.export.line", list_no=row.list_no[:30], line_no=row.line_no)
    missing = list(row.fields.missing())
    if row.fields.exported_on and row.fields.exported_on > today:
        missing.append("exported_on")
    if len(row.fields.unit) > 3 or len(row.fields.goods_name) > 250:
        missing.append("unit" if len(row.fields.unit) > 3 else "goods_name")
    # as wide as the customs list has them
    missing += [
        name for name in ("quantity", "price") if round(getattr(row.fields, name), 5) != getattr(row.fields, name)
    ]
    if missing:
        raise refused("rule.export.six_fields", fields=", ".join(missing))
    whole_cents(row.fields.amount, "amount")
    if row.voucher not in VOUCHERS:
        raise refused("rule.export.six_fields", fields="voucher")
    if row.voucher != NONE and (row.invoice_amount is None or not row.invoice_no.strip()):
        raise refused("rule.export.six_fields", fields="invoice_no, invoice_amount")
    if row.invoice_amount is not None and whole_cents(row.invoice_amount, "invoice_amount") < 0:
        raise refused("rule.export.money", name="invoice_amount", value=str(row.invoice_amount))
    rates = [one for one in (row.vat_rate, row.refund_rate) if one is not None]
    if any(not 0 <= one < 1 for one in rates):
        raise refused("rule.export.rate", refund=row.refund_rate, vat=row.vat_rate)


def _keep(firm: int, row: Registration, at: datetime, version: int | None, me: Actor) -> list[str]:
    """Write one row; the names of what a correction changed."""
    key: dict[str, Any] = {"list_no": row.list_no, "line_no": row.line_no}
    if RefundLine.objects.filter(**key, standing=True).exists():
        raise refused("rule.export.frozen", **key)
    known = ExportRegistration.objects.select_for_update().filter(**key).first()
    if known is not None and known.organisation_id != firm:
        raise refused("rule.export.taken", **key)
    if known is not None:
        _as_shown(row, version, me)
    was = {name: getattr(known, name) for name in WORDS} if known is not None else {}
    made = known or ExportRegistration(organisation_id=firm, **key)
    for name in ("exported_on", "goods_name", "unit", "quantity", "price", "amount"):
        setattr(made, name, getattr(row.fields, name))
    made.month = f"{row.fields.exported_on:%Y-%m}"
    for name in (
        "voucher", "invoice_no", "invoice_amount", "invoice_matches", "vat_rate", "refund_rate", "received_on", "sold",
    ):  # fmt: skip
        setattr(made, name, getattr(row, name))
    made.registered_at, made.match, made.differs, made.treatment, made.assessment = at, "waiting", [], "waits", {}
    try:
        with transaction.atomic():
            made.save()
    except IntegrityError:
        raise refused("rule.export.taken", **key) from None
    return [name for name, value in was.items() if getattr(made, name) != value]
