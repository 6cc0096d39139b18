"""The schematic world: every country and territory of the code list on a tile of its own."""

from __future__ import annotations

from datetime import date

import pytest

from pilotzone.reference.codes import entries
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.engine.world import level_of, lines_of, places_of


def test_every_country_of_the_code_list_has_a_tile_and_nothing_else_has() -> None:
    told = {one.code for one in entries("country", on=date(2021, 12, 1)) if one.extra["iso2"]}
    assert api.world().keys() == told
    assert len(set(api.world().values())) == len(told)


@pytest.mark.parametrize("rows", ["142 142", "142\n... 142", "14", "CN1", "1424"])
def test_rows_that_are_not_in_order_are_refused(rows: str) -> None:
    with pytest.raises(ValueError, match="row"):
        places_of({"map": rows})


def test_rows_say_column_and_row() -> None:
    assert places_of({"map": "... 142\n116 ..."}) == {"142": (1, 0), "116": (0, 1)}


@pytest.mark.parametrize(
    ("part", "level"),
    [(-1, 0), (0, 0), (0.001, 1), (0.0099, 1), (0.01, 2), (0.099, 2), (0.1, 3), (0.49, 3), (0.5, 4), (1, 4)],
)
def test_a_shade_follows_the_part_of_the_largest(part: float, level: int) -> None:
    assert level_of(part) == level


@pytest.mark.parametrize(
    ("name", "lines"),
    [("", ()), ("日本", ("日本",)), ("阿联酋", ("阿联酋",)), ("中国香港", ("中国", "香港")), ("台澎金马关税区", ("台澎金", "马关税", "区")), ("特克斯和凯科斯群岛", ("特克斯", "和凯科", "斯群岛")), ("一二三四五六七八九十", ())],
)  # fmt: skip
def test_a_name_is_broken_evenly_and_never_cut(name: str, lines: tuple[str, ...]) -> None:
    assert lines_of(name) == lines and (not lines or "".join(lines) == name)
