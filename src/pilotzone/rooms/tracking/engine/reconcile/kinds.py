"""The kinds of residuals: their names and who must act. The sentences stand in errors.py as `rule.reconcile.<kind>`."""

from __future__ import annotations

from dataclasses import dataclass

TAX, RESTORE, REGISTER, DOCUMENT, RECEIPT, ADVANCE = (
    "import_tax", "restored", "export_register", "export_document", "export_receipt", "receipt_use",
)  # fmt: skip
# pair: its two sides in words
PAIRS = {
    TAX: (("平台测算进口税", "import tax computed here"), ("海关电子税单", "tax bills of customs")),
    RESTORE: (("应恢复税款与款项", "tax and money to give back"), ("已恢复", "given back")),
    REGISTER: (("放行清单货值", "value of released lists"), ("出口登记货值", "value registered for export treatment")),
    DOCUMENT: (("放行清单货值", "value of released lists"), ("收汇单证货值", "value in the documents of receipts")),
    RECEIPT: (("放行清单应收（美元）", "released lists in US dollars"), ("已关联收汇", "receipts linked to them")),
    ADVANCE: (("收汇（美元）", "receipts in US dollars"), ("已使用", "used for lists")),
}
CUSTOMS, TAX_OFFICE, SAFE, FIRM, BANK, CARRIER = "zone.customs", "zone.tax", "zone.safe", "ebc", "bank", "logi"
OWNERS = {
    CUSTOMS: ("海关", "Customs"),
    TAX_OFFICE: ("税务", "Tax authority"),
    SAFE: ("外汇局", "SAFE"),
    FIRM: ("企业", "Firm"),
    BANK: ("银行", "Bank"),
    CARRIER: ("物流企业", "Carrier"),
}


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of residual."""

    name: str
    zh: str
    en: str
    owner: str
    term: str  # the dated parameter its term comes from; empty: at once


_ALL = (
    Kind("released_untaxed", "放行无税单", "Released without a tax bill", CUSTOMS, "reconcile.tax_bill_days"),
    Kind("tax_unreleased", "有税单未放行", "Tax bill without a release", CUSTOMS, ""),
    Kind("tax_differs", "税额不一致", "Tax differs", TAX_OFFICE, ""),
    Kind("unregistered", "放行未登记", "Released, not registered", FIRM, "reconcile.register_day"),
    Kind("register_unreleased", "登记未放行", "Registered, not released", FIRM, ""),
    Kind("amount_differs", "货值或币制不一致", "Value or currency differs", FIRM, ""),
    Kind("receipt_unlisted", "收汇无单", "Receipt without a list", FIRM, "fx.trade_credit.advance_days"),
    Kind("list_unreceived", "有单未收汇", "List without a receipt", FIRM, "fx.trade_credit.deferred_days"),
    Kind("receipt_twice", "收汇重复使用", "Receipt used twice", BANK, ""),
    Kind("payee_other", "收款人非出口人", "Payee is not the exporter", BANK, ""),
    Kind("signed_unreleased", "未放行已签收", "Signed for without a release", CUSTOMS, ""),
    Kind("released_unsigned", "放行未签收", "Released, not signed for", CARRIER, "reconcile.signed_days"),
    Kind("returned_kept", "退货税款未恢复", "Returned, tax not restored", TAX_OFFICE, "reconcile.restore_days"),
    Kind("cancelled_kept", "撤销款项未退", "Cancelled, money kept", TAX_OFFICE, "reconcile.restore_days"),
    Kind("number_twice", "号码重复", "Number used twice", CUSTOMS, ""),
    Kind("rate_missing", "折算率缺失", "Conversion rate missing", SAFE, ""),
)
KINDS = {kind.name: kind for kind in _ALL}
_MONEY = {"receipt_unlisted", "list_unreceived", "receipt_twice", "payee_other", "rate_missing"}
_TAX = {
    "released_untaxed", "tax_unreleased", "tax_differs", "unregistered", "register_unreleased", "amount_differs",
    "returned_kept", "cancelled_kept",
}  # fmt: skip


def seen_by(kind: str) -> tuple[str, ...]:
    """The departments that a residual of this kind concerns; the zone office and the firm see it beside them."""
    if kind in _MONEY:
        return (SAFE,)
    return (CUSTOMS, TAX_OFFICE) if kind in _TAX else (CUSTOMS,)
