"""A sub-platform as a file: the same facts as its form, written and read as YAML."""

from __future__ import annotations

from typing import Any

import yaml

from pilotzone.base.errors import Refused
from pilotzone.base.written import fault_line
from pilotzone.kernel.access.models import Site

LARGEST = 64 * 1024
KEYS = (
    "unit", "slug", "name_zh", "name_en", "accent", "intro_zh", "intro_en", "menu", "links", "notices", "prereview", "administrator",
)  # fmt: skip


def read(body: bytes) -> dict[str, Any]:
    """The facts of a file. Refused `site.file` names the line or the key that is wrong."""
    try:
        if len(body) > LARGEST:
            raise ValueError(f"more than {LARGEST // 1024} KB")
        raw = yaml.safe_load(body.decode("utf-8"))
        if not isinstance(raw, dict):
            raise ValueError("no keys")
        if strange := [str(key) for key in raw if key not in KEYS]:
            raise ValueError(f"unknown key {strange[0][:40]}")
        for key in ("menu", "links", "notices"):
            if not isinstance(raw.get(key, []), list):
                raise ValueError(f"{key} is a list")
        if any(not isinstance(row, dict) for key in ("links", "notices") for row in raw.get(key, [])):
            raise ValueError("links and notices are rows of keys")
    except (UnicodeDecodeError, yaml.YAMLError, ValueError, RecursionError) as fault:
        line = fault_line(fault, body.decode("utf-8", "replace"))
        what = f"line {line}" if line else str(fault)[:120]
        raise Refused(
            code="site.file",
            zh=f"分平台文件有误：{what}",
            en=f"The platform's file is not in order: {what}",
            source="data/sites/menu.yaml",
            mend_zh="改正该处后再上传",
            mend_en="Correct it and send it again",
        ) from fault
    return raw


def written(site: Site) -> bytes:
    """A platform as such a file, without its logo."""
    facts = {
        "unit": site.unit.code, "slug": site.slug, "name_zh": site.name_zh, "name_en": site.name_en, "accent": site.accent,
        "intro_zh": site.intro_zh, "intro_en": site.intro_en, "menu": site.menu, "links": site.links, "notices": site.notices,
        "prereview": site.prereview,
    }  # fmt: skip
    return yaml.safe_dump(facts, allow_unicode=True, sort_keys=False, width=120).encode()
