"""无票免税: the four conditions of 财税〔2018〕103号, each with its answer (handbook §3.2)."""

from __future__ import annotations

from dataclasses import dataclass

from pilotzone.reference.rates import Rate, rates_on
from pilotzone.rooms.tax.engine.export.line import NONE, ExportLine, Proofs, Taxpayer
from pilotzone.rooms.tax.engine.parameters import Parameters

SWITCH = "export.noinvoice_exempt"
MODES, PREFIX = "export.noinvoice.modes", "export.noinvoice.customs_prefix"
CANCELLED = "refund.cancelled."


@dataclass(frozen=True, slots=True)
class Condition:
    """One condition: its letter, words, whether it holds, and the reason to give where it does not."""

    letter: str
    zh: str
    en: str
    holds: bool
    code: str

    def as_dict(self) -> dict[str, object]:
        """Plain data for a page or an API."""
        return {"letter": self.letter, "zh": self.zh, "en": self.en, "holds": self.holds, "code": self.code}


def conditions(line: ExportLine, firm: Taxpayer, proofs: Proofs, law: Parameters) -> tuple[Condition, ...]:
    """The four, in the order of the document. Raises Gap where the rule is not in force on the day of `law`."""
    law[SWITCH]
    districts, modes = law.text(PREFIX), law.text(MODES).split()
    in_place = line.customs.startswith(districts) and line.mode in modes
    return (
        Condition(
            "a", "在综试区注册，并在线上综合服务平台登记六项信息", "registered in the zone, with the six fields on the platform",
            firm.in_zone and proofs.registered, "rule.export.not_registered",
        ),
        Condition(
            "b", "通过综试区所在地海关办理电子商务出口申报手续", "export formalities at the customs of the zone's location",
            in_place and proofs.declared, "rule.export.elsewhere",
        ),
        Condition(
            "c", "不属于明确取消出口退（免）税的货物", "not among goods whose refund or exemption was cancelled",
            cancelled(line.hs, law) is None, "rule.export.cancelled",
        ),
        Condition(
            "d", "未取得有效进货凭证", "no valid purchase voucher was obtained",
            proofs.voucher == NONE, "rule.export.has_voucher",
        ),
    )  # fmt: skip


def cancelled(hs: str, law: Parameters) -> Rate | None:
    """The entry of the list of cancelled refunds that names these goods on the day of `law`; None where none does."""
    for entry in rates_on(CANCELLED, on=law.on):
        if hs.startswith(tuple(str(entry.value).split())):
            law.text(entry.key)
            return entry
    return None
