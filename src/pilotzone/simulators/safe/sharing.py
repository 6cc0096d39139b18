"""What SAFE answers: its name list from its register, and the remittances banks reported to it."""

from __future__ import annotations

from pilotzone.simulators.safe.register import NAME
from pilotzone.simulators.sharing import MOST, Row, Tells, Told, customs_code_of, register


def receipts(asked: Told) -> list[Row]:
    """What came in for a firm, as its banks reported it; no account number is kept here."""
    uscc = asked.where.get("uscc", "")
    name = next((str(data.get("corpName", "")) for _, data, _ in register(asked, NAME)), "") if uscc else ""
    found = asked.connection.execute(
        "SELECT data FROM simulators.bank_receipt WHERE data ->> 'payee' = ANY(%s) ORDER BY id LIMIT %s",
        ([one for one in (uscc, customs_code_of(asked, uscc)) if one], MOST),
    ).fetchall()
    return [
        {
            "uscc": uscc, "name": name, "received_on": data["received_on"], "currency": data["currency"], "amount": data["amount"],
        }
        for (data,) in found
    ]  # fmt: skip


def names(asked: Told) -> list[Row]:
    """The firms of the list 名录 with their class."""
    return [
        {"uscc": uscc, "name": data.get("corpName", ""), "class": data.get("grade", "")}
        for uscc, data, _ in register(asked, NAME)
        if data.get("inList") == "Y"
    ]


SHARED: dict[str, Tells] = {"safe.receipts": receipts, "safe.name_list": names}
