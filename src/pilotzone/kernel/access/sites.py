"""District sub-platforms: opened, changed and closed; who joined them; how many districts have one."""

from __future__ import annotations

import hashlib
import logging
import re
import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from pilotzone.base.errors import Denied, Refused
from pilotzone.base.sentences import Sentences
from pilotzone.base.texts import whole
from pilotzone.base.written import plain
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import DISTRICT, PLATFORM, SYSTEM, ZONE, Actor
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.models import Organisation, Site, SiteProvider, Unit
from pilotzone.kernel.access.scope import current, scope
from pilotzone.reference.tables import SHIPPED

log = logging.getLogger("pilotzone.sites")
_SLUG = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,38}[a-z0-9])?")
_PNG = b"\x89PNG\r\n\x1a\n"
LOGO_BYTES, LOGO_SIDE = 200 * 1024, 1024
MOST_LINKS, MOST_NOTICES = 12, 20
_SOURCE = "data/sites/menu.yaml"

SENTENCES = Sentences(
    {
        "kernel.site.slug": ("网址名只能用小写字母、数字和连字符，2至40个", "The address name is 2 to 40 lower-case letters, digits and hyphens", _SOURCE, "district", "改正网址名", "Correct it"),
        "kernel.site.name": ("须有中文名称（不超过80字）和英文名称（不超过120字）", "Give a Chinese name (at most 80 characters) and an English one (at most 120)", _SOURCE, "district", "补全名称", "Give both names"),
        "kernel.site.unit": ("没有这一县区或开发区，或它在当日不存在", "There is no such county or development zone on that day", "data/units", "zone", "核对单位", "Check the unit"),
        "kernel.site.taken": ("该单位已有分平台，或网址名、名称已被使用", "The unit has a platform already, or the address name or the name is taken", _SOURCE, "zone", "换一个名称，或修改已有的分平台", "Take another name, or change the platform there is"),
        "kernel.site.accent": ("没有这一主色", "There is no such colour", _SOURCE, "district", "从列表中选择", "Choose one of the list"),
        "kernel.site.menu": ("没有栏目“{key}”", "There is no menu entry “{key}”", _SOURCE, "district", "从列表中选择", "Choose from the list"),
        "kernel.site.links": ("自有链接至多{most}条，须有名称，地址以https://或/开头", "At most {most} own links, each with a name and an address that begins with https:// or /", _SOURCE, "district", "改正链接", "Correct the links"),
        "kernel.site.notices": ("公告至多{most}条，每条须有起始日和中文内容", "At most {most} notices, each with a first day and Chinese words", _SOURCE, "district", "改正公告", "Correct the notices"),
        "kernel.site.logo": ("标志须为PNG图片，不超过{most}KB，边长不超过{side}像素", "The logo is a PNG of at most {most} KB and {side} pixels a side", _SOURCE, "district", "换一张图片", "Take another picture"),
        "kernel.site.moved": ("分平台刚被他人修改", "Somebody else has just changed this platform", _SOURCE, "district", "刷新后再改", "Open it again, then change it"),
        "kernel.site.provider": ("没有编码为{number}的单位，或它已加入", "There is no body {number}, or it has joined already", _SOURCE, "district", "核对统一社会信用代码或海关编码", "Check the credit code or customs code"),
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Coverage:
    """Districts that existed on a day, and those of them with a platform open that day."""

    districts: int
    open: int
    missing: tuple[str, ...]

    @property
    def percent(self) -> int:
        """Whole percent, rounded down: 100 only where none is missing."""
        return self.open * 100 // self.districts if self.districts else 0


@lru_cache(maxsize=1)
def choices() -> dict[str, dict[str, dict[str, str]]]:
    """{accents, menu}: what a platform may be made of, from data/sites/menu.yaml."""
    raw: dict[str, dict[str, dict[str, str]]] = plain((SHIPPED / "sites" / "menu.yaml").read_text(encoding="utf-8"))
    return raw


def open_site(*, unit: str, facts: Mapping[str, Any], logo: bytes | None, at: datetime, on: date) -> Site:
    """Open a district's platform; by the zone office. `facts` as `checked` takes them. Refused `kernel.site.*`."""
    actor = _manages(None)
    found = districts(on).filter(code=unit).first()
    if found is None:
        raise SENTENCES.refused("kernel.site.unit", by_field={"unit": unit[:40]})
    slug = str(facts.get("slug", ""))
    if not _SLUG.fullmatch(slug) or len(slug) < 2:
        raise SENTENCES.refused("kernel.site.slug", by_field={"slug": slug[:40]})
    values = checked(facts) | _logo(logo)
    try:
        with transaction.atomic():
            site = Site.objects.create(
                slug=slug,
                unit=found,
                unit_path=found.path,
                since=on,
                changed_at=at,
                opened_by_id=actor.person,
                **values,
            )
    except IntegrityError:
        raise _taken(slug, slug=slug, name_zh=values["name_zh"]) from None
    audit.record("site.open", object_kind="site", object_id=slug, after={"unit": found.path, "name": values["name_zh"]})
    return site


def change_site(*, slug: str, version: int, facts: Mapping[str, Any], logo: bytes | None, at: datetime) -> Site:
    """Change a platform; by the zone office or its own district. `logo` None keeps it, empty bytes remove it."""
    site = Site.objects.select_for_update().filter(slug=slug).first()
    _manages(site)
    if site is None:
        raise _unknown()
    if site.version != version:
        raise SENTENCES.refused("kernel.site.moved")
    values = checked(facts) | (_logo(logo) if logo is not None else {})
    before = {name: getattr(site, name) for name in values if name not in ("logo",)}
    for name, value in values.items():
        setattr(site, name, value)
    site.version, site.changed_at = version + 1, at
    try:
        with transaction.atomic():
            site.save()
    except IntegrityError:
        raise _taken(slug, name_zh=values["name_zh"]) from None
    after = {name: value for name, value in values.items() if name in before and before[name] != value}
    audit.record("site.change", object_kind="site", object_id=slug, before={n: before[n] for n in after}, after=after)
    return site


def _taken(which: str, /, **by_field: str) -> Refused:
    """Refused `kernel.site.taken`, and logged: two of the zone want one name."""
    log.warning("kernel.site.taken %s", which)
    return SENTENCES.refused("kernel.site.taken", by_field=by_field)


def close_site(*, slug: str, on: date, reason: str) -> None:
    """Close a platform from the day after; what was there stays on record."""
    _manages(None)
    reason = whole(reason, 200, "理由", "The reason", field="reason")
    site = Site.objects.select_for_update().filter(slug=slug, until=None).first()
    if site is None:
        raise _unknown()
    site.until = max(on, site.since)
    site.save(update_fields=["until"])
    audit.record("site.close", object_kind="site", object_id=slug, after={"until": on.isoformat()}, reason=reason)


def join(*, slug: str, code: str, service_zh: str, service_en: str, on: date) -> None:
    """A service provider joins, named by credit or customs code. Refused `kernel.site.provider`, `kernel.site.name`."""
    site = Site.objects.filter(slug=slug, until=None).first()
    _manages(site)
    firm = (
        Organisation.acting(on).filter(Q(uscc=code) | Q(customs_code=code), cancelled_on=None).first() if code else None
    )
    if site is None or firm is None:
        raise SENTENCES.refused("kernel.site.provider", number=code[:20], by_field={"code": code[:20]})
    if not service_zh.strip() or len(service_zh) > 120 or len(service_en) > 200:
        raise SENTENCES.refused("kernel.site.name", by_field={"service_zh": service_zh[:120]})
    try:
        with transaction.atomic():
            SiteProvider.objects.create(
                site=site, organisation=firm, service_zh=service_zh.strip(), service_en=service_en.strip(), since=on
            )
    except IntegrityError:
        raise SENTENCES.refused("kernel.site.provider", number=code[:20], by_field={"code": code[:20]}) from None
    audit.record("site.join", object_kind="site", object_id=slug, after={"organisation": firm.pk})


def leave(*, slug: str, provider: int, on: date) -> None:
    """A service provider leaves."""
    _manages(Site.objects.filter(slug=slug).first())
    changed = SiteProvider.objects.filter(pk=provider, site__slug=slug, until=None).update(until=on)
    if not changed:
        raise _unknown()
    audit.record("site.leave", object_kind="site", object_id=slug, after={"provider": provider})


def checked(facts: Mapping[str, Any]) -> dict[str, Any]:
    """A platform's facts with everything in order: name_zh, name_en, accent, intro_*, menu, links, notices, prereview."""
    zh, en = (str(facts.get(name, "")).strip() for name in ("name_zh", "name_en"))
    if not zh or not en or len(zh) > 80 or len(en) > 120:
        raise SENTENCES.refused("kernel.site.name", by_field={"name_zh": zh[:80], "name_en": en[:120]})
    accent = str(facts.get("accent", ""))
    if accent not in choices()["accents"]:
        raise SENTENCES.refused("kernel.site.accent", by_field={"accent": accent[:20]})
    menu = [str(key) for key in facts.get("menu", ())]
    if strange := [key for key in menu if key not in choices()["menu"]]:
        raise SENTENCES.refused("kernel.site.menu", key=strange[0][:40], by_field={"menu": strange[0][:40]})
    return {
        "name_zh": zh, "name_en": en, "accent": accent, "menu": list(dict.fromkeys(menu)), "links": _links(facts.get("links", ())),
        "intro_zh": whole(str(facts.get("intro_zh", "")), 1000, "中文简介", "The Chinese introduction", field="intro_zh"),
        "intro_en": whole(str(facts.get("intro_en", "")), 2000, "英文简介", "The English introduction", field="intro_en"),
        "notices": _notices(facts.get("notices", ())), "prereview": bool(facts.get("prereview", True)),
    }  # fmt: skip


def districts(on: date) -> QuerySet[Unit]:
    """Counties and development zones that existed on that day."""
    alive = (Q(valid_from=None) | Q(valid_from__lte=on)) & (Q(valid_to=None) | Q(valid_to__gte=on))
    return Unit.objects.filter(alive, kind="district").order_by("path")


def sites(on: date) -> QuerySet[Site]:
    """The platforms open on a day."""
    return (
        Site.objects.filter(Q(until=None) | Q(until__gte=on), since__lte=on)
        .select_related("unit")
        .order_by("unit_path")
    )


def site_of(slug: str, on: date) -> Site | None:
    """The platform at an address; None where there is none open on that day."""
    return sites(on).filter(slug=slug[:40].replace("\0", "")).first()


def providers(site: Site, on: date) -> QuerySet[SiteProvider]:
    """Who has joined and not left by a day."""
    found = SiteProvider.objects.filter(Q(until=None) | Q(until__gt=on), site=site, since__lte=on)
    return found.select_related("organisation").order_by("service_zh", "pk")


def coverage(on: date) -> Coverage:
    """How many of the districts of a day had their platform, for the whole zone."""
    with scope(PLATFORM):
        whole = list(districts(on))
        have = set(sites(on).values_list("unit_id", flat=True))
    missing = tuple(unit.name_zh for unit in whole if unit.pk not in have)
    return Coverage(len(whole), len(whole) - len(missing), missing)


def reviews(path: str, on: date) -> bool:
    """Whether filings of a district or of a part of it are reviewed there first: its platform says so, and so does having none."""
    steps = path.split(".")
    above = [".".join(steps[:n]) for n in range(len(steps), 0, -1)]
    found = dict(sites(on).filter(unit_path__in=above).values_list("unit_path", "prereview"))
    return next((found[one] for one in above if one in found), True)


def manages(site: Site | None) -> bool:
    """Whether the caller may change this platform (None: open new ones)."""
    actor = current()
    if actor.kind == SYSTEM or (actor.kind == ZONE and may("access.manage")):
        return True
    return site is not None and actor.kind == DISTRICT and site.unit_path == actor.unit_path and may("filing.review")


def _manages(site: Site | None) -> Actor:
    if not manages(site):
        raise _unknown()
    return current()


def _unknown() -> Denied:
    return Denied(
        code="kernel.access.unknown",
        zh="没有这一对象，或您无权查看。",
        en="There is no such thing, or it is not yours to see.",
    )


def _links(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    found = [
        {name: whole(str(row.get(name, "")), 300, "链接", "A link", field="links") for name in ("zh", "en", "href")}
        for row in rows
    ]
    for row in found:
        safe = row["href"].startswith("https://") or (row["href"].startswith("/") and not row["href"].startswith("//"))
        if not row["zh"] or not safe or any(sign in row["href"] for sign in " \t\r\n<>\"'\\"):
            raise SENTENCES.refused("kernel.site.links", most=MOST_LINKS, by_field={"links": row["href"][:60]})
    if len(found) > MOST_LINKS:
        raise SENTENCES.refused("kernel.site.links", most=MOST_LINKS, by_field={"links": str(len(found))})
    return found


def _notices(rows: Sequence[Mapping[str, Any]]) -> list[dict[str, str]]:
    found = [
        {
            name: whole(str(row.get(name, "") or ""), 500, "公告", "A notice", field="notices")
            for name in ("from", "until", "zh", "en")
        }
        for row in rows
    ]
    for row in found:
        try:
            date.fromisoformat(row["from"])
            date.fromisoformat(row["until"] or row["from"])
        except ValueError:
            row["zh"] = ""
        if not row["zh"]:
            raise SENTENCES.refused("kernel.site.notices", most=MOST_NOTICES, by_field={"notices": row["from"][:20]})
    if len(found) > MOST_NOTICES:
        raise SENTENCES.refused("kernel.site.notices", most=MOST_NOTICES, by_field={"notices": str(len(found))})
    return found


def _logo(body: bytes | None) -> dict[str, Any]:
    """A PNG as it came, or none; nothing else is ever served."""
    if not body:
        return {"logo": b"", "logo_sha256": ""}
    wide, high = struct.unpack(">II", body[16:24]) if len(body) >= 33 and body.startswith(_PNG) else (0, 0)
    if len(body) > LOGO_BYTES or not (0 < wide <= LOGO_SIDE and 0 < high <= LOGO_SIDE) or body[12:16] != b"IHDR":
        raise SENTENCES.refused("kernel.site.logo", most=LOGO_BYTES // 1024, side=LOGO_SIDE, by_field={"logo": ""})
    return {"logo": body, "logo_sha256": hashlib.sha256(body).hexdigest()}
