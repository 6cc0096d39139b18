"""What the police answers: whether a name and a document belong together (never whose the document is), and vehicles by plate."""

from __future__ import annotations

from pilotzone.simulators.sharing import Row, Tells, Told, by_key


def identity(asked: Told) -> list[Row]:
    """One row for the name and document asked: 是 or 否. A document nobody has is 否 like a wrong name."""
    document, person = asked.where["document"].upper(), asked.where.get("person", "")
    row = asked.connection.execute(
        "SELECT data -> 'rows' -> 0 ->> 'person' FROM simulators.register_entry WHERE register = %s AND uscc = %s",
        (asked.resource, document),
    ).fetchone()
    matches = bool(person) and row is not None and row[0] == person
    return [{"document": asked.where["document"], "person": person, "matches": "是" if matches else "否"}]


SHARED: dict[str, Tells] = {"police.identity_check": identity, "police.vehicle_check": by_key("plate")}
