"""What the postal administration answers: an item's state of the moment, express licences, volumes by month.

An item is told with its steps, {"item_no", …, "steps": [[state, time], …]}; it stands at the last one that is over by the zone's clock.
"""

from __future__ import annotations

from datetime import datetime

from pilotzone.simulators.sharing import Row, Tells, Told, by_key

_items = by_key("item_no")


def items(asked: Told) -> list[Row]:
    """Items with the state they have now; one whose first step is still to come is not known yet."""
    told = []
    for row in _items(asked):
        over = [step for step in row.get("steps", ()) if datetime.fromisoformat(step[1]) <= asked.now]
        if over:
            state, at = over[-1]
            told.append(
                {name: value for name, value in row.items() if name != "steps"} | {"state": state, "state_at": at}
            )
    return told


SHARED: dict[str, Tells] = {
    "post.items": items, "post.licences": by_key("uscc"), "post.volumes": by_key("month"),
}  # fmt: skip
