"""The lawful channel of a consignment by mail or express, named from the facts of the deal; the tax follows the channel, never leads to it.

Sources: 财关税〔2016〕18号, 海关总署公告2018年第194号 (retail), 2010年第43号 (mail), 2016年第19号 (classes of express), regulations §1.1, §2.8.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pilotzone.reference import rates
from pilotzone.rooms.clearance.engine.kinds import EXPORT, IMPORT
from pilotzone.rooms.clearance.errors import SENTENCES, Reason

MAIL, EXPRESS = "mail", "express"
CARRIERS = (MAIL, EXPRESS)
# what is told: who sells to whom decides, not what is cheaper
RETAIL_IMPORT, RETAIL_EXPORT, DOCUMENTS, MAIL_ARTICLE, B_CLASS, C_CLASS, GENERAL, B2B_EXPORT = (
    "retail_import", "retail_export", "documents", "mail_article", "express_b", "express_c", "general", "b2b_export",
)  # fmt: skip
WORDS = {
    RETAIL_IMPORT: ("跨境电商零售进口（9610、1210）", "retail import (9610, 1210)"),
    RETAIL_EXPORT: ("跨境电商零售出口（9610）", "retail export (9610)"),
    B2B_EXPORT: ("跨境电商B2B出口（9710、9810）", "B2B export (9710, 9810)"),
    DOCUMENTS: ("A类快件（文件）或信件", "class A express (documents) or letters"),
    MAIL_ARTICLE: ("个人邮递物品", "personal articles by post"),
    B_CLASS: ("B类快件（个人物品）", "class B express (personal articles)"),
    C_CLASS: ("C类快件（低值货物）", "class C express (low-value goods)"),
    GENERAL: ("一般贸易报关（0110）", "customs declaration, ordinary trade (0110)"),
}  # fmt: skip
RETAIL_TAX, PARCEL_TAX, DUTY, NO_TAX = "retail", "parcel", "duty", "none"
C_CAP = "express.c_class.max_value"


@dataclass(frozen=True, slots=True)
class Consignment:
    """The facts: `platform_sale` bought or sold on a platform; `business_buyer` a firm buys; `personal` between persons, for own use.

    `listed`: on the positive list, None where nobody knows; `controlled`: licence, quota or statutory inspection;
    `value` in yuan; `one_indivisible`: a single article that cannot be divided; `from_hkmotw`: from Hong Kong, Macao, Taiwan.
    """

    on: date
    flow: str
    carrier: str
    value: Decimal
    platform_sale: bool = False
    business_buyer: bool = False
    personal: bool = False
    documents: bool = False
    listed: bool | None = None
    data_sent: bool = True
    controlled: bool = False
    one_indivisible: bool = False
    from_hkmotw: bool = False


@dataclass(frozen=True, slots=True)
class Channel:
    """The channel, what it is taxed by (retail, parcel, duty, none), why, and whether all is given that it asks for."""

    code: str
    taxed_by: str
    reasons: tuple[Reason, ...]
    complete: bool = True

    @property
    def words(self) -> tuple[str, str]:
        """Its name in Chinese and English."""
        return WORDS[self.code]


def channel(facts: Consignment) -> Channel:
    """The lawful channel of a consignment. Refused `rule.channel.input` where the facts contradict each other."""
    if (
        facts.flow not in (IMPORT, EXPORT)
        or facts.carrier not in CARRIERS
        or not facts.value.is_finite()
        or facts.value < 0
    ):
        raise SENTENCES.refused("rule.channel.input")
    if facts.platform_sale and facts.personal:
        raise SENTENCES.refused("rule.channel.sale_or_gift")
    if facts.documents:
        return Channel(DOCUMENTS, NO_TAX, (SENTENCES.reason("rule.channel.documents"),))
    if facts.platform_sale:
        return _sale(facts)
    return _personal(facts) if facts.personal else _goods(facts)


def _sale(facts: Consignment) -> Channel:
    if facts.flow == EXPORT:
        code = "rule.channel.b2b_export" if facts.business_buyer else "rule.channel.retail_export"
        return Channel(B2B_EXPORT if facts.business_buyer else RETAIL_EXPORT, NO_TAX, (SENTENCES.reason(code),))
    if facts.business_buyer:
        return _goods(facts, SENTENCES.reason("rule.channel.firm_buys"))
    told = [SENTENCES.reason("rule.channel.retail_import")]
    if facts.listed is False:
        return Channel(GENERAL, DUTY, (*told, SENTENCES.reason("rule.channel.not_listed")))
    single = rates.rate("import.limit.single", on=facts.on)
    if facts.value > single.number and not facts.one_indivisible:
        told.append(
            SENTENCES.reason("rule.channel.over_limit", source=source(single), value=facts.value, limit=single.value)
        )
        return Channel(GENERAL, DUTY, tuple(told))
    if facts.listed is None:
        told.append(SENTENCES.reason("rule.channel.list_unknown"))
    if not facts.data_sent:
        told.append(SENTENCES.reason("rule.channel.data_missing"))
    return Channel(RETAIL_IMPORT, RETAIL_TAX, tuple(told), complete=facts.data_sent and facts.listed is True)


def _personal(facts: Consignment) -> Channel:
    code = MAIL_ARTICLE if facts.carrier == MAIL else B_CLASS
    told = [
        SENTENCES.reason("rule.channel.personal_mail" if facts.carrier == MAIL else "rule.channel.personal_express")
    ]
    cap = rates.rate("parcel.value_cap.hkmotw" if facts.from_hkmotw else "parcel.value_cap.other", on=facts.on)
    if facts.value > cap.number and not facts.one_indivisible:
        told.append(SENTENCES.reason("rule.channel.over_cap", source=source(cap), value=facts.value, cap=cap.value))
        return _goods(facts, *told)
    if facts.value > cap.number:
        told.append(SENTENCES.reason("rule.channel.indivisible", source=source(cap), cap=cap.value))
    return Channel(code, PARCEL_TAX if facts.flow == IMPORT else NO_TAX, tuple(told))


def _goods(facts: Consignment, *told: Reason) -> Channel:
    """Goods of a trade, samples, or articles beyond what a person may send."""
    tax = DUTY if facts.flow == IMPORT else NO_TAX
    cap = rates.rate(C_CAP, on=facts.on)
    if facts.carrier == EXPRESS and facts.value <= cap.number and not facts.controlled:
        low = SENTENCES.reason("rule.channel.low_value", source=source(cap), cap=cap.value)
        return Channel(C_CLASS, tax, (*told, low))
    if facts.controlled:
        return Channel(GENERAL, tax, (*told, SENTENCES.reason("rule.channel.controlled")))
    return Channel(GENERAL, tax, (*told, SENTENCES.reason("rule.channel.goods", source=source(cap), cap=cap.value)))


def source(law: rates.Rate) -> str:
    """The document behind a value."""
    return f"{law.document}{law.article}"
