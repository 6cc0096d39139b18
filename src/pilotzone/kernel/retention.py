"""How long rows must be kept at hand (data/rates/retention.yaml). A month is let go only when the longest term is over."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pilotzone.base.errors import Refused
from pilotzone.reference import rates

# whose terms bind the platform for trades and documents; the others bind firms for their own records
BINDING = ("retention.trade_years", "retention.customs_years")


@dataclass(frozen=True)
class Term:
    """Until which day (inclusive) records are kept, and the parameter that says so."""

    until: date
    rate: rates.Rate


def kept_until(last: date, *, on: date) -> Term:
    """The longest term, as the law stands on the day `on`, for records whose last change was on `last`.

    The last change is later than release or completion, so the term is never shorter than the law's. Gap where a term
    is not known for that day.
    """
    terms = [Term(_years_later(last, int(one.number)), one) for one in (rates.rate(key, on=on) for key in BINDING)]
    return max(terms, key=lambda term: term.until)


def refuse_if_kept(what: str, last: date, *, on: date) -> Term:
    """Refused `storage.kept` while a term runs; answers the term that is over."""
    term = kept_until(last, on=on)
    if term.until < on:
        return term
    rule = term.rate
    raise Refused(
        code="storage.kept",
        zh=f"{what} 最后变动于 {last}，依法须保存至 {term.until}，不能移出。",
        en=f"{what} last changed on {last} and must be kept until {term.until}: it cannot be moved out.",
        source=f"{rule.document} {rule.article} [{rule.tag}]".replace("  ", " "),
        whose="platform",
    )


def _years_later(day: date, years: int) -> date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:  # 29 February
        return date(day.year + years, 3, 1)
