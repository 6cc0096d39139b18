"""What the tax administration answers: decisions on refunds and bills from its books, grades from its register, exemption by month."""

from __future__ import annotations

from pilotzone.base.days import SHANGHAI
from pilotzone.simulators.sharing import MOST, Row, Tells, Told, by_key, customs_code_of, register, uscc_of
from pilotzone.simulators.tax.filings import ACCEPTED, PAID, REFUSED, RETURNED
from pilotzone.simulators.tax.register import NAME

WORDS = {ACCEPTED: "已受理", RETURNED: "退回补正", REFUSED: "不予退税", PAID: "已退税"}


def refunds(asked: Told) -> list[Row]:
    """The refund filings of a firm and what became of them."""
    uscc = asked.where.get("uscc", "")
    names = {code: data.get("NSRMC", "") for code, data, _ in register(asked, NAME)} if uscc else {}
    found = asked.connection.execute(
        "SELECT firm, amount, state, taken_at FROM simulators.tax_filing WHERE firm = ANY(%s) ORDER BY taken_at, number LIMIT %s",
        ([one for one in (uscc, customs_code_of(asked, uscc)) if one], MOST),
    ).fetchall()
    return [
        {
            "uscc": uscc, "name": names.get(uscc, ""), "period": f"{at.astimezone(SHANGHAI):%Y-%m}", "decision": WORDS.get(state, state),
            "amount": str(amount),
        }
        for _firm, amount, state, at in found
    ]  # fmt: skip


def bills(asked: Told) -> list[Row]:
    """One bill of the comprehensive tax by its number; it concerns the firm whose guarantee it lies on."""
    row = asked.connection.execute(
        "SELECT status, data FROM simulators.customs_bill WHERE tax_no = %s", (asked.where["bill_no"],)
    ).fetchone()
    if row is None:
        return []
    status, data = row
    return [
        {
            "bill_no": asked.where["bill_no"], "uscc": uscc_of(asked, str(data.get("assureCode", ""))), "amount": data.get("total", ""),
            "paid": "是" if status == "P" else "否",
        }
    ]  # fmt: skip


def grades(asked: Told) -> list[Row]:
    """Last year's tax credit level, from the register of taxpayers."""
    return [
        {"uscc": uscc, "name": data.get("NSRMC", ""), "year": asked.now.year - 1, "level": data.get("NSXYJB", "")}
        for uscc, data, _ in register(asked, NAME)
    ]


SHARED: dict[str, Tells] = {
    "tax.refund_decisions": refunds, "tax.bills": bills, "tax.payer_class": grades, "tax.exemption_use": by_key("uscc"),
}  # fmt: skip
