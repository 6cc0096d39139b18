"""Write docs/rules.md: every rule that can refuse, warn or wait, with its sentence, source and whose error it is.

    .venv/bin/python tools/rules.py [--check]

--check writes nothing and exits 1 where the page is not up to date.
"""

from __future__ import annotations

import importlib
import os
import sys
from pathlib import Path

PAGE = Path(__file__).resolve().parents[1] / "docs" / "rules.md"
MODULES = (
    "rooms.clearance.engine.applications", "rooms.clearance.engine.arrival", "rooms.clearance.engine.import_match", "rooms.clearance.engine.export_match",
    "rooms.clearance.engine.modes", "rooms.clearance.engine.goods_rules", "rooms.clearance.engine.judging", "rooms.clearance.engine.simplified",
    "rooms.clearance.engine.buyers", "rooms.clearance.engine.inspection_refusals", "rooms.clearance.engine.summary_rules", "rooms.clearance.engine.legs", "rooms.clearance.engine.bonded", "rooms.clearance.operations.arrivals", "rooms.clearance.engine.rights", "pipeline.booking", "pipeline.unpacking",
)  # fmt: skip
# rooms whose sentences stand in one table (`errors.SENTENCES`), with their heading
# packages of other floors with such a table
FLOORS = {
    "exchange.hub.errors": "Data exchange", "portal.protection.errors": "Protection of data", "base.texts": "What is filled in",
}  # fmt: skip
ROOMS = {
    "tax": "Tax",
    "fx": "Foreign exchange",
    "registry": "Filing",
    "plan": "The plan",
    "tracking": "Daily reconciliation",
    "statistics": "Statistics",
    "services": "One-stop handling",
    "clearance": "Clearance, asked and answered",
}
HEAD = """# Rules

Every rule of clearance, tax, foreign exchange, filing and the other rooms that can refuse, warn or wait, written by `tools/rules.py` from the rules themselves. Rules
that look at one message alone are in [messages.md](messages.md). *Whose* is the party that alone may correct it.
"""


def page() -> str:
    """The page as it should be."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from pilotzone.rooms.clearance.errors import Fault, Rule

    rules: dict[str, Rule | Fault] = {}
    for name in MODULES:
        module = importlib.import_module(f"pilotzone.{name}")
        rules |= {found.code: found for found in vars(module).values() if isinstance(found, Rule | Fault)}
    parts = [HEAD, "## Clearance\n"]
    for code, rule in sorted(rules.items()):
        parts.append(_entry(code, rule.zh, rule.en, rule.source, rule.whose, rule.mend_zh, rule.mend_en, rule.official))
        parts.append(f"- {rule.weight}, confidence {rule.tag}\n")
    for room, title in ROOMS.items():
        table = importlib.import_module(f"pilotzone.rooms.{room}.errors").SENTENCES
        parts.append(f"## {title}\n")
        parts += [_entry(code, *table[code]) for code in sorted(table)]
    for package, title in FLOORS.items():
        table = importlib.import_module(f"pilotzone.{package}").SENTENCES
        parts.append(f"## {title}\n")
        parts += [_entry(code, *table[code]) for code in sorted(table)]
    return "\n".join(parts)


def _entry(code: str, zh: str, en: str, source: str, whose: str, mend_zh: str, mend_en: str, official: str = "") -> str:
    lines = [f"### {code}", "", f"{zh}。 {en}.", ""]
    facts = (
        ("source", source),
        ("whose", whose),
        ("official code", official),
        ("mend", f"{mend_zh} {mend_en}".strip()),
    )
    lines += [f"- {name}: {value}" for name, value in facts if value]
    return "\n".join(lines)


if __name__ == "__main__":
    wanted = page()
    if "--check" in sys.argv:
        sys.exit(0 if PAGE.exists() and PAGE.read_text(encoding="utf-8") == wanted else 1)
    PAGE.write_text(wanted, encoding="utf-8")
    print(f"{wanted.count('### ')} rules")
