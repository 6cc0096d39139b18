"""The tables of the room: retail import and the export side."""

from pilotzone.rooms.tax.models.agency import RefundAgency
from pilotzone.rooms.tax.models.export import (
    ExportFirm,
    ExportMatch,
    ExportRegistration,
    ExportRelease,
    ExportReturn,
    PromotionYear,
)
from pilotzone.rooms.tax.models.refunds import Prerefund, RefundAccount, RefundEntry, RefundFiling, RefundLine
from pilotzone.rooms.tax.models.retail import (
    GuaranteeAccount,
    GuaranteeEntry,
    GuaranteeHold,
    GuaranteePaper,
    QuotaBalance,
    QuotaEntry,
    QuotaHold,
    TaxBill,
    TaxPayment,
)

__all__ = [
    "ExportFirm",
    "ExportMatch",
    "ExportRegistration",
    "ExportRelease",
    "ExportReturn",
    "GuaranteeAccount",
    "GuaranteeEntry",
    "GuaranteeHold",
    "GuaranteePaper",
    "Prerefund",
    "PromotionYear",
    "QuotaBalance",
    "QuotaEntry",
    "QuotaHold",
    "RefundAccount",
    "RefundAgency",
    "RefundEntry",
    "RefundFiling",
    "RefundLine",
    "TaxBill",
    "TaxPayment",
]
