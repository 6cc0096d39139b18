"""The door of the statistics room. Engines need no Django; what reads or writes tables is loaded when first asked for.

What reckons with matrices (estimation, protection, seasonal adjustment) is loaded when first asked for: numpy and scipy take a
third of a second, and nobody who only passes by pays it.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from pilotzone.rooms.statistics.engine.boundaries import Fact, Figure, Move, on_boundaries
from pilotzone.rooms.statistics.engine.collection.checks import Field, Form, Found, form_of, judged, may_stand
from pilotzone.rooms.statistics.engine.collection.material import HEADS as MATERIAL_HEADS
from pilotzone.rooms.statistics.engine.collection.mirror import Mirrored, mirror
from pilotzone.rooms.statistics.engine.collection.recognition import Declared, Recognised, Sold, recognise
from pilotzone.rooms.statistics.engine.collection.unit_prices import Fence, fence
from pilotzone.rooms.statistics.engine.design.allocation import neyman, proportional
from pilotzone.rooms.statistics.engine.design.frame import Listed, take_all
from pilotzone.rooms.statistics.engine.design.nonresponse import adjusted, carried
from pilotzone.rooms.statistics.engine.design.selection import Drawn, draw
from pilotzone.rooms.statistics.engine.disclosure.cells import Cells, Dimension, Record, tabulate
from pilotzone.rooms.statistics.engine.disclosure.rules import Rules, rules_on
from pilotzone.rooms.statistics.engine.estimation.quality import Grade, grade
from pilotzone.rooms.statistics.engine.expressions import Formula, formula
from pilotzone.rooms.statistics.engine.grains import DIMENSIONS
from pilotzone.rooms.statistics.engine.indicators.definitions import COVERAGES, GROUPS, Indicator, in_force
from pilotzone.rooms.statistics.engine.indicators.growth import (
    Development,
    concentration,
    development,
    largest,
    on_year,
)
from pilotzone.rooms.statistics.engine.indices.bilateral import (
    PRICE,
    fisher,
    laspeyres,
    lowe,
    paasche,
    tornqvist,
    unit_value,
    volume,
)
from pilotzone.rooms.statistics.engine.indices.chained import chained, fixed
from pilotzone.rooms.statistics.engine.indices.customs import ALGORITHM as UNIT_VALUE_ALGORITHM
from pilotzone.rooms.statistics.engine.indices.customs import Compared
from pilotzone.rooms.statistics.engine.indices.customs import chapters as unit_value_chapters
from pilotzone.rooms.statistics.engine.indices.goods import Sale, by_period
from pilotzone.rooms.statistics.engine.indices.unit_values import Line, Trimmed, trimmed
from pilotzone.rooms.statistics.engine.seasonal import months
from pilotzone.rooms.statistics.engine.vintages import Revisions, Row, Vintage, stage, summary, table
from pilotzone.rooms.statistics.engine.world import level_of, lines_of
from pilotzone.rooms.statistics.queries.definitions import (
    boundary_moves,
    form_heads,
    forms,
    indicators,
    new_years,
    regions,
    scale,
    tiles,
    world,
)

if TYPE_CHECKING:
    from pilotzone.rooms.statistics.engine.collection.sheet import opened as open_sheet
    from pilotzone.rooms.statistics.engine.collection.sheet import read as read_sheet
    from pilotzone.rooms.statistics.engine.collection.sheet import refused_cells
    from pilotzone.rooms.statistics.engine.collection.sheet import written as written_sheet
    from pilotzone.rooms.statistics.engine.disclosure.attack import Attacker
    from pilotzone.rooms.statistics.engine.disclosure.audit import Unsafe, audit
    from pilotzone.rooms.statistics.engine.disclosure.protect import Protected, protect
    from pilotzone.rooms.statistics.engine.disclosure.releases import against, secret
    from pilotzone.rooms.statistics.engine.estimation import quantities
    from pilotzone.rooms.statistics.engine.estimation.calibration import Calibration, greg, post_strata, raking
    from pilotzone.rooms.statistics.engine.estimation.estimate import Estimate, estimate
    from pilotzone.rooms.statistics.engine.estimation.sample import Sample, sample
    from pilotzone.rooms.statistics.engine.seasonal.adjust import Adjusted, adjust
    from pilotzone.rooms.statistics.engine.seasonal.regressors import Event
    from pilotzone.rooms.statistics.operations.cube import recount
    from pilotzone.rooms.statistics.operations.doubting import answer_doubt, ask_again, close_doubt, doubt
    from pilotzone.rooms.statistics.operations.facts import empty, note, settle
    from pilotzone.rooms.statistics.operations.filling import fill
    from pilotzone.rooms.statistics.operations.recognising import decide, take
    from pilotzone.rooms.statistics.operations.releasing import announce, compute, consent, publish, tick
    from pilotzone.rooms.statistics.operations.reporting import remind, report
    from pilotzone.rooms.statistics.operations.surveying import answer, design, publish_survey
    from pilotzone.rooms.statistics.queries.boundaries import (
        BOUNDARIES,
        boundary_day,
        carried_over,
        figures_on,
        moved_within,
        places,
        stretches,
    )
    from pilotzone.rooms.statistics.queries.collecting import (
        Asked,
        Beside,
        asked,
        due,
        mirrored,
        own_standing,
        reminded,
    )
    from pilotzone.rooms.statistics.queries.cube import Row as CubeRow
    from pilotzone.rooms.statistics.queries.cube import ask
    from pilotzone.rooms.statistics.queries.cube import months as counted_months
    from pilotzone.rooms.statistics.queries.declared import Declarations, declared_from
    from pilotzone.rooms.statistics.queries.doubts import STATES as DOUBT_STATES
    from pilotzone.rooms.statistics.queries.doubts import Doubted, Turn, doubted, doubts, waiting
    from pilotzone.rooms.statistics.queries.files import data as sdmx_data
    from pilotzone.rooms.statistics.queries.files import structure as sdmx_structure
    from pilotzone.rooms.statistics.queries.links import Chain, chains, overtaken
    from pilotzone.rooms.statistics.queries.measured import STRUCTURES, Measured, measured, unrecorded
    from pilotzone.rooms.statistics.queries.recognised import (
        Online,
        candidate,
        candidate_months,
        candidates,
        firms_of,
        online,
    )
    from pilotzone.rooms.statistics.queries.releases import (
        Told,
        calendar,
        content,
        figures,
        latest,
        published,
        release,
        revisions,
        signed,
        superseded,
    )
    from pilotzone.rooms.statistics.queries.reports import Revised, answers_of, reports, revised
    from pilotzone.rooms.statistics.queries.sdmx_xml import data as sdmx_data_xml
    from pilotzone.rooms.statistics.queries.sdmx_xml import structure as sdmx_structure_xml
    from pilotzone.rooms.statistics.queries.seasonal import ADJUSTABLE, AdjustedSeries, adjusted_series
    from pilotzone.rooms.statistics.queries.surveys import asked_in, estimates, own_unit, survey, surveys, units
    from pilotzone.rooms.statistics.queries.unit_values import DIGITS as UNIT_VALUE_DIGITS
    from pilotzone.rooms.statistics.queries.unit_values import Ground as UnitValueGround
    from pilotzone.rooms.statistics.queries.unit_values import UnitValues, unit_values
    from pilotzone.rooms.statistics.queries.unkept import LOOKED as UNKEPT_LOOKED
    from pilotzone.rooms.statistics.queries.unkept import Unkept, lacking

_TABLES = {
    "recount": "operations.cube.recount", "empty": "operations.facts.empty", "note": "operations.facts.note",
    "settle": "operations.facts.settle", "fill": "operations.filling.fill", "announce": "operations.releasing.announce", "compute": "operations.releasing.compute",
    "consent": "operations.releasing.consent", "publish": "operations.releasing.publish", "tick": "operations.releasing.tick",
    "report": "operations.reporting.report", "remind": "operations.reporting.remind", "Asked": "queries.collecting.Asked",
    "Beside": "queries.collecting.Beside", "asked": "queries.collecting.asked", "due": "queries.collecting.due",
    "mirrored": "queries.collecting.mirrored", "own_standing": "queries.collecting.own_standing",
    "reminded": "queries.collecting.reminded", "read_sheet": "engine.collection.sheet.read",
    "written_sheet": "engine.collection.sheet.written", "CubeRow": "queries.cube.Row", "ask": "queries.cube.ask",
    "counted_months": "queries.cube.months", "sdmx_data": "queries.files.data", "sdmx_structure": "queries.files.structure",
    "sdmx_data_xml": "queries.sdmx_xml.data", "sdmx_structure_xml": "queries.sdmx_xml.structure",
    "Told": "queries.releases.Told", "calendar": "queries.releases.calendar", "content": "queries.releases.content", "figures": "queries.releases.figures",
    "latest": "queries.releases.latest", "published": "queries.releases.published", "release": "queries.releases.release",
    "revisions": "queries.releases.revisions", "signed": "queries.releases.signed", "superseded": "queries.releases.superseded",
    "answers_of": "queries.reports.answers_of",
    "reports": "queries.reports.reports", "Revised": "queries.reports.Revised", "revised": "queries.reports.revised", "open_sheet": "engine.collection.sheet.opened",
    "refused_cells": "engine.collection.sheet.refused_cells", "answer": "operations.surveying.answer", "design": "operations.surveying.design",
    "publish_survey": "operations.surveying.publish_survey", "asked_in": "queries.surveys.asked_in", "estimates": "queries.surveys.estimates",
    "own_unit": "queries.surveys.own_unit", "survey": "queries.surveys.survey", "surveys": "queries.surveys.surveys",
    "Measured": "queries.measured.Measured", "measured": "queries.measured.measured", "unrecorded": "queries.measured.unrecorded", "STRUCTURES": "queries.measured.STRUCTURES",
    "units": "queries.surveys.units", "decide": "operations.recognising.decide", "take": "operations.recognising.take",
    "Online": "queries.recognised.Online", "candidate": "queries.recognised.candidate", "candidates": "queries.recognised.candidates",
    "candidate_months": "queries.recognised.candidate_months", "firms_of": "queries.recognised.firms_of", "online": "queries.recognised.online",
    "ADJUSTABLE": "queries.seasonal.ADJUSTABLE", "AdjustedSeries": "queries.seasonal.AdjustedSeries", "adjusted_series": "queries.seasonal.adjusted_series",
    "unit_values": "queries.unit_values.unit_values", "UnitValues": "queries.unit_values.UnitValues", "Unkept": "queries.unkept.Unkept", "UNKEPT_LOOKED": "queries.unkept.LOOKED", "lacking": "queries.unkept.lacking", "UnitValueGround": "queries.unit_values.Ground",
    "UNIT_VALUE_DIGITS": "queries.unit_values.DIGITS", "carried_over": "queries.boundaries.carried_over", "BOUNDARIES": "queries.boundaries.BOUNDARIES", "boundary_day": "queries.boundaries.boundary_day",
    "figures_on": "queries.boundaries.figures_on", "places": "queries.boundaries.places", "moved_within": "queries.boundaries.moved_within", "stretches": "queries.boundaries.stretches",
    "doubt": "operations.doubting.doubt", "answer_doubt": "operations.doubting.answer_doubt", "ask_again": "operations.doubting.ask_again",
    "close_doubt": "operations.doubting.close_doubt", "Doubted": "queries.doubts.Doubted", "Turn": "queries.doubts.Turn", "doubted": "queries.doubts.doubted",
    "doubts": "queries.doubts.doubts", "waiting": "queries.doubts.waiting", "DOUBT_STATES": "queries.doubts.STATES",
    "Chain": "queries.links.Chain", "chains": "queries.links.chains", "overtaken": "queries.links.overtaken",
    "Declarations": "queries.declared.Declarations", "declared_from": "queries.declared.declared_from",
}  # fmt: skip
_LATER = {
    "disclosure.attack": ("Attacker",),
    "disclosure.audit": ("Unsafe", "audit"),
    "disclosure.protect": ("Protected", "protect"),
    "disclosure.releases": ("against", "secret"),
    "estimation.calibration": ("Calibration", "greg", "post_strata", "raking"),
    "estimation.estimate": ("Estimate", "estimate"),
    "estimation.sample": ("Sample", "sample"),
    "seasonal.adjust": ("Adjusted", "adjust"),
    "seasonal.regressors": ("Event",),
}
_WHERE = {name: module for module, names in _LATER.items() for name in names}

__all__ = [
    "ADJUSTABLE", "BOUNDARIES", "COVERAGES", "DIMENSIONS", "DOUBT_STATES", "GROUPS", "MATERIAL_HEADS", "PRICE", "STRUCTURES",
    "UNIT_VALUE_ALGORITHM", "UNIT_VALUE_DIGITS", "UNKEPT_LOOKED", "Adjusted", "AdjustedSeries", "Asked", "Attacker", "Beside", "Calibration", "Cells",
    "Chain", "Compared", "CubeRow", "Declarations", "Declared", "Development", "Dimension", "Doubted", "Drawn", "Estimate", "Event",
    "Fact", "Fence", "Field", "Figure", "Form", "Formula", "Found", "Grade", "Indicator", "Line", "Listed", "Measured", "Mirrored",
    "Move", "Online", "Protected", "Recognised", "Record", "Revised", "Revisions", "Row", "Rules", "Sale", "Sample", "Sold", "Told",
    "Trimmed", "Turn", "UnitValueGround", "UnitValues", "Unkept", "Unsafe", "Vintage", "adjust", "adjusted", "adjusted_series", "against",
    "announce", "answer", "answer_doubt", "answers_of", "ask", "ask_again", "asked", "asked_in", "audit", "boundary_day",
    "boundary_moves", "by_period", "calendar", "candidate", "candidate_months", "candidates", "carried", "carried_over", "chained",
    "chains", "close_doubt", "compute", "concentration", "consent", "content", "counted_months", "decide", "declared_from", "design",
    "development", "doubt", "doubted", "doubts", "draw", "due", "empty", "estimate", "estimates", "fence", "figures", "figures_on",
    "fill", "firms_of", "fisher", "fixed", "form_heads", "form_of", "forms", "formula", "grade", "greg", "in_force", "indicators",
    "judged", "lacking", "largest", "laspeyres", "latest", "level_of", "lines_of", "lowe", "may_stand", "measured", "mirror", "mirrored", "months",
    "moved_within", "new_years", "neyman", "note", "on_boundaries", "on_year", "online", "open_sheet", "overtaken", "own_standing", "own_unit",
    "paasche", "places", "post_strata", "proportional", "protect", "publish", "publish_survey", "published", "quantities", "raking",
    "read_sheet", "recognise", "recount", "refused_cells", "regions", "release", "remind", "reminded", "report", "reports", "revised",
    "revisions", "rules_on", "sample", "scale", "sdmx_data", "sdmx_data_xml", "sdmx_structure", "sdmx_structure_xml", "secret", "settle",
    "signed", "stage", "stretches", "summary", "superseded", "survey", "surveys", "table", "tabulate", "take", "take_all", "tick", "tiles", "tornqvist",
    "trimmed", "unit_value", "unit_value_chapters", "unit_values", "units", "unrecorded", "volume", "waiting", "world", "written_sheet",
]  # fmt: skip


def __getattr__(name: str) -> Any:
    """The engines that load numpy and scipy, when they are first named."""
    base = f"{__package__}.engine"
    if name == "quantities":
        return import_module(f"{base}.estimation.quantities")
    if name in _TABLES:
        module, _, found = _TABLES[name].rpartition(".")
        return getattr(import_module(f"{__package__}.{module}"), found)
    if name in _WHERE:
        return getattr(import_module(f"{base}.{_WHERE[name]}"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
