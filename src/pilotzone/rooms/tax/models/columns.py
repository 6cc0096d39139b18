"""How the room's tables hold money and measures."""

from __future__ import annotations

from typing import Any

from django.db import models


def money(**options: Any) -> models.DecimalField[Any, Any]:
    """Yuan and cents."""
    return models.DecimalField(max_digits=19, decimal_places=2, **options)


def measure(**options: Any) -> models.DecimalField[Any, Any]:
    """A quantity, price or amount as wide as the customs list has it."""
    return models.DecimalField(max_digits=19, decimal_places=5, **options)
