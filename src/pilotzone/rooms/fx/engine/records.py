"""What an advice is asked about and what it answers: plain values, dollars as Decimal to the cent."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.rooms.fx.engine.amounts import CNY, ZERO
from pilotzone.rooms.fx.errors import Reason

ALGORITHM = "fx_receipt/1"
ENTERPRISE, SERVICE, TRADER, INDIVIDUAL, INSTITUTION = "enterprise", "service", "trader", "individual", "institution"
KINDS = (ENTERPRISE, SERVICE, TRADER, INDIVIDUAL, INSTITUTION)
A, B, C = "A", "B", "C"
GOODS, ADVANCE = "goods", "advance"
# what the platform advises; the bank decides
DIRECT, SETTLE, REVIEW, CREDIT, WAIT, REGISTER, REFUSE = (
    "direct", "settle", "review", "credit", "wait", "register", "refuse",
)  # fmt: skip
OUTCOMES = (DIRECT, SETTLE, REVIEW, CREDIT, WAIT, REGISTER, REFUSE)
PENDING, CURRENT, SETTLEMENT, PERSONAL, RMB = "pending", "current", "settlement", "personal", "rmb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payee:
    """Who the money is for, as SAFE's list and the year so far tell; the sums are without the receipt in question.

    klass: A, B or C where listed; recognised: a class A service enterprise SAFE's provincial branch recognised;
    keeps_pending: chose to keep a pending-verification account; room_usd: 可收汇额 of a class B firm.
    """

    kind: str = ENTERPRISE
    klass: str = ""
    recognised: bool = False
    keeps_pending: bool = False
    room_usd: Decimal = ZERO
    received_usd: Decimal = ZERO
    paid_usd: Decimal = ZERO
    quota_used_usd: Decimal = ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class Collecting:
    """What a service enterprise that collects for a client can show (汇发〔2020〕11号)."""

    system: bool = False
    client: bool = False
    trade_info: bool = False
    reports: bool = False
    rights: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What is linked to a receipt. Counts of documents; `payee`: own, client, market (1039), agency, other or unknown.

    exported_on: the earliest export among what is linked; expected_on: when an advance is to be exported.
    """

    matched_usd: Decimal = ZERO
    orders: int = 0
    lists: int = 0
    waybills: int = 0
    registered: bool = True
    proof: bool = False
    payee: str = "own"
    exported_on: date | None = None
    expected_on: date | None = None
    collecting: Collecting | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Money:
    """The receipt itself. `via_institution`: it came through a payment institution; `on`: the day it was received."""

    on: date
    usd: Decimal
    currency: str = "USD"
    purpose: str = GOODS
    via_institution: bool = False

    @property
    def rmb(self) -> bool:
        """Whether it is a receipt in RMB, with nothing to settle."""
        return self.currency == CNY


@dataclass(frozen=True, slots=True)
class ReportDue:
    """A trade credit that is to be reported: kind advance or deferred, dollars, the last day."""

    kind: str
    usd: Decimal
    due_on: date


@dataclass(slots=True)
class Advice:
    """What the platform advises: outcome, account, reasons, whose turn, what is missing, reports to make."""

    outcome: str = SETTLE
    account: str = PENDING
    reasons: list[Reason] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    reports: list[ReportDue] = field(default_factory=list)
    counts_quota: bool = False
    share: str = "0.00%"
    parameters: tuple[dict[str, str], ...] = ()

    def say(self, told: Reason, outcome: str = "") -> None:
        """Add a reason; a graver outcome stands over a lighter one."""
        self.reasons.append(told)
        if outcome and OUTCOMES.index(outcome) > OUTCOMES.index(self.outcome):
            self.outcome = outcome

    @property
    def whose(self) -> str:
        """Whose turn it is: the bank's where it can decide now, else who has to mend the gravest reason."""
        if self.outcome in (DIRECT, SETTLE, REVIEW, CREDIT):
            return "bank"
        return next((told.whose for told in self.reasons if told.whose not in ("", "bank")), "ebc")

    def as_dict(self) -> dict[str, Any]:
        """Plain data, as it is kept and answered."""
        return {
            "outcome": self.outcome, "account": self.account, "reasons": [told.as_texts() for told in self.reasons],
            "parameters": list(self.parameters), "whose": self.whose, "missing": self.missing, "share": self.share,
            "reports": [
                {"kind": one.kind, "usd": f"{one.usd:.2f}", "due_on": one.due_on.isoformat()} for one in self.reports
            ],
            "counts_quota": self.counts_quota, "algorithm": ALGORITHM,
        }  # fmt: skip
