"""/fx: receipts of foreign exchange and payments abroad. Firms link, apply and ask; banks tell what came in and decide."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Path, Query, Schema

from pilotzone.base.money import decimal
from pilotzone.kernel import clock
from pilotzone.kernel.access.doors import require
from pilotzone.portal.api.callers import KNOWN, charge, enterprise
from pilotzone.portal.api.messages import LARGEST_ID
from pilotzone.portal.api.shapes.basic import Day, Router, Text, told
from pilotzone.portal.api.shapes.fx import (
    FxAdviceOut,
    FxApplicationIn,
    FxAskedOut,
    FxDecidedOut,
    FxDecisionIn,
    FxLinkIn,
    FxLinkOut,
    FxPaidIn,
    FxPaidOut,
    FxPaymentIn,
    FxPaymentOut,
    FxPaymentReportIn,
    FxPaymentsOut,
    FxReceiptOut,
    FxReceiptsIn,
    FxReceiptsOut,
    FxTakenListOut,
)
from pilotzone.rooms.fx import api as fx
from pilotzone.rooms.tracking import api as tracking

ROWS_A_UNIT = 10
Number = Annotated[int, Field(ge=1, le=LARGEST_ID, description="收汇的编号 / Id of the receipt")]
router = Router(auth=KNOWN, tags=["enterprise"])


class Filters(Schema):
    """What narrows the list; everything is optional."""

    state: Text = Field("", description="received applied asked done refused / the same words in English")
    outcome: Text = Field("", description="平台建议 / The advice")
    number: Text = Field("", description="收汇编号或企业 / Number of the receipt, or a firm")
    since: Day | None = Field(None, description="收汇日起 / Received on or after")
    until: Day | None = Field(None, description="收汇日止 / Received on or before")
    page: int = Field(1, ge=1, le=10_000_000)
    size: int = Field(50, ge=1, le=500)


@router.get("/fx/receipts", response=told(FxReceiptsOut, 401, 403), summary="收汇列表 / List receipts")
def receipts(request: HttpRequest, filters: Query[Filters]) -> dict[str, Any]:
    """The receipts you see: a bank those it holds, a firm its own, SAFE all of them; newest first."""
    require("fx.see")
    asked = filters.model_dump(exclude={"page", "size"})
    return fx.receipts(asked, filters.page, filters.size)


@router.post("/fx/receipts", response=told(FxTakenListOut, 400, 401, 403, 413), summary="登记收汇 / Record receipts")
def record(request: HttpRequest, body: FxReceiptsIn) -> dict[str, Any]:
    """For banks: what came in. A row that is not in order is answered with its code and stops no other; the same number
    again changes nothing.
    """
    require("fx.decide")
    charge(request, len(body.receipts) // ROWS_A_UNIT)
    rows = [one.model_dump() for one in body.receipts]
    taken = fx.take_receipts(rows, bank=enterprise(request), at=clock.now())
    return {
        "rows": [
            {"number": one.number, "id": one.receipt, "again": one.again}
            | ({"code": one.problem.code, "zh": one.problem.zh, "en": one.problem.en} if one.problem else {})
            for one in taken
        ]
    }


@router.get("/fx/receipts/{number}", response=told(FxReceiptOut, 401, 403, 404), summary="一笔收汇 / One receipt")
def receipt(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """Documents, the advice as of now with reasons and parameters, and what was decided."""
    require("fx.see")
    return fx.receipt(number)


@router.post(
    "/fx/receipts/{number}/links", response=told(FxLinkOut, 400, 401, 403, 404), summary="关联单证 / Link a trade"
)
def link(request: HttpRequest, number: Path[Number], body: FxLinkIn) -> dict[str, Any]:
    """Let an export trade you see stand behind your receipt. A document serves once, whatever is asked at the same time."""
    found = tracking.numbered(body.number.strip())
    return fx.link(receipt=number, number=body.number, usd=_amount(body.usd), at=clock.now(), found=found)


@router.post(
    "/fx/receipts/{number}/application", response=told(FxAdviceOut, 400, 401, 403, 404),
    summary="申请结汇 / Apply for settlement",
)  # fmt: skip
def application(request: HttpRequest, number: Path[Number], body: FxApplicationIn) -> dict[str, Any]:
    """Ask your bank to settle; the answer is the platform's advice, kept with its rule and data edition."""
    return fx.apply(receipt=number, at=clock.now(), **body.model_dump())


@router.post(
    "/fx/receipts/{number}/decision", response=told(FxDecidedOut, 400, 401, 403, 404), summary="银行决定 / Decide"
)
def decision(request: HttpRequest, number: Path[Number], body: FxDecisionIn) -> dict[str, Any]:
    """For banks: settle, credit, ask for more, or refuse. A refusal or a decision against the advice gives its reason."""
    return fx.decide(
        receipt=number, decision=body.decision, reference=body.reference, amount=_amount(body.amount), note=body.note,
        at=clock.now(),
    )  # fmt: skip


class PaymentFilters(Schema):
    """What narrows the list of payments; everything is optional."""

    state: Text = Field("", description="applied asked paid refused / the same words in English")
    purpose: Text = Field("", description="款项性质 / What the payment is for")
    number: Text = Field("", description="付汇申请号、收款人或企业 / Number, payee, or a firm")
    since: Day | None = Field(None, description="付款日起 / To be paid on or after")
    until: Day | None = Field(None, description="付款日止 / To be paid on or before")
    page: int = Field(1, ge=1, le=10_000_000)
    size: int = Field(50, ge=1, le=500)


@router.get("/fx/payments", response=told(FxPaymentsOut, 401, 403), summary="付汇列表 / List payments abroad")
def payments(request: HttpRequest, filters: Query[PaymentFilters]) -> dict[str, Any]:
    """The payments you see: a bank those asked of it, a firm its own and those advanced for it, SAFE all; newest first."""
    require("fx.see")
    return fx.payments(filters.model_dump(exclude={"page", "size"}), filters.page, filters.size)


@router.post("/fx/payments", response=told(FxAskedOut, 400, 401, 403), summary="申请付汇 / Ask for a payment abroad")
def ask_payment(request: HttpRequest, body: FxPaymentIn) -> dict[str, Any]:
    """Ask a bank to pay abroad; the answer is the platform's advice. The same number with the same words changes nothing;
    after the bank asked for more, it adds vouchers.
    """
    told = body.model_dump(exclude={"amount", "vouchers"})
    amount = fx.amount_of(body.amount, fx.currency_of(body.currency, on=body.pay_on), on=body.pay_on)
    vouchers = [one.model_dump() for one in body.vouchers]
    return fx.ask_payment(**told, amount=amount, vouchers=vouchers, at=clock.now())


@router.get(
    "/fx/payments/{number}", response=told(FxPaymentOut, 401, 403, 404), summary="一笔付汇 / One payment abroad"
)
def payment(request: HttpRequest, number: Path[Number]) -> dict[str, Any]:
    """Vouchers with their other uses, the advice as of now, and what was decided."""
    require("fx.see")
    return fx.payment(number)


@router.post(
    "/fx/payments/{number}/decision", response=told(FxPaidOut, 400, 401, 403, 404),
    summary="银行决定付汇 / Decide on a payment",
)  # fmt: skip
def decide_payment(request: HttpRequest, number: Path[Number], body: FxPaidIn) -> dict[str, Any]:
    """For banks: pay, ask for more, or refuse. A refusal or a payment against the advice gives its reason."""
    return fx.decide_payment(payment=number, at=clock.now(), **body.model_dump())


@router.post(
    "/fx/payments/{number}/report",
    response=told(FxPaymentOut, 400, 401, 403, 404),
    summary="付汇贸易信贷报告 / Report",
)
def report_payment(request: HttpRequest, number: Path[Number], body: FxPaymentReportIn) -> dict[str, Any]:
    """For firms: report the trade credit of a prepayment or a deferred payment; the answer is the payment."""
    fx.report_payment(payment=number, at=clock.now(), kind=body.kind)
    return fx.payment(number)


def _amount(text: str) -> Decimal | None:
    return decimal(text) if text else None
