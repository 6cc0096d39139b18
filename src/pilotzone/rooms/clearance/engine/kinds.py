"""The kinds of documents the room keeps, as one table: message, key, parties, who may send.

Sources: ceb spec §1 (catalogue), §3 (fields), §6.3 (uniqueness), regulations §1.3 (who sends what).
"""

from __future__ import annotations

from dataclasses import dataclass

IMPORT, EXPORT = "I", "E"
ORDER, PAYMENT, WAYBILL, LIST = "order", "payment", "waybill", "list"
MONEY_RECEIPT, SIGNED_FOR, CANCEL, REFUND = "receipts", "status", "cancel", "refund"
ARRIVAL, DEPARTURE, BILL, SUMMARY, STORE, TALLY = "arrival", "departure", "bill", "summary", "store", "tally"

# field → the role its enterprise must hold (handbook §0.8)
ROLE_OF_FIELD = {
    "ebpCode": "ebp",
    "ebcCode": "ebc",
    "payCode": "pay",
    "logisticsCode": "logi",
    "agentCode": "agent",
    "areaCode": "area",
    "iacCode": "area",
    "operatorCode": "site",
}


@dataclass(frozen=True, slots=True)
class Kind:
    """One message's documents.

    `key`: head fields of the business key; `trade_key`: head fields that name the trade; `senders`: head fields
    whose enterprise may send it in its own name; `entrusted`: whether an express or post operator (or the
    seller's agent) with a mandate may send it for one of them; `personal`: fields that are sealed; `matched`:
    whether it takes part in the match; `reuse_after_months`: when its number may come again (§6.3).
    """

    message: str
    name: str
    flow: str
    number: int
    zh: str
    en: str
    key: tuple[str, ...]
    senders: tuple[str, ...]
    trade_key: tuple[str, ...] = ()
    entrusted: bool = False
    personal: tuple[str, ...] = ()
    matched: bool = False
    reuse_after_months: int = 0

    @property
    def receipt(self) -> str:
        """The message of its receipts, which name the document by the same key: always the next number."""
        return f"CEB{int(self.message[3:6]) + 1}Message"


_BUYER = ("buyerIdNumber", "buyerName", "buyerTelephone")
_CONSIGNEE = ("consignee", "consigneeTelephone", "consigneeAddress")

# fmt: off
_ALL = (
    Kind("CEB311Message", ORDER, IMPORT, 1, "进口订单", "import order",
         key=("ebpCode", "orderNo"), trade_key=("ebpCode", "orderNo"), senders=("ebpCode", "ebcCode"),
         entrusted=True, personal=(*_BUYER, *_CONSIGNEE, "buyerRegNo"), matched=True),
    Kind("CEB411Message", PAYMENT, IMPORT, 2, "支付单", "payment",
         key=("payCode", "payTransactionId"), trade_key=("ebpCode", "orderNo"), senders=("payCode",),
         entrusted=True, personal=("payerIdNumber", "payerName", "telephone"), matched=True),
    Kind("CEB511Message", WAYBILL, IMPORT, 3, "进口运单", "import waybill",
         key=("logisticsCode", "logisticsNo"), senders=("logisticsCode",),
         personal=_CONSIGNEE, matched=True, reuse_after_months=6),
    Kind("CEB621Message", LIST, IMPORT, 4, "进口清单", "import declaration list",
         key=("ebcCode", "copNo"), trade_key=("ebpCode", "orderNo"), senders=("agentCode", "ebcCode"),
         personal=(*_BUYER, "consigneeAddress"), matched=True),
    Kind("CEB513Message", SIGNED_FOR, IMPORT, 5, "运单状态", "waybill status",
         key=("logisticsCode", "logisticsNo", "logisticsStatus"), senders=("logisticsCode",)),
    Kind("CEB623Message", CANCEL, IMPORT, 6, "进口撤销申请单", "import cancellation",
         key=("ebcCode", "copNo"), trade_key=("ebpCode", "orderNo"), senders=("agentCode", "ebcCode"),
         personal=_BUYER),
    Kind("CEB625Message", REFUND, IMPORT, 7, "进口退货申请单", "import return",
         key=("ebcCode", "copNo"), trade_key=("ebpCode", "orderNo"), senders=("agentCode", "ebcCode"),
         personal=_BUYER),
    Kind("CEB711Message", STORE, IMPORT, 8, "入库明细单", "store list",
         key=("operatorCode", "copNo"), senders=("operatorCode",)),
    Kind("CEB303Message", ORDER, EXPORT, 11, "出口订单", "export order",
         key=("ebcCode", "orderNo"), trade_key=("ebcCode", "orderNo"), senders=("ebpCode", "ebcCode"),
         entrusted=True, matched=True),
    Kind("CEB403Message", MONEY_RECEIPT, EXPORT, 12, "收款单", "receipt of payment",
         key=("ebcCode", "orderNo"), trade_key=("ebcCode", "orderNo"), senders=("payCode", "ebcCode"),
         entrusted=True, matched=True),
    Kind("CEB505Message", WAYBILL, EXPORT, 13, "出口运单", "export waybill",
         key=("logisticsCode", "logisticsNo"), senders=("logisticsCode",),
         matched=True, reuse_after_months=6),
    Kind("CEB603Message", LIST, EXPORT, 14, "出口清单", "export declaration list",
         key=("ebcCode", "copNo"), trade_key=("ebcCode", "orderNo"), senders=("agentCode", "ebcCode"),
         matched=True),
    Kind("CEB605Message", CANCEL, EXPORT, 15, "出口撤销申请单", "export cancellation",
         key=("agentCode", "copNo"), senders=("agentCode", "ebcCode")),
    Kind("CEB507Message", ARRIVAL, EXPORT, 16, "运抵单", "arrival at the site",
         key=("operatorCode", "copNo", "msgSeqNo"), senders=("operatorCode", "logisticsCode")),
    Kind("CEB509Message", DEPARTURE, EXPORT, 17, "离境单", "departure",
         key=("logisticsCode", "copNo", "msgSeqNo"), senders=("logisticsCode",)),
    Kind("CEB607Message", BILL, EXPORT, 18, "清单总分单", "bill-of-lading list",
         key=("agentCode", "copNo", "msgSeqNo"), senders=("agentCode", "logisticsCode")),
    Kind("CEB701Message", SUMMARY, EXPORT, 19, "汇总申请单", "summary application",
         key=("agentCode", "copNo", "msgSeqNo"), senders=("agentCode", "ebcCode")),
    Kind("CEB213Message", REFUND, EXPORT, 20, "出口退货申请单", "export return",
         key=("ebcCode", "coElNo"), senders=("agentCode", "ebcCode")),
    Kind("CEB215Message", TALLY, EXPORT, 21, "退货理货明细单", "tally of returns",
         key=("operatorCode", "coElNo"), senders=("operatorCode",)),
)
# fmt: on

BY_MESSAGE = {kind.message: kind for kind in _ALL}
BY_NUMBER = {kind.number: kind for kind in _ALL}
BY_RECEIPT = {kind.receipt: kind for kind in _ALL}
TAX_BILL, TAX_BILL_STATUS, SUMMARY_RESULT, FORMAT_ERROR = (
    "CEB816Message",
    "CEB818Message",
    "CEB792Message",
    "CEB900Message",
)
FROM_CUSTOMS = frozenset({*BY_RECEIPT, TAX_BILL, TAX_BILL_STATUS, SUMMARY_RESULT, FORMAT_ERROR})
