"""What customs answers other departments, from its books of lists and its register of enterprises.

The simulated customs keeps no buyer's name or document (a hash), so these fields stay empty here; the real one has them.
"""

from __future__ import annotations

from typing import Any

from pilotzone.base.days import SHANGHAI
from pilotzone.simulators.customs.register import NAME
from pilotzone.simulators.sharing import Row, Tells, Told, register, uscc_of


def list_status(asked: Told) -> list[Row]:
    """One list by its number: whose it is and where it stands by customs."""
    found = _list(asked)
    if found is None:
        return []
    status, app_time, data = found
    at = f"{app_time[:4]}-{app_time[4:6]}-{app_time[6:8]}T{app_time[8:10]}:{app_time[10:12]}:{app_time[12:14]}+08:00"
    return [
        {
            "list_no": asked.where["list_no"], "uscc": uscc_of(asked, _owner(data)), "mode": data.get("mode", ""),
            "state": status, "state_at": at,
        }
    ]  # fmt: skip


def returns(asked: Told) -> list[Row]:
    """The returns customs granted of a list, one row each."""
    found = _list(asked)
    if found is None:
        return []
    uscc = uscc_of(asked, _owner(found[2]))
    return [
        {"list_no": asked.where["list_no"], "uscc": uscc, "result": "放行", "decided_at": ""}
        for _copy in found[2].get("returns", ())
    ]


def grades(asked: Told) -> list[Row]:
    """Credit grades, from the register of enterprises."""
    return [
        {
            "uscc": uscc, "name": data.get("tradeName", ""), "grade": data.get("creditLevel", ""),
            "graded_on": data.get("gradedOn") or f"{changed.astimezone(SHANGHAI):%Y-%m-%d}",
        }
        for uscc, data, changed in register(asked, NAME)
    ]  # fmt: skip


def _list(asked: Told) -> tuple[str, str, dict[str, Any]] | None:
    return asked.connection.execute(
        "SELECT status, app_time, data FROM simulators.customs_document WHERE data ->> 'invtNo' = %s",
        (asked.where["list_no"],),
    ).fetchone()


def _owner(data: dict[str, Any]) -> str:
    """The customs code of the seller; of the declarant where an older book names no seller."""
    return str(data.get("told", {}).get("head", {}).get("ebcCode") or data.get("agent", ""))


SHARED: dict[str, Tells] = {
    "customs.list_status": list_status, "customs.return_applications": returns, "customs.enterprise_credit": grades,
}  # fmt: skip
