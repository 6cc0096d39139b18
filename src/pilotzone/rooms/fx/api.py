"""The door of the room of foreign exchange. Banks decide; the platform supplies evidence and advice.

The rules need no Django; the desk's verbs and pages' questions do, and load it when first asked.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pilotzone.base.later import later
from pilotzone.rooms.fx.engine.advice import advise
from pilotzone.rooms.fx.engine.amounts import amount_of, currency_of
from pilotzone.rooms.fx.engine.checks import LEVEL_WORDS, LEVELS, NAMES, Extra, Month, total_check
from pilotzone.rooms.fx.engine.institutions import ASKED as INSTITUTION_ASKED
from pilotzone.rooms.fx.engine.institutions import Institution
from pilotzone.rooms.fx.engine.law import Law
from pilotzone.rooms.fx.engine.netting import COSTS, Netted, net
from pilotzone.rooms.fx.engine.payees import CONDITIONS
from pilotzone.rooms.fx.engine.payments import PURPOSES, VOUCHERS
from pilotzone.rooms.fx.engine.persons import PACK
from pilotzone.rooms.fx.engine.records import Advice, Collecting, Evidence, Money, Payee
from pilotzone.rooms.fx.engine.refunds import RefundAdvice, refund
from pilotzone.rooms.fx.errors import Reason

if TYPE_CHECKING:
    from pilotzone.rooms.fx.operations.applying import apply, consent, keep_pending, report
    from pilotzone.rooms.fx.operations.deciding import decide, send_back
    from pilotzone.rooms.fx.operations.linking import link, unlink
    from pilotzone.rooms.fx.operations.netting import net_costs
    from pilotzone.rooms.fx.operations.outlays import advance, repay
    from pilotzone.rooms.fx.operations.paying import ask_payment, decide_payment, report_payment
    from pilotzone.rooms.fx.operations.receiving import take_months, take_names, take_rates, take_receipts
    from pilotzone.rooms.fx.operations.reporting import made as reports_made
    from pilotzone.rooms.fx.operations.reporting import taken as taken_by_safe
    from pilotzone.rooms.fx.queries.firms import checks, figures, of_firm, opening_pack, outlays, settled_in
    from pilotzone.rooms.fx.queries.firms import reports as credit_reports
    from pilotzone.rooms.fx.queries.institution import duties as institution_duties
    from pilotzone.rooms.fx.queries.ledger import Dollars as dollars
    from pilotzone.rooms.fx.queries.ledger import ledger_links, ledger_receipts
    from pilotzone.rooms.fx.queries.payments import lives as payment_lives
    from pilotzone.rooms.fx.queries.payments import news as payment_news
    from pilotzone.rooms.fx.queries.payments import numbered as payments_numbered
    from pilotzone.rooms.fx.queries.payments import payment, payments
    from pilotzone.rooms.fx.queries.receipts import gross, receipt, receipts

# what pages and the desk ask for, loaded with the ORM when first asked: module → its functions (their docstrings say what
# they promise), `name=function` where the door's name is another
_LATER = {
    "operations.applying": "apply consent keep_pending report",
    "operations.deciding": "decide send_back",
    "operations.linking": "link unlink",
    "operations.netting": "net_costs",
    "operations.outlays": "advance repay",
    "operations.paying": "ask_payment decide_payment report_payment",
    "operations.receiving": "take_months take_names take_rates take_receipts",
    "operations.reporting": "reports_made=made taken_by_safe=taken",
    "queries.firms": "checks credit_reports=reports figures of_firm opening_pack outlays settled_in",
    "queries.institution": "institution_duties=duties",
    "queries.ledger": "dollars=Dollars ledger_links ledger_receipts",
    "queries.payments": "payment payment_lives=lives payment_news=news payments payments_numbered=numbered",
    "queries.receipts": "gross receipt receipts",
}

if not TYPE_CHECKING:
    __getattr__ = later(__name__, _LATER)


def rate_known(currency: str, on: date) -> bool:
    """Whether SAFE's table of the month of a day tells this ISO currency."""
    from pilotzone.rooms.fx.queries import facts

    return currency == "USD" or currency in facts.rates_of(on)


__all__ = [
    "CONDITIONS", "COSTS", "INSTITUTION_ASKED", "LEVELS", "LEVEL_WORDS", "NAMES", "PACK", "PURPOSES", "VOUCHERS", "Advice",
    "Collecting", "Evidence", "Extra", "Institution", "Law", "Money", "Month", "Netted", "Payee", "Reason",
    "RefundAdvice", "advance", "advise", "amount_of", "apply", "ask_payment", "checks", "consent", "credit_reports",
    "currency_of", "decide", "decide_payment", "dollars", "figures", "gross", "institution_duties", "keep_pending",
    "ledger_links", "ledger_receipts", "link", "net", "net_costs", "of_firm", "opening_pack", "outlays", "payment",
    "payment_lives", "payment_news", "payments", "payments_numbered", "rate_known", "receipt", "receipts", "refund", "repay", "report",
    "report_payment", "reports_made", "send_back", "settled_in", "take_months", "take_names", "take_rates",
    "take_receipts", "taken_by_safe", "total_check", "unlink",
]  # fmt: skip
