"""The inspection counter of the room's door: everything pages, processes and other rooms may ask of 查检合一 (`api.inspections`)."""

from __future__ import annotations

from pilotzone.rooms.clearance.engine.inspection_orders import KINDS, OUTCOMES, STATES, TEAM, VERDICTS, XRAY
from pilotzone.rooms.clearance.engine.inspection_study import ALL, spoken
from pilotzone.rooms.clearance.operations.inspecting import Seen, follow, take
from pilotzone.rooms.clearance.operations.inspecting_answers import (
    answer_objection,
    confirm_facility,
    object_to,
    results_told,
    untold_results,
)
from pilotzone.rooms.clearance.operations.inspecting_evidence import MOST as LARGEST_PICTURE
from pilotzone.rooms.clearance.operations.inspecting_evidence import keep_evidence, open_evidence
from pilotzone.rooms.clearance.operations.inspecting_liaison import (
    answer_case,
    close_case,
    end_contact,
    keep_contact,
    open_case,
)
from pilotzone.rooms.clearance.operations.inspecting_orders import conclude, join, open_goods, reopen, schedule
from pilotzone.rooms.clearance.operations.inspecting_proposals import (
    decide_proposal,
    decide_rules,
    order_control,
    propose_rules,
)
from pilotzone.rooms.clearance.operations.inspecting_study import publish_due, publish_month
from pilotzone.rooms.clearance.queries.inspection_settings import method, sites, texts
from pilotzone.rooms.clearance.queries.inspections import counts, custody, free_slots, listed, of_trade, told
from pilotzone.rooms.clearance.queries.inspections_coverage import coverage
from pilotzone.rooms.clearance.queries.inspections_liaison import STATES as CASE_STATES
from pilotzone.rooms.clearance.queries.inspections_liaison import case, cases, contacts, ports
from pilotzone.rooms.clearance.queries.inspections_rules import edition_on, hit_rates, proposals, written
from pilotzone.rooms.clearance.queries.inspections_study import study, study_cells, study_months, trend

__all__ = [
    "ALL",
    "CASE_STATES",
    "KINDS",
    "LARGEST_PICTURE",
    "OUTCOMES",
    "STATES",
    "TEAM",
    "VERDICTS",
    "XRAY",
    "Seen",
    "answer_case",
    "answer_objection",
    "case",
    "cases",
    "close_case",
    "conclude",
    "confirm_facility",
    "contacts",
    "counts",
    "coverage",
    "custody",
    "decide_proposal",
    "decide_rules",
    "edition_on",
    "end_contact",
    "follow",
    "free_slots",
    "hit_rates",
    "join",
    "keep_contact",
    "keep_evidence",
    "listed",
    "method",
    "object_to",
    "of_trade",
    "open_case",
    "open_evidence",
    "open_goods",
    "order_control",
    "ports",
    "proposals",
    "propose_rules",
    "publish_due",
    "publish_month",
    "reopen",
    "results_told",
    "schedule",
    "sites",
    "spoken",
    "study",
    "study_cells",
    "study_months",
    "take",
    "texts",
    "told",
    "trend",
    "untold_results",
    "written",
]  # fmt: skip
