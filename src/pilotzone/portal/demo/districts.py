"""The demonstration's sub-platforms, opened by the form's own operation: every district of the zone's clock has its own but one,
which is left for whoever tries the form."""

from __future__ import annotations

from pilotzone.kernel import clock
from pilotzone.kernel.access import sites
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.demo.firms import of_role

ACCENTS = ("vermilion", "blue", "green", "teal", "purple", "brown")
LEFT = "WANLI"  # 湾里管理局
MENU = ["filing", "declare", "track", "services", "goals"]


def open_all() -> int:
    """Open a platform for every district that has none but the one left free; how many. Twice opens nothing twice."""
    with scope(PLATFORM):
        on, at = clock.today(), clock.now()
        have = set(sites.sites(on).values_list("unit_id", flat=True))
        made = 0
        for at_row, unit in enumerate(sites.districts(on)):
            if unit.pk in have or unit.code == LEFT:
                continue
            facts = {
                "slug": f"d{unit.code.lower()}", "name_zh": f"{unit.name_zh}跨境电商分平台（演示）",
                "name_en": f"{unit.name_en}: cross-border e-commerce platform (demonstration)",
                "accent": ACCENTS[at_row % len(ACCENTS)], "menu": MENU, "prereview": True,
                "notices": [{"from": on.isoformat(), "until": "", "zh": "分平台开通（合成数据）", "en": "The platform is open (synthetic data)"}],
            }  # fmt: skip
            site = sites.open_site(unit=unit.code, facts=facts, logo=None, at=at, on=on)
            made += 1
            _join(site.slug, at_row)
    return made


def _join(slug: str, number: int) -> None:
    """Let one service enterprise of the demonstration join, where it was founded."""
    firms = list(of_role("service"))
    if not firms:
        return
    code = firms[number % len(firms)].uscc
    if Organisation.objects.filter(uscc=code).exists():
        sites.join(
            slug=slug,
            code=code,
            service_zh="代理出口、收结汇、退税申报",
            service_en="Export agency, foreign exchange, refunds",
            on=clock.today(),
        )
