"""What commerce answers: filings of foreign traders, overseas warehouses, policy funds paid."""

from __future__ import annotations

from pilotzone.simulators.sharing import Tells, by_key

SHARED: dict[str, Tells] = {
    "commerce.foreign_trade_filing": by_key("uscc"), "commerce.overseas_warehouses": by_key("uscc"),
    "commerce.policy_funds": by_key("uscc"),
}  # fmt: skip
