"""The door of the clearance room.

The pipeline's batch functions take a raw cursor; pages' questions and the desk's verbs run in the caller's scope and
load the ORM when first asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from pilotzone.base.errors import Refused
from pilotzone.rooms.clearance.engine import states
from pilotzone.rooms.clearance.engine.bonded import balance_faults as bonded_faults
from pilotzone.rooms.clearance.engine.case import Tolerance
from pilotzone.rooms.clearance.engine.channels import Channel, Consignment
from pilotzone.rooms.clearance.engine.channels import channel as channel_advice
from pilotzone.rooms.clearance.engine.keys import readable
from pilotzone.rooms.clearance.engine.kinds import BY_MESSAGE as MESSAGES
from pilotzone.rooms.clearance.engine.kinds import FROM_CUSTOMS
from pilotzone.rooms.clearance.engine.summary import Declared, Listed
from pilotzone.rooms.clearance.engine.summary import declarations as summary_declarations
from pilotzone.rooms.clearance.errors import REFUSES, SENTENCES, WAITS, WARNS, Fault, Rule
from pilotzone.rooms.clearance.operations.customs import OUR_MESSAGE as CUSTOMS_REFERENCE
from pilotzone.rooms.clearance.operations.desk import Settings
from pilotzone.rooms.clearance.operations.flood import sweep, take_batch
from pilotzone.rooms.clearance.operations.inputs import (
    COMMIT,
    OVER,
    RESTORE,
    VOID,
    Answer,
    Bill,
    Book,
    Directory,
    DocumentIn,
    Effect,
    Firm,
    MessageIn,
    Outcome,
    Passed,
    Ready,
    Settlement,
)
from pilotzone.rooms.clearance.operations.preparing import prepare
from pilotzone.rooms.clearance.operations.uploads import KIND as PAYMENT_UPLOAD
from pilotzone.rooms.clearance.operations.uploads import settle as settle_payment_upload
from pilotzone.rooms.clearance.operations.writing import TABLES_BY_DAY
from pilotzone.rooms.clearance.queries import contents
from pilotzone.rooms.clearance.queries.contents import pack_assessment
from pilotzone.rooms.clearance.queries.lookups import buyer_key, order_states
from pilotzone.rooms.clearance.queries.mandates import Mandated, mandates

if TYPE_CHECKING:
    from pilotzone.rooms.clearance.operations import inspection_desk as inspections
    from pilotzone.rooms.clearance.operations.buyers import check_buyers
    from pilotzone.rooms.clearance.operations.changing import begin as begin_change
    from pilotzone.rooms.clearance.operations.changing import discard as discard_change
    from pilotzone.rooms.clearance.operations.changing import keep as keep_change
    from pilotzone.rooms.clearance.operations.changing import reopen as reopen_change
    from pilotzone.rooms.clearance.operations.changing import save as save_change
    from pilotzone.rooms.clearance.operations.composing import chosen as chosen_drafts
    from pilotzone.rooms.clearance.operations.composing import compose as compose_drafts
    from pilotzone.rooms.clearance.operations.mandates import give as give_mandate
    from pilotzone.rooms.clearance.operations.mandates import revoke as revoke_mandate
    from pilotzone.rooms.clearance.operations.payment_data import deposit as deposit_payment_data
    from pilotzone.rooms.clearance.operations.payment_data import ended as payment_data_over
    from pilotzone.rooms.clearance.operations.payment_data import forget_ended as forget_payment_data
    from pilotzone.rooms.clearance.operations.payment_requests import asked as payment_data_asked
    from pilotzone.rooms.clearance.operations.payment_requests import compose as compose_payment_data
    from pilotzone.rooms.clearance.operations.payment_requests import hand_in as hand_in_payment_data
    from pilotzone.rooms.clearance.operations.signing import hand_in as hand_in_signed
    from pilotzone.rooms.clearance.operations.summarising import draft as draft_summary
    from pilotzone.rooms.clearance.operations.verbs import (
        import_history,
        open_personal,
        record_identity,
        submit_rows,
        tell_line,
        urge,
    )
    from pilotzone.rooms.clearance.operations.writing_drafts import begin as begin_writing
    from pilotzone.rooms.clearance.operations.writing_drafts import discard as discard_writing
    from pilotzone.rooms.clearance.operations.writing_drafts import forget_over as forget_writings
    from pilotzone.rooms.clearance.operations.writing_drafts import keep as keep_writing
    from pilotzone.rooms.clearance.operations.writing_drafts import make_template as template_of_writing
    from pilotzone.rooms.clearance.operations.writing_drafts import over as writings_over
    from pilotzone.rooms.clearance.operations.writing_drafts import save as save_writing
    from pilotzone.rooms.clearance.queries.answers import answered
    from pilotzone.rooms.clearance.queries.authorities import agent_of as firm_of_code
    from pilotzone.rooms.clearance.queries.authorities import grantable as grantable_kinds
    from pilotzone.rooms.clearance.queries.authorities import listed as listed_mandates
    from pilotzone.rooms.clearance.queries.authorities import told as access_mandate
    from pilotzone.rooms.clearance.queries.b2b import advised as b2b_advised
    from pilotzone.rooms.clearance.queries.b2b import compared as b2b_compared
    from pilotzone.rooms.clearance.queries.b2b import trades as b2b_trades
    from pilotzone.rooms.clearance.queries.buyers import access_check as access_buyer_check
    from pilotzone.rooms.clearance.queries.buyers import answers as buyer_answers
    from pilotzone.rooms.clearance.queries.buyers import checks as buyer_checks
    from pilotzone.rooms.clearance.queries.changes import offers as change_offers
    from pilotzone.rooms.clearance.queries.drafts import drafts
    from pilotzone.rooms.clearance.queries.drafts import underway as drafts_underway
    from pilotzone.rooms.clearance.queries.editions import of_trades as editions
    from pilotzone.rooms.clearance.queries.ledger import (
        WHOLE_LEDGER,
        LedgerList,
        LedgerSlice,
        ledger_begins,
        ledger_exceeds,
        ledger_export,
        ledger_lists,
    )
    from pilotzone.rooms.clearance.queries.pages import counters, document, trade, trades
    from pilotzone.rooms.clearance.queries.payment_data import kept as kept_payment_data
    from pilotzone.rooms.clearance.queries.payment_data import request as payment_request
    from pilotzone.rooms.clearance.queries.payment_data import requests as payment_requests
    from pilotzone.rooms.clearance.queries.payment_data import waiting as payment_requests_waiting
    from pilotzone.rooms.clearance.queries.previews import of_draft as preview_draft
    from pilotzone.rooms.clearance.queries.released import export_lines
    from pilotzone.rooms.clearance.queries.statistics import CountedLine, CountedList, counted_lists
    from pilotzone.rooms.clearance.queries.subjects import last_trade_of, messages_sent_by
    from pilotzone.rooms.clearance.queries.subjects import sent_by as documents_sent_by
    from pilotzone.rooms.clearance.queries.summaries import access_declaration, declarations, declared_numbers
    from pilotzone.rooms.clearance.queries.summaries import applications as summary_applications
    from pilotzone.rooms.clearance.queries.summaries import deadline as summary_deadline
    from pilotzone.rooms.clearance.queries.summaries import lists as summary_lists
    from pilotzone.rooms.clearance.queries.summaries import months as summary_months
    from pilotzone.rooms.clearance.queries.summaries import overdue as summaries_overdue
    from pilotzone.rooms.clearance.queries.summaries import preview as summary_preview
    from pilotzone.rooms.clearance.queries.summaries import standing as summary_standing
    from pilotzone.rooms.clearance.queries.todo import findings, messages, standing, todo
    from pilotzone.rooms.clearance.queries.written import listed as changes
    from pilotzone.rooms.clearance.queries.written import told as access_change
    from pilotzone.rooms.clearance.queries.written_drafts import listed as writings
    from pilotzone.rooms.clearance.queries.written_drafts import told as access_writing

UNDECIDED = frozenset({states.WAITING, states.GAP})  # the platform has not said its last word
# what pages and the desk ask for, loaded with the ORM when first asked: name → module and function (their docstrings say what they promise)
_LATER = {
    "trades": ("queries.pages", "trades"),
    "answered": ("queries.answers", "answered"),
    "editions": ("queries.editions", "of_trades"),
    "trade": ("queries.pages", "trade"),
    "document": ("queries.pages", "document"),
    "export_lines": ("queries.released", "export_lines"),
    "CountedLine": ("queries.statistics", "CountedLine"),
    "CountedList": ("queries.statistics", "CountedList"),
    "counted_lists": ("queries.statistics", "counted_lists"),
    "LedgerList": ("queries.ledger", "LedgerList"),
    "LedgerSlice": ("queries.ledger", "LedgerSlice"),
    "WHOLE_LEDGER": ("queries.ledger", "WHOLE_LEDGER"),
    "ledger_exceeds": ("queries.ledger", "ledger_exceeds"),
    "ledger_begins": ("queries.ledger", "ledger_begins"),
    "ledger_export": ("queries.ledger", "ledger_export"),
    "ledger_lists": ("queries.ledger", "ledger_lists"),
    "drafts": ("queries.drafts", "drafts"),
    "drafts_underway": ("queries.drafts", "underway"),
    "chosen_drafts": ("operations.composing", "chosen"),
    "compose_drafts": ("operations.composing", "compose"),
    "hand_in_signed": ("operations.signing", "hand_in"),
    "counters": ("queries.pages", "counters"),
    "todo": ("queries.todo", "todo"),
    "standing": ("queries.todo", "standing"),
    "findings": ("queries.todo", "findings"),
    "messages": ("queries.todo", "messages"),
    "urge": ("operations.verbs", "urge"),
    "open_personal": ("operations.verbs", "open_personal"),
    "deposit_payment_data": ("operations.payment_data", "deposit"),
    "forget_payment_data": ("operations.payment_data", "forget_ended"),
    "documents_sent_by": ("queries.subjects", "sent_by"),
    "last_trade_of": ("queries.subjects", "last_trade_of"),
    "messages_sent_by": ("queries.subjects", "messages_sent_by"),
    "payment_data_over": ("operations.payment_data", "ended"),
    "writings_over": ("operations.writing_drafts", "over"),
    "forget_writings": ("operations.writing_drafts", "forget_over"),
    "kept_payment_data": ("queries.payment_data", "kept"),
    "payment_requests": ("queries.payment_data", "requests"),
    "payment_request": ("queries.payment_data", "request"),
    "payment_requests_waiting": ("queries.payment_data", "waiting"),
    "payment_data_asked": ("operations.payment_requests", "asked"),
    "compose_payment_data": ("operations.payment_requests", "compose"),
    "hand_in_payment_data": ("operations.payment_requests", "hand_in"),
    "submit_rows": ("operations.verbs", "submit_rows"),
    "import_history": ("operations.verbs", "import_history"),
    "tell_line": ("operations.verbs", "tell_line"),
    "give_mandate": ("operations.mandates", "give"),
    "revoke_mandate": ("operations.mandates", "revoke"),
    "listed_mandates": ("queries.authorities", "listed"),
    "access_mandate": ("queries.authorities", "told"),
    "grantable_kinds": ("queries.authorities", "grantable"),
    "firm_of_code": ("queries.authorities", "agent_of"),
    "change_offers": ("queries.changes", "offers"),
    "changes": ("queries.written", "listed"),
    "access_change": ("queries.written", "told"),
    "begin_change": ("operations.changing", "begin"),
    "save_change": ("operations.changing", "save"),
    "keep_change": ("operations.changing", "keep"),
    "reopen_change": ("operations.changing", "reopen"),
    "discard_change": ("operations.changing", "discard"),
    "record_identity": ("operations.verbs", "record_identity"),
    "check_buyers": ("operations.buyers", "check_buyers"),
    "buyer_checks": ("queries.buyers", "checks"),
    "access_buyer_check": ("queries.buyers", "access_check"),
    "buyer_answers": ("queries.buyers", "answers"),
    "begin_writing": ("operations.writing_drafts", "begin"),
    "save_writing": ("operations.writing_drafts", "save"),
    "keep_writing": ("operations.writing_drafts", "keep"),
    "discard_writing": ("operations.writing_drafts", "discard"),
    "template_of_writing": ("operations.writing_drafts", "make_template"),
    "writings": ("queries.written_drafts", "listed"),
    "access_writing": ("queries.written_drafts", "told"),
    "preview_draft": ("queries.previews", "of_draft"),
    "inspections": ("operations.inspection_desk", ""),  # the counter itself
    "b2b_advised": ("queries.b2b", "advised"),
    "b2b_compared": ("queries.b2b", "compared"),
    "b2b_trades": ("queries.b2b", "trades"),
    "draft_summary": ("operations.summarising", "draft"),
    "summary_months": ("queries.summaries", "months"),
    "summaries_overdue": ("queries.summaries", "overdue"),
    "summary_deadline": ("queries.summaries", "deadline"),
    "summary_lists": ("queries.summaries", "lists"),
    "summary_standing": ("queries.summaries", "standing"),
    "summary_preview": ("queries.summaries", "preview"),
    "summary_applications": ("queries.summaries", "applications"),
    "declarations": ("queries.summaries", "declarations"),
    "access_declaration": ("queries.summaries", "access_declaration"),
    "declared_numbers": ("queries.summaries", "declared_numbers"),
}


if not TYPE_CHECKING:

    def __getattr__(name: str) -> Any:
        """A function of the desk, found when first asked for."""
        if name not in _LATER:
            raise AttributeError(f"module {__name__} has no attribute {name}")
        module, function = _LATER[name]
        there = import_module(f"pilotzone.rooms.clearance.{module}")
        found = getattr(there, function) if function else there
        globals()[name] = found
        return found


def said(cursor: Any, id_: int) -> tuple[Mapping[str, str], Sequence[Mapping[str, str]]]:
    """Head and lines of a document as its sender wrote them, personal fields among them; for the platform's own use.

    Raises KeyError where the caller's role sees no such document.
    """
    part = contents.parts(cursor, [id_])[id_]
    return part.head, part.lines


def state_words(state: str, code: str = "") -> tuple[str, str]:
    """A trade's state in Chinese and English; `code`: customs' return status where it gave the state."""
    return states.words(state, code)


def channel_refused() -> Refused:
    """The refusal of facts that are no day, amount or choice."""
    return SENTENCES.refused("rule.channel.input")


def receipt_message(message: str) -> str:
    """The message of a document's receipts: CEB621Message → CEB622Message."""
    return MESSAGES[message].receipt


__all__ = [
    "COMMIT",
    "CUSTOMS_REFERENCE",
    "FROM_CUSTOMS",
    "MESSAGES",
    "OVER",
    "PAYMENT_UPLOAD",
    "REFUSES",
    "RESTORE",
    "TABLES_BY_DAY",
    "UNDECIDED",
    "VOID",
    "WAITS",
    "WARNS",
    "WHOLE_LEDGER",
    "Answer",
    "Bill",
    "Book",
    "Channel",
    "Consignment",
    "CountedLine",
    "CountedList",
    "Declared",
    "Directory",
    "DocumentIn",
    "Effect",
    "Fault",
    "Firm",
    "LedgerList",
    "LedgerSlice",
    "Listed",
    "Mandated",
    "MessageIn",
    "Outcome",
    "Passed",
    "Ready",
    "Rule",
    "Settings",
    "Settlement",
    "Tolerance",
    "access_buyer_check",
    "access_change",
    "access_declaration",
    "access_mandate",
    "access_writing",
    "answered",
    "b2b_advised",
    "b2b_compared",
    "b2b_trades",
    "begin_change",
    "begin_writing",
    "bonded_faults",
    "buyer_answers",
    "buyer_checks",
    "buyer_key",
    "change_offers",
    "changes",
    "channel_advice",
    "channel_refused",
    "check_buyers",
    "chosen_drafts",
    "compose_drafts",
    "compose_payment_data",
    "counted_lists",
    "counters",
    "declarations",
    "declared_numbers",
    "deposit_payment_data",
    "discard_change",
    "discard_writing",
    "document",
    "documents_sent_by",
    "draft_summary",
    "drafts",
    "drafts_underway",
    "editions",
    "export_lines",
    "findings",
    "firm_of_code",
    "forget_payment_data",
    "forget_writings",
    "give_mandate",
    "grantable_kinds",
    "hand_in_payment_data",
    "hand_in_signed",
    "import_history",
    "inspections",
    "keep_change",
    "keep_writing",
    "kept_payment_data",
    "last_trade_of",
    "ledger_begins",
    "ledger_exceeds",
    "ledger_export",
    "ledger_lists",
    "listed_mandates",
    "mandates",
    "messages",
    "messages_sent_by",
    "open_personal",
    "order_states",
    "pack_assessment",
    "payment_data_asked",
    "payment_data_over",
    "payment_request",
    "payment_requests",
    "payment_requests_waiting",
    "prepare",
    "preview_draft",
    "readable",
    "receipt_message",
    "record_identity",
    "reopen_change",
    "revoke_mandate",
    "said",
    "save_change",
    "save_writing",
    "settle_payment_upload",
    "standing",
    "state_words",
    "submit_rows",
    "summaries_overdue",
    "summary_applications",
    "summary_deadline",
    "summary_declarations",
    "summary_lists",
    "summary_months",
    "summary_preview",
    "summary_standing",
    "sweep",
    "take_batch",
    "tell_line",
    "template_of_writing",
    "todo",
    "trade",
    "trades",
    "urge",
    "writings",
    "writings_over",
]
