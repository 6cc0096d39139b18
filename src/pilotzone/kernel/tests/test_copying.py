"""COPY written by hand keeps every text as it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pilotzone.kernel.copying import NULL, ascending, binary, copy, row, texts

ODD = ("", "a", "\\N", "a\tb", "a\nb", "a\r\nb", 'a"b', "a\\b", "{a,b}", "（合成）", "NULL", "\\x41")


@pytest.mark.parametrize("several", [ODD, ODD[:2], ODD[3:4], ODD[4:5], ODD[5:6]])
def test_texts_nulls_and_bytes_are_copied_unchanged(flood_connect: Callable[[], Any], several: tuple[str, ...]) -> None:
    with flood_connect() as connection, connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE odd (n int, told text, data bytea, none text)")
        columns = ("n", "told", "data", "none")
        copy(cursor, "odd", columns, [row(str(n), one, binary(one.encode()), NULL) for n, one in enumerate(several)])
        cursor.execute("SELECT told, data, none FROM odd ORDER BY n")
        assert cursor.fetchall() == [(one, one.encode(), None) for one in several]
        connection.rollback()


@pytest.mark.parametrize("several", [ODD, ("a", "b c", ""), ()])
def test_texts_are_adapted_as_a_list_would_be(flood_connect: Callable[[], Any], several: tuple[str, ...]) -> None:
    with flood_connect() as connection, connection.cursor() as cursor:
        cursor.execute("SELECT %s::text[]", (texts(several),))
        assert cursor.fetchone()[0] == list(several)
        cursor.execute("SELECT %s::bigint[]", (ascending({3, -1, 2}),))
        assert cursor.fetchone()[0] == [-1, 2, 3]
