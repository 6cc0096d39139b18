"""The rows a synthetic ERP's table answers."""

from __future__ import annotations

from pilotzone.exchange.connectors.shipped.csv_feed.simulator import PAID, answer

__all__ = ["PAID", "answer"]
