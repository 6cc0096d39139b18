"""Surveys as the caller may see them: what is published everybody, a firm those it is asked in, a statistician all."""

from __future__ import annotations

from datetime import date
from typing import Any

from pilotzone.kernel.access.doors import require
from pilotzone.rooms.statistics.engine.disclosure.rules import rules_on
from pilotzone.rooms.statistics.errors import refused
from pilotzone.rooms.statistics.models import Survey, SurveyUnit
from pilotzone.rooms.statistics.queries.collecting import names


def survey(number: int) -> Survey:
    """One survey; Refused `statistics.survey.unknown`."""
    found = Survey.objects.filter(pk=number).first()
    if found is None:
        raise refused("statistics.survey.unknown")
    return found


def surveys() -> list[Survey]:
    """Those the caller sees, the latest first."""
    return list(Survey.objects.order_by("-month", "-pk")[:200])


def own_unit(number: int, organisation: int) -> SurveyUnit | None:
    """The caller's firm in a survey; None where it is not asked."""
    return SurveyUnit.objects.filter(survey_id=number, organisation_id=organisation).first()


def asked_in(organisation: int) -> list[Survey]:
    """The surveys a firm is asked in, the latest first."""
    wanted = SurveyUnit.objects.filter(organisation_id=organisation).values_list("survey_id", flat=True)
    return list(Survey.objects.filter(pk__in=list(wanted)).order_by("-month", "-pk"))


def units(number: int) -> list[dict[str, Any]]:
    """Who was drawn: {firm, name, stratum, probability, filed_at}, those missing first; never what was answered."""
    require("statistics.work")
    rows = list(SurveyUnit.objects.filter(survey_id=number))
    told = names({row.organisation_id for row in rows})
    return sorted(
        (
            {
                "id": row.pk, "firm": row.organisation_id, "name": told.get(row.organisation_id, ""), "stratum": row.stratum,
                "probability": row.probability, "filed_at": row.filed_at,
            }
            for row in rows
        ),
        key=lambda row: (row["filed_at"] is not None, row["name"], row["firm"]),
    )  # fmt: skip


def estimates(number: int, on: date) -> dict[str, Any]:
    """What the answers so far say (engine/estimation/survey.py)."""
    from pilotzone.rooms.statistics.engine.estimation.survey import Asked, estimated

    require("statistics.work")
    rows = SurveyUnit.objects.filter(survey_id=number).order_by("organisation_id")
    asked = [
        Asked(row.stratum, row.probability, *((float(row.answers["exports"]), float(row.answers["own"])) if row.answers else (None, None)))
        for row in rows
    ]  # fmt: skip
    return estimated(asked, fewest=rules_on(on).fewest, on=on)
