"""平台推广费税前扣除 pilot: what may be deducted this year and what is carried on (handbook §3.7)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from pilotzone.base.errors import Gap
from pilotzone.base.money import to_cents, yuan
from pilotzone.rooms.tax.engine.export.line import whole_cents
from pilotzone.rooms.tax.engine.parameters import Parameters, parameter
from pilotzone.rooms.tax.engine.unfold import Step
from pilotzone.rooms.tax.errors import Reason, reason, refused

ALGORITHM = "promotion_cost/2008-01-01"
GENERAL, FAVOURED, TOBACCO = "general", "cosmetics_pharma_beverage", "tobacco"
TRADES = (GENERAL, FAVOURED, TOBACCO)
EVIDENCE = ("contract", "invoice", "payment", "report", "service_tax")


@dataclass(frozen=True, slots=True)
class Claim:
    """One year of a firm: revenue, platform advertising, commission and its contract amount; yuan."""

    year: int
    trade: str
    revenue: Decimal
    spend: Decimal
    carry: Decimal = Decimal(0)
    commission: Decimal = Decimal(0)
    contracts: Decimal = Decimal(0)
    related: bool = False
    deemed: bool = False
    evidence: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Promotion:
    """`limit`, `deducted`, `carry` to the next year, `commission` allowed, `saved` tax, and warnings."""

    year: int
    limit: Decimal
    deducted: Decimal
    carry: Decimal
    commission: Decimal
    saved: Decimal
    warnings: tuple[Reason, ...]
    steps: tuple[Step, ...]

    def as_dict(self) -> dict[str, Any]:
        """Plain data to keep with the claim; money with two decimals."""
        return {
            "algorithm": ALGORITHM, "year": self.year, "limit": yuan(self.limit), "deducted": yuan(self.deducted),
            "carry": yuan(self.carry), "commission": yuan(self.commission), "saved": yuan(self.saved),
            "warnings": [one.as_dict() for one in self.warnings], "steps": [step.as_dict() for step in self.steps],
        }  # fmt: skip


def promotion(claim: Claim) -> Promotion:
    """limit = r·revenue; pool = carried in + spend; deducted = min(pool, limit); the rest is carried on without limit.

    Refused `rule.export.promotion_deemed` for a firm of deemed profit, `rule.export.promotion_trade`, `rule.export.money`.
    """
    if claim.deemed:
        raise refused("rule.export.promotion_deemed")
    if claim.trade not in TRADES:
        raise refused("rule.export.promotion_trade", trade=claim.trade[:40])
    for name in ("revenue", "spend", "carry", "commission", "contracts"):
        if whole_cents(getattr(claim, name), name) < 0:
            raise refused("rule.export.money", name=name, value=format(getattr(claim, name), "f"))
    law = Parameters(date(claim.year, 12, 31))
    key, warnings = _share(claim, law)
    share, tax = law[key], law["cit.rate"]
    limit = to_cents(claim.revenue * share)
    pool = claim.carry + claim.spend
    deducted = min(pool, limit)
    fee = min(claim.commission, to_cents(claim.contracts * law["cit.commission_limit"]))
    if claim.revenue and claim.spend / claim.revenue > law["promotion.risk_share"]:
        warnings.append(reason("rule.export.promotion_share", source=law.source("promotion.risk_share")))
    if claim.related:
        warnings.append(reason("rule.export.promotion_related"))
    if lacking := [name for name in EVIDENCE if name not in claim.evidence]:
        warnings.append(reason("rule.export.promotion_evidence", lacking=", ".join(lacking)))
    steps = (
        Step(0, "limit", "扣除限额＝比例×营业收入", "Limit = share × revenue", "L = q·S", (("q", format(share, "f")), ("S", yuan(claim.revenue))), yuan(limit), _told(law, key)),
        Step(
            0, "deducted", "本年扣除＝min(上年结转＋本年发生, 限额)", "Deducted = min(carried in + spent, limit)", "D = min(C + A, L)",
            (("C", yuan(claim.carry)), ("A", yuan(claim.spend)), ("L", yuan(limit))), yuan(deducted), (),
        ),
        Step(0, "carry", "结转以后年度", "Carried forward", "C′ = C + A − D", (("C + A", yuan(pool)), ("D", yuan(deducted))), yuan(pool - deducted), ()),
        Step(
            0, "commission", "佣金另计：不超过合同金额的比例", "Commission apart: up to a share of the contracts", "min(F, f·K)",
            (("F", yuan(claim.commission)), ("K", yuan(claim.contracts))), yuan(fee), _told(law, "cit.commission_limit"),
        ),
        Step(0, "saved", "少缴企业所得税（按法定税率）", "Income tax saved at the statutory rate", "D·t", (("D", yuan(deducted)), ("t", format(tax, "f"))), yuan(to_cents(deducted * tax)), _told(law, "cit.rate")),
    )  # fmt: skip
    return Promotion(
        claim.year, limit, deducted, pool - deducted, fee, to_cents(deducted * tax), tuple(warnings), steps
    )


def _share(claim: Claim, law: Parameters) -> tuple[str, list[Reason]]:
    """Which limit counts; a favoured trade whose notice has run out has the general one, and is told so."""
    key = f"cit.ads_limit.{claim.trade}"
    try:
        law[key]
    except Gap:
        if claim.trade != FAVOURED:
            raise
        return "cit.ads_limit.general", [reason("rule.export.promotion_ended", year=claim.year)]
    return key, []


def _told(law: Parameters, key: str) -> tuple[dict[str, str], ...]:
    return tuple(parameter(one) for one in law.used() if one.key == key)
