"""The contract of a connector: a folder with `connector.py`, `statuses.yaml`, `fixtures/` and, best, `simulator.py`.

`connector.py` must give

    SETTINGS                        the Settings it wants
    first(settings, since)          Request: orders changed since a moment (UTC), oldest change first, first page
    following(request, answer)      Request of the next page, None after the last
    orders(answer)                  the orders of a page, as the marketplace writes them
    key(order)                      the number of an order, even of one that cannot be parsed
    parse(order)                    Sale, Waybill or Payment; Refused, KeyError, TypeError, ValueError where it cannot be read

and may give

    KIND                            `sale` (said where nothing is), `waybill` or `payment`: what an "order" is here
    details(settings, order)        Request of what is told apart (lines), paged by `following`; None where nothing is
    with_details(order, answers)    the order with it
    authorised(settings, request)   the request with what identifies the firm
    renewal(settings), renewed(answer)      Request for a new token; the settings it changes
    created_on(settings, day)       Request: every order created that day (UTC), for the daily reconciliation
    figures(settings, day), figures_of(answer)      what the marketplace counts: (orders, money or None)
"""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

from pilotzone.exchange.connectors.errors import SENTENCES
from pilotzone.exchange.connectors.kinds import KINDS, Kind

SHIPPED = Path(__file__).parent / "shipped"
READY, WAIT, VOID = "ready", "wait", "void"
OUTCOMES = (READY, WAIT, VOID)
NEEDED = ("SETTINGS", "first", "following", "orders", "key", "parse")
OPTIONAL = (
    "details", "with_details", "authorised", "renewal", "renewed", "created_on", "figures", "figures_of",
)  # fmt: skip


@dataclass(frozen=True)
class Setting:
    """One entry of a connector's settings; a secret is never printed, logged or written to a state file."""

    key: str
    zh: str
    en: str
    default: str | None = None
    secret: bool = False


@dataclass(frozen=True)
class Connector:
    """A loaded connector. `do` is its `connector.py`; what that does not give is None by `may`."""

    name: str
    folder: Path
    do: ModuleType
    statuses: Mapping[str, str]
    simulator: ModuleType | None = None

    def may(self, name: str) -> Any:
        """An optional function, None where the connector has none."""
        return getattr(self.do, name, None)

    @property
    def kind(self) -> Kind:
        """What its orders are, and what is declared of them."""
        return KINDS[getattr(self.do, "KIND", "sale")]

    def settings(self, given: Mapping[str, Any]) -> dict[str, str]:
        """The settings with defaults filled in; Refused `connector.setting` names the first one missing."""
        told = {str(key): str(value) for key, value in given.items() if value is not None}
        for one in self.do.SETTINGS:
            if one.key not in told:
                if one.default is None:
                    raise SENTENCES.refused("connector.setting", key=one.key, by_field={one.key: one.en})
                told[one.key] = one.default
        return told

    def outcome(self, status: str, added: Mapping[str, str] | None = None) -> str:
        """ready, wait or void; Refused `connector.status` for a status nobody mapped. `added` is the firm's own map."""
        outcome = (added or {}).get(status) or self.statuses.get(status)
        if outcome is None:
            raise SENTENCES.refused("connector.status", status=status[:60])
        return outcome


def shipped() -> tuple[str, ...]:
    """Names of the connectors that come with the platform."""
    return tuple(sorted(path.parent.name for path in SHIPPED.glob("*/connector.py")))


def load(name_or_folder: str | Path) -> Connector:
    """A shipped connector by name, or one by its folder. Refused `connector.unknown`, `connector.folder`."""
    folder = SHIPPED / str(name_or_folder)
    ours = str(name_or_folder) in shipped()
    if not ours:
        folder = Path(name_or_folder)
        if not folder.is_dir():
            raise SENTENCES.refused("connector.unknown", name=str(name_or_folder)[:60])
    do = _module(folder, "connector", ours=ours)
    if do is None:
        raise SENTENCES.refused("connector.folder", what="connector.py")
    for name in NEEDED:
        if not hasattr(do, name):
            raise SENTENCES.refused("connector.folder", what=f"connector.py: {name}")
    if getattr(do, "KIND", "sale") not in KINDS:
        raise SENTENCES.refused("connector.folder", what=f"connector.py: KIND: {' | '.join(KINDS)}")
    return Connector(folder.name, folder, do, _statuses(folder), _module(folder, "simulator", ours=ours))


def _module(folder: Path, name: str, *, ours: bool) -> ModuleType | None:
    if not (folder / f"{name}.py").is_file():
        return None
    if ours:
        return importlib.import_module(f"pilotzone.exchange.connectors.shipped.{folder.name}.{name}")
    spec = importlib.util.spec_from_file_location(f"connector_{folder.name}_{name}", folder / f"{name}.py")
    if spec is None or spec.loader is None:
        return None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # dataclasses look themselves up there
    try:
        spec.loader.exec_module(module)
    except Exception as broken:  # whatever a stranger's file does wrong is said, not thrown
        what = f"{name}.py: {type(broken).__name__}: {broken}"
        raise SENTENCES.refused("connector.folder", what=what[:200]) from None
    return module


def _statuses(folder: Path) -> dict[str, str]:
    try:
        told = yaml.safe_load((folder / "statuses.yaml").read_text("utf-8"))
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as broken:
        raise SENTENCES.refused("connector.folder", what=f"statuses.yaml: {type(broken).__name__}") from None
    if not isinstance(told, dict) or not all(value in OUTCOMES for value in told.values()):
        raise SENTENCES.refused("connector.folder", what="statuses.yaml: status: ready | wait | void")
    return {str(status): outcome for status, outcome in told.items()}
