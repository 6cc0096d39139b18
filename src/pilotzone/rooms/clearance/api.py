"""The door of the clearance room.

The pipeline's batch functions take a raw cursor; pages' questions and the desk's verbs run in the caller's scope and
load the ORM when first asked.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from pilotzone.base.errors import Refused
from pilotzone.base.later import later
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
    from pilotzone.rooms.clearance.queries.drafts import draft_messages, drafts
    from pilotzone.rooms.clearance.queries.drafts import underway as drafts_underway
    from pilotzone.rooms.clearance.queries.editions import of_trades as editions
    from pilotzone.rooms.clearance.queries.firms import by_trades as firms_by_trades
    from pilotzone.rooms.clearance.queries.ledger import (
        WHOLE_LEDGER,
        LedgerList,
        LedgerSlice,
        ledger_begins,
        ledger_exceeds,
        ledger_export,
        ledger_lists,
    )
    from pilotzone.rooms.clearance.queries.pages import counters, document, documents, trade, trades
    from pilotzone.rooms.clearance.queries.payment_data import kept as kept_payment_data
    from pilotzone.rooms.clearance.queries.payment_data import kept_before as kept_payment_data_before
    from pilotzone.rooms.clearance.queries.payment_data import request as payment_request
    from pilotzone.rooms.clearance.queries.payment_data import requests as payment_requests
    from pilotzone.rooms.clearance.queries.payment_data import waiting as payment_requests_waiting
    from pilotzone.rooms.clearance.queries.previews import of_draft as preview_draft
    from pilotzone.rooms.clearance.queries.refused import of_message as message_sent
    from pilotzone.rooms.clearance.queries.refused import of_trade as refused_for
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
# what pages and the desk ask for, loaded with the ORM when first asked: module → its functions (their docstrings say what
# they promise), `name=function` where the door's name is another, `name=` for the module itself
_LATER = {
    "operations.buyers": "check_buyers",
    "operations.changing": (
        "begin_change=begin discard_change=discard keep_change=keep reopen_change=reopen save_change=save"
    ),
    "operations.composing": "chosen_drafts=chosen compose_drafts=compose",
    "operations.inspection_desk": "inspections=",
    "operations.mandates": "give_mandate=give revoke_mandate=revoke",
    "operations.payment_data": "deposit_payment_data=deposit forget_payment_data=forget_ended payment_data_over=ended",
    "operations.payment_requests": "compose_payment_data=compose hand_in_payment_data=hand_in payment_data_asked=asked",
    "operations.signing": "hand_in_signed=hand_in",
    "operations.summarising": "draft_summary=draft",
    "operations.verbs": "import_history open_personal record_identity submit_rows tell_line urge",
    "operations.writing_drafts": (
        "begin_writing=begin discard_writing=discard forget_writings=forget_over keep_writing=keep "
        "save_writing=save template_of_writing=make_template writings_over=over"
    ),
    "queries.answers": "answered",
    "queries.authorities": "access_mandate=told firm_of_code=agent_of grantable_kinds=grantable listed_mandates=listed",
    "queries.b2b": "b2b_advised=advised b2b_compared=compared b2b_trades=trades",
    "queries.buyers": "access_buyer_check=access_check buyer_answers=answers buyer_checks=checks",
    "queries.changes": "change_offers=offers",
    "queries.drafts": "draft_messages drafts drafts_underway=underway",
    "queries.editions": "editions=of_trades",
    "queries.firms": "firms_by_trades=by_trades",
    "queries.ledger": "LedgerList LedgerSlice WHOLE_LEDGER ledger_begins ledger_exceeds ledger_export ledger_lists",
    "queries.pages": "counters document documents trade trades",
    "queries.payment_data": (
        "kept_payment_data=kept kept_payment_data_before=kept_before"
        " payment_request=request payment_requests=requests payment_requests_waiting=waiting"
    ),
    "queries.previews": "preview_draft=of_draft",
    "queries.refused": "message_sent=of_message refused_for=of_trade",
    "queries.released": "export_lines",
    "queries.statistics": "CountedLine CountedList counted_lists",
    "queries.subjects": "documents_sent_by=sent_by last_trade_of messages_sent_by",
    "queries.summaries": (
        "access_declaration declarations declared_numbers summaries_overdue=overdue "
        "summary_applications=applications summary_deadline=deadline summary_lists=lists "
        "summary_months=months summary_preview=preview summary_standing=standing"
    ),
    "queries.todo": "findings messages standing todo",
    "queries.written": "access_change=told changes=listed",
    "queries.written_drafts": "access_writing=told writings=listed",
}

if not TYPE_CHECKING:
    __getattr__ = later(__name__, _LATER)


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
    "COMMIT", "CUSTOMS_REFERENCE", "FROM_CUSTOMS", "MESSAGES", "OVER", "PAYMENT_UPLOAD", "REFUSES", "RESTORE",
    "TABLES_BY_DAY", "UNDECIDED", "VOID", "WAITS", "WARNS", "WHOLE_LEDGER", "Answer", "Bill", "Book", "Channel",
    "Consignment", "CountedLine", "CountedList", "Declared", "Directory", "DocumentIn", "Effect", "Fault", "Firm",
    "LedgerList", "LedgerSlice", "Listed", "Mandated", "MessageIn", "Outcome", "Passed", "Ready", "Rule",
    "Settings", "Settlement", "Tolerance", "access_buyer_check", "access_change", "access_declaration",
    "access_mandate", "access_writing", "answered", "b2b_advised", "b2b_compared", "b2b_trades", "begin_change",
    "begin_writing", "bonded_faults", "buyer_answers", "buyer_checks", "buyer_key", "change_offers", "changes",
    "channel_advice", "channel_refused", "check_buyers", "chosen_drafts", "compose_drafts", "compose_payment_data",
    "counted_lists", "counters", "declarations", "declared_numbers", "deposit_payment_data", "discard_change",
    "discard_writing", "document", "documents", "documents_sent_by", "draft_messages", "draft_summary", "drafts", "drafts_underway", "editions",
    "export_lines", "findings", "firm_of_code", "firms_by_trades", "forget_payment_data", "forget_writings", "give_mandate",
    "grantable_kinds", "hand_in_payment_data", "hand_in_signed", "import_history", "inspections", "keep_change",
    "keep_writing", "kept_payment_data", "kept_payment_data_before", "last_trade_of", "ledger_begins", "ledger_exceeds", "ledger_export",
    "ledger_lists", "listed_mandates", "mandates", "message_sent", "messages", "messages_sent_by", "open_personal", "order_states",
    "pack_assessment", "payment_data_asked", "payment_data_over", "payment_request", "payment_requests",
    "payment_requests_waiting", "prepare", "preview_draft", "readable", "receipt_message", "record_identity",
    "refused_for", "reopen_change", "revoke_mandate", "said", "save_change", "save_writing", "settle_payment_upload", "standing",
    "state_words", "submit_rows", "summaries_overdue", "summary_applications", "summary_deadline",
    "summary_declarations", "summary_lists", "summary_months", "summary_preview", "summary_standing", "sweep",
    "take_batch", "tell_line", "template_of_writing", "todo", "trade", "trades", "urge", "writings",
    "writings_over",
]  # fmt: skip
