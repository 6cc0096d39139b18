"""A list of a workbench as plain data: a view makes one call and hands this to `{% data_list %}`.

filter bar → batch bar → table → pager → export → empty state. Everything works as plain links and forms.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.http import QueryDict

from pilotzone.ui.menus import stands
from pilotzone.ui.numbers import grouped, money

TEXT, NUMBER, MONEY, STATE, LIGHT, TIME, DAY, CODE = (
    "text",
    "number",
    "money",
    "state",
    "light",
    "time",
    "day",
    "code",
)
PAGE_SIZE = 50


@dataclass(frozen=True)
class Column:
    """One column: the row's key, its heading (translated), how to show it, and which row key holds a link."""

    key: str
    title: str
    kind: str = TEXT
    href: str = ""
    unit: str = ""


@dataclass(frozen=True)
class Filter:
    """One field of the filter bar. `kind`: search, select, date or text; `choices` are (value, word).

    `always`: the list is always of one (a month); an empty list then is empty, not filtered away.
    """

    name: str
    title: str
    kind: str = "text"
    choices: Sequence[tuple[str, str]] = ()
    value: str = ""
    always: bool = False


@dataclass(frozen=True)
class Action:
    """One button of the batch bar; `confirm` names what will be done to the chosen rows; `url` where it goes elsewhere than
    the others."""

    name: str
    title: str
    confirm: str = ""
    url: str = ""


def printing(kind: str, title: str, every: str = "", query: QueryDict | None = None) -> list[Action]:
    """The button that prints the chosen rows as papers of a kind; the list's `key` is the paper's. `every`: the title of a
    second one that prints all that the list's filters (`query`) find. None where no papers are."""
    where = f"/papers/{kind}/"
    if not stands(where):
        return []
    asked = query.copy() if query is not None else QueryDict(mutable=True)
    asked.pop("page", None)
    asked["every"] = "1"
    both = [
        Action(f"print-{kind}", title, url=where),
        Action(f"print-all-{kind}", every, url=f"{where}?{asked.urlencode()}"),
    ]
    return both if every else both[:1]


@dataclass(frozen=True)
class Listing:
    """What the list component shows. `total` None means more than anybody counted, `beyond` that there are more than `total`; `page` begins at 1.

    A list too long for numbered pages pages by the key of a row: `before` is the key this page begins after (empty: the
    newest), `older` the one the next page begins after (empty: there is none). None for numbered pages. A second list of
    one page names its page's number otherwise, by `page_key`; `beside` are such names of the page's other lists, which no export asks for.
    """

    columns: Sequence[Column]
    rows: Sequence[Mapping[str, Any]]
    filters: Sequence[Filter] = ()
    actions: Sequence[Action] = ()
    action_url: str = ""
    page: int = 1
    page_size: int = PAGE_SIZE
    total: int | None = None
    beyond: bool = False
    has_next: bool | None = None
    query: QueryDict = field(default_factory=QueryDict)
    export_url: str = ""
    caption: str = ""
    empty: str = ""
    empty_help: str = ""
    drawer: bool = False
    key: str = "id"
    before: str | None = None
    older: str = ""
    page_key: str = "page"
    beside: Sequence[str] = ()

    @property
    def pages(self) -> int | None:
        """How many pages there are; None where nobody counted."""
        return None if self.total is None else max(1, -(-self.total // self.page_size))

    @property
    def more(self) -> bool:
        """Whether a next page exists."""
        if self.before is not None:
            return bool(self.older)
        if self.has_next is not None:
            return self.has_next
        return self.pages is not None and self.page < self.pages

    @property
    def filtered(self) -> bool:
        """Whether any filter is set, so that an empty list can say which of the two it is."""
        return any(item.value and not item.always for item in self.filters)

    @property
    def first(self) -> int:
        """The number of the first row shown."""
        return (self.page - 1) * self.page_size + 1 if self.rows else 0

    @property
    def last(self) -> int:
        """The number of the last row shown."""
        return self.first + len(self.rows) - 1 if self.rows else 0

    def address(self, page: int) -> str:
        """The query string of another page with the same filters."""
        query = self.query.copy()
        query[self.page_key] = str(page)
        return f"?{query.urlencode()}"

    @property
    def next_address(self) -> str:
        """The query string of the page after this one."""
        return self.address(self.page + 1) if self.before is None else self._beginning(self.older)

    @property
    def newest_address(self) -> str:
        """The first page of a list that pages by keys."""
        return self._beginning("")

    @property
    def previous_address(self) -> str:
        """The query string of the page before this one."""
        return self.address(self.page - 1)

    @property
    def export_address(self) -> str:
        """The export's address with the same filters."""
        query = self.query.copy()
        for name in (self.page_key, "before", *self.beside):
            query.pop(name, None)
        return f"{self.export_url}?{query.urlencode()}" if query else self.export_url

    def _beginning(self, before: str) -> str:
        query = self.query.copy()
        query.pop("before", None)
        if before:
            query["before"] = before
        return f"?{query.urlencode()}"

    def table(self) -> list[dict[str, Any]]:
        """Rows ready to show: key, and cells of (kind, value, href, unit)."""
        return [
            {"key": row.get(self.key, ""), "cells": [_cell(column, row) for column in self.columns]}
            for row in self.rows
        ]


def page_number(text: str | None) -> int:
    """The page a caller asks for; nonsense is page 1, and nobody pages past a million."""
    if not text or not text.isascii() or not text.isdigit() or len(text) > 7:
        return 1
    return min(max(int(text), 1), 1_000_000)


def _cell(column: Column, row: Mapping[str, Any]) -> dict[str, Any]:
    value = row.get(column.key)
    if column.kind == NUMBER:
        value = grouped(value)
    elif column.kind == MONEY:
        value = money(value)
    return {
        "kind": column.kind,
        "value": value,
        "unit": column.unit,
        "href": row.get(column.href, "") if column.href else "",
        "title": column.title,
        "says": row.get(f"{column.key}_says", ""),  # a lamp's own word, where the usual one says something else
    }
