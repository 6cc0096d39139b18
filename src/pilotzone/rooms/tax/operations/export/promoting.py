"""推广费税前扣除试点: a firm records a year's promotion cost; what is over the limit is carried to the next year."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal

from pilotzone.base.days import day_of
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.tax.engine.export.promotion import EVIDENCE, Claim, Promotion, promotion
from pilotzone.rooms.tax.errors import refused
from pilotzone.rooms.tax.models import PromotionYear
from pilotzone.rooms.tax.operations.export.firms import own_firm, profile_on

FIRST_YEAR = 2008


def record(claim: Claim, *, at: datetime) -> Promotion:
    """Record or correct the newest year of the caller's firm; what the year before left is carried in by itself.

    Refused `rule.export.promotion_year` for a year in the future, before a recorded one, or after a gap.
    """
    firm, today = own_firm(), day_of(at)
    years = list(PromotionYear.objects.filter(organisation_id=firm).order_by("-year").values_list("year", "carry_out"))
    newest = years[0][0] if years else None
    if not FIRST_YEAR <= claim.year <= today.year or (newest is not None and claim.year not in (newest, newest + 1)):
        raise refused("rule.export.promotion_year", year=claim.year)
    carry = next((left for year, left in years if year == claim.year - 1), Decimal(0))
    profile = profile_on(firm, date(claim.year, 12, 31))
    asked = replace(
        claim, carry=carry, deemed=profile is not None and profile.deemed,
        evidence=frozenset(claim.evidence) & frozenset(EVIDENCE),
    )  # fmt: skip
    found = promotion(asked)
    with scope(PLATFORM):
        PromotionYear.objects.update_or_create(
            organisation_id=firm, year=claim.year,
            defaults={
                "trade": asked.trade, "revenue": asked.revenue, "spend": asked.spend, "commission": asked.commission,
                "contracts": asked.contracts, "related": asked.related, "evidence": sorted(asked.evidence),
                "carry_in": carry, "deducted": found.deducted, "carry_out": found.carry, "assessment": found.as_dict(),
                "recorded_at": at,
            },
        )  # fmt: skip
    audit.record(
        "tax.promotion.record", object_kind="organisation", object_id=firm,
        after={"year": claim.year, "deducted": str(found.deducted), "carry": str(found.carry)},
    )  # fmt: skip
    return found
