"""What each department finds at its desk today and what its desk will hold: honest about what is not built."""

from __future__ import annotations

from dataclasses import dataclass

from django.utils.translation import gettext_noop as _

CUSTOMS, TAX, OTHER = "customs", "tax", "other"


@dataclass(frozen=True)
class Coming:
    """Something that will come to a desk: what, and the part of the platform it comes with (Chinese msgids)."""

    what: str
    where: str


COMING: dict[str, tuple[Coming, ...]] = {
    "samr": (Coming(_("信用档案、评级与公示"), _("信用")), Coming(_("商品质量与消费投诉线索"), _("风险"))),
    "post": (Coming(_("寄递企业的运单里程碑与时效"), _("智慧物流")),),
    "pboc": (Coming(_("金融产品与授权"), _("金融服务")),),
    "cbirc": (Coming(_("金融产品与授权"), _("金融服务")),),
    "police": (Coming(_("风险线索协查与联合布控"), _("风险")),),
    "security": (Coming(_("风险线索协查与联合布控"), _("风险")),),
    "commerce": (Coming(_("园区认定与扶持政策"), _("园区")),),
}


def desk_of(unit: str) -> str:
    """Which desk a department works at, by the path of its unit."""
    part = department(unit)
    return part if part in (CUSTOMS, TAX) else OTHER


def department(unit: str) -> str:
    """The code of the department a unit belongs to: zone.samr.x → samr."""
    parts = unit.split(".")
    return parts[1] if len(parts) > 1 else ""


def coming(unit: str) -> tuple[Coming, ...]:
    """What a department's desk will hold; nothing where all of it is there."""
    return COMING.get(department(unit), ())
