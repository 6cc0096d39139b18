"""A door finds what it promises when first asked, keeps it, and knows nothing else."""

from __future__ import annotations

import sys
from types import ModuleType

import pytest

from pilotzone.base import money
from pilotzone.base.later import later


def test_names_are_found_kept_and_no_others(monkeypatch: pytest.MonkeyPatch) -> None:
    door = ModuleType("pilotzone.base.door")
    monkeypatch.setitem(sys.modules, door.__name__, door)
    find = later(door.__name__, {"money": "to_cents cents=to_cents whole="})
    assert find("to_cents") is find("cents") is money.to_cents and find("whole") is money
    assert door.cents is money.to_cents
    with pytest.raises(AttributeError, match="no attribute nothing"):
        find("nothing")
