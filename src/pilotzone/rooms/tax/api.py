"""The door of the tax room."""

from __future__ import annotations

from pilotzone.rooms.tax.engine.assess import assess
from pilotzone.rooms.tax.engine.assessment import Assessment, ItemTax
from pilotzone.rooms.tax.engine.lines import answer, as_line, as_sentence
from pilotzone.rooms.tax.engine.order import Discount, Item, Order
from pilotzone.rooms.tax.engine.unfold import Step, unfold
from pilotzone.rooms.tax.errors import Reason

__all__ = [
    "Assessment",
    "Discount",
    "Item",
    "ItemTax",
    "Order",
    "Reason",
    "Step",
    "answer",
    "as_line",
    "as_sentence",
    "assess",
    "unfold",
]
