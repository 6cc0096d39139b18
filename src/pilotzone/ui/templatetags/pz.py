"""`{% load pz %}`: the components of every page. Each takes plain data and works without script."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote
from zlib import crc32

from django import template
from django.template.loader_tags import BLOCK_CONTEXT_KEY
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import get_language, gettext

from pilotzone.base.days import SHANGHAI
from pilotzone.kernel import masking
from pilotzone.kernel.access.doors import may
from pilotzone.kernel.access.roles import role
from pilotzone.ui import numbers
from pilotzone.ui.charts import Chart
from pilotzone.ui.listing import Listing
from pilotzone.ui.menus import stands
from pilotzone.ui.sources import address
from pilotzone.ui.states import PARTIES, light_of, state_of
from pilotzone.ui.wording import said

register = template.Library()
_PLACE = re.compile(r"/(CEB\d{3})Message(?:/(.*))?")
MASKS = {
    "name": masking.mask_name,
    "phone": masking.mask_phone,
    "id": masking.mask_id,
    "address": masking.mask_address,
}


@register.simple_tag
def script(name: str) -> SafeString:
    """A deferred script with its fingerprint; nothing where set-up has not fetched the file."""
    found = address(name)
    return format_html('<script src="{}" defer></script>', found) if found else SafeString("")


@register.simple_tag
def stylesheet(name: str) -> SafeString:
    """A stylesheet with its fingerprint; nothing where the file is missing."""
    found = address(name)
    return format_html('<link rel="stylesheet" href="{}">', found) if found else SafeString("")


@register.simple_tag
def asset(name: str) -> str:
    """The address of a static file, changing with its content."""
    return address(name)


@register.simple_tag
def path(wanted: str) -> str:
    """The path itself where a page of this installation stands there, else empty: no dead links."""
    return wanted if stands(wanted) else ""


@register.simple_tag(takes_context=True)
def title_again(context: template.Context) -> SafeString:
    """The page's block `title` once more, for its heading: Django renders a block in one place only."""
    blocks = context.render_context.get(BLOCK_CONTEXT_KEY)
    block = blocks.get_block("title") if blocks else None
    return block.render(context) if block else SafeString("")


@register.filter
def text(value: object, field: str = "") -> str:
    """The sentence of a thing in the reader's language: `{{ finding|text }}`, `{{ finding|text:"mend" }}`."""
    return said(value, field, get_language() or "zh-hans")


@register.filter
def field_address(place: object) -> str:
    """Where the field a finding stands at is documented: /CEB311Message/Order[1]/OrderHead/orderNo → its row; else empty."""
    found = _PLACE.fullmatch(str(place or ""))
    if not found or not stands(f"/messages/{found[1]}/"):
        return ""
    steps = [step.partition("[")[0] for step in (found[2] or "").split("/") if step]
    mark = ".".join(steps[-2:])
    return f"/messages/{found[1]}/#{mark}" if mark else f"/messages/{found[1]}/"


@register.filter
def allowed(action: str) -> bool:
    """Whether the caller may do this (an action of data/units/roles.yaml): what a link leads to is guarded all the same."""
    return may(action)


@register.filter
def role_word(code: str) -> str:
    """A role's code as its word in the reader's language."""
    return said(role(code), "", get_language() or "zh-hans")


@register.filter
def money(value: object) -> str:
    """`1234.5` as 1,234.50."""
    return numbers.money(value)


@register.filter
def grouped(value: object) -> str:
    """`1234567` as 1,234,567."""
    return numbers.grouped(value)


@register.filter
def scaled(value: object) -> str:
    """`123456789` as 1.23 亿, in English 123.46 M."""
    return numbers.scaled(value, get_language() or "zh-hans")


@register.filter
def moment(value: object) -> str:
    """A time as officials write it, in Shanghai: 2021-11-11 00:05:09; a day as 2021-11-11."""
    if isinstance(value, datetime):
        return (value.astimezone(SHANGHAI) if value.tzinfo else value).strftime("%Y-%m-%d %H:%M:%S")
    return str(value) if value else numbers.DASH


@register.simple_tag
def state(key: object) -> SafeString:
    """The state of a trade or document as a word in its tone."""
    found = state_of(key)
    word = gettext(found.word) if found.word else found.word
    return format_html('<span class="state tone-{}">{}</span>', found.tone, word)


@register.simple_tag
def light(colour: object, word: str = "") -> SafeString:
    """绿灯 正常, 黄灯 临期, 红灯 滞后: always lamp and word; `word` says more than the usual one."""
    found = light_of(colour)
    return format_html(
        '<span class="light tone-{}"><span class="lamp" aria-hidden="true"></span>{}</span>',
        found.tone,
        word or gettext(found.word),
    )


@register.simple_tag
def party(codes: object) -> str:
    """Whose turn or error it is, in words; several codes are separated by commas."""
    joint = ", " if (get_language() or "").startswith("en") else "、"
    return joint.join(gettext(PARTIES[code]) if code in PARTIES else code for code in str(codes or "").split(","))


@register.simple_tag
def masked(value: object, kind: str) -> SafeString:
    """A personal value as a page may show it: kind name, phone, id or address."""
    hidden = MASKS[kind](str(value or ""))
    return format_html('<span class="masked" title="{}">{}</span>', gettext("已脱敏"), hidden or numbers.DASH)


@register.inclusion_tag("ui/components/progress.html")
def progress(done: object, total: object, label: str) -> dict[str, object]:
    """How far a long job is, as a bar and as words."""
    return {"done": done, "total": total, "label": label, "share": numbers.share(done, total)}


@register.inclusion_tag("ui/components/timeline.html")
def timeline(lines: Iterable[Any]) -> dict[str, object]:
    """What happened, oldest first: each with at, zh, en, and where known state, holder_name, source, code."""
    return {"lines": list(lines)}


@register.inclusion_tag("ui/components/facts.html")
def facts(rows: Iterable[tuple[str, object]] | Mapping[str, object]) -> dict[str, object]:
    """Names and values of one thing; values may be ready HTML of another tag."""
    return {"rows": list(rows.items()) if isinstance(rows, Mapping) else list(rows)}


@register.inclusion_tag("ui/components/findings.html")
def findings(items: Iterable[Any]) -> dict[str, object]:
    """Why something was refused: code, sentence, source, whose error it is, how to mend it, where it stands."""
    return {"items": list(items)}


@register.inclusion_tag("ui/components/why.html")
def why(node: Mapping[str, Any]) -> dict[str, object]:
    """An amount unfolded: zh, en, amount, formula, parameters (key, value, from, document, article, link), parts."""
    return {"node": node}


@register.inclusion_tag("ui/components/data_list.html", takes_context=True)
def data_list(context: template.Context, listing: Listing) -> dict[str, object]:
    """A list of a workbench: filter bar, batch bar, table, pager, export, empty state."""
    return {"listing": listing, "csrf_token": context.get("csrf_token")}


@register.inclusion_tag("ui/components/chart.html")
def chart(spec: Chart) -> dict[str, object]:
    """A chart with the table of its figures beneath."""
    return {"chart": spec}


@register.inclusion_tag("ui/components/dropzone.html", takes_context=True)
def dropzone(
    context: template.Context,
    action: str,
    accept: str = ".xml,.xlsx",
    limit_mb: int = 10,
    note: str = "",
    verb: str = "",
) -> dict[str, object]:
    """A place to drop or choose files, sent to `action` as `files`; `verb` names its button where a page has two."""
    token = context.get("csrf_token")
    return {
        "action": action, "accept": accept, "limit_mb": limit_mb, "note": note, "verb": verb, "csrf_token": token,
    }  # fmt: skip


@register.inclusion_tag("ui/components/confirm.html", takes_context=True)
def confirm(
    context: template.Context,
    action: str,
    verb: str,
    thing: str,
    effect: str = "",
    danger: bool = True,
    **carried: object,
) -> dict[str, object]:
    """A button that asks first, naming the verb and the thing; `effect` says what follows from it. `carried`: what the
    form sends along unseen, by name."""
    key = f"{crc32(repr((action, verb, thing)).encode()):08x}"
    token = context.get("csrf_token")
    return {
        "action": action, "verb": verb, "thing": thing, "effect": effect, "danger": danger, "key": key,
        "csrf_token": token, "carried": carried,
    }  # fmt: skip


@register.simple_tag
def paper(kind: str, key: object, word: str = "") -> SafeString:
    """The button that leads to a record's paper, for print and as PDF; nothing where no papers are printed. `word` names the
    paper where a page has two."""
    where = f"/papers/{kind}/{quote(str(key), safe='')}/"
    if not stands(where):
        return SafeString("")
    verb = gettext("打印/PDF")
    return format_html('<a class="button" href="{}">{}</a>', where, f"{verb} {word}" if word else verb)
