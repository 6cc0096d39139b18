"""Tables of the room, by what they hold. The flood's are made by SQL and only read; the desk's are Django's."""

from __future__ import annotations

from pilotzone.rooms.clearance.models.authorities import Mandate
from pilotzone.rooms.clearance.models.buyers import BuyerAnswer, BuyerCheck, Identity
from pilotzone.rooms.clearance.models.desk import Change, Signing, Urge, Writing
from pilotzone.rooms.clearance.models.documents import Document, Message, Receipt, Trade
from pilotzone.rooms.clearance.models.inspections import (
    Inspection,
    InspectionEvidence,
    InspectionFacility,
    InspectionList,
    InspectionObjection,
    InspectionOpening,
    InspectionProposal,
    InspectionResult,
    InspectionRules,
    LiaisonCase,
    LiaisonContact,
    ReleaseMonth,
    ReleaseStudy,
)
from pilotzone.rooms.clearance.models.payment_data import PaymentData, PaymentRequest
from pilotzone.rooms.clearance.models.summaries import Declaration, DeclarationLine, Leg, Summary, SummaryItem

__all__ = [
    "BuyerAnswer", "BuyerCheck", "Change", "Declaration", "DeclarationLine", "Document", "Identity", "Inspection", "InspectionEvidence", "InspectionFacility",
    "InspectionList", "InspectionObjection", "InspectionOpening", "InspectionProposal", "InspectionResult", "InspectionRules",
    "Leg", "LiaisonCase", "LiaisonContact", "Mandate", "Message", "PaymentData", "PaymentRequest", "Receipt", "ReleaseMonth",
    "ReleaseStudy", "Signing", "Summary", "SummaryItem", "Trade", "Urge", "Writing",
]  # fmt: skip
