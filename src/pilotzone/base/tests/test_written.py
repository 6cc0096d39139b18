"""YAML is read the same with and without libyaml."""

from __future__ import annotations

from datetime import date

import pytest
import yaml

from pilotzone.base import written

TEXT = "day: 2021-12-30\nrate: 0.13\ncode: '0101'\nsame: &a [南昌, null, yes]\nagain: *a\n"


def test_a_text_is_what_the_safe_loader_reads() -> None:
    told = written.plain(TEXT)
    assert told == yaml.safe_load(TEXT) == written.plain(TEXT.encode())
    assert (told["day"], told["code"], told["again"]) == (date(2021, 12, 30), "0101", ["南昌", None, True])


@pytest.mark.parametrize("text", ["a: [1", "a: !!python/object/apply:os.getcwd []"])
def test_what_is_no_plain_yaml_is_refused_with_its_place(text: str) -> None:
    with pytest.raises(yaml.MarkedYAMLError) as told:
        written.plain(text)
    assert told.value.problem_mark is not None
