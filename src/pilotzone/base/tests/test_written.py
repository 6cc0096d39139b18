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


@pytest.mark.parametrize(
    ("text", "line"),
    [("a: 1\nb: [1", 2), ("a: 1\nb: [1\n", 2), ("a: 1\n\tb: 2\n", 2), ("a: [\nb: :\n- ]", 2), ("'", 1)],
)
@pytest.mark.parametrize("loader", [written.LOADER, yaml.SafeLoader], ids=["fast", "pure"])
def test_a_fault_is_told_by_a_line_that_is_there(text: str, line: int, loader: type[yaml.SafeLoader]) -> None:
    with pytest.raises(yaml.YAMLError) as told:
        yaml.load(text, Loader=loader)
    assert written.fault_line(told.value, text) == line
    assert written.fault_line(ValueError("no mark"), text) is None


@pytest.mark.parametrize("deep", ["[", "{a: ", "- ", "-  ", "? ", '[ "]", ', "[ #]\n", '{"}": '])
@pytest.mark.parametrize("levels", [5_000, 64_000])
def test_what_lies_too_deep_is_refused_and_nobody_runs_out_of_stack(deep: str, levels: int) -> None:
    with pytest.raises(yaml.YAMLError):
        written.plain(deep * levels)
    with pytest.raises(yaml.YAMLError):
        written.plain("".join(" " * level + "a:\n" for level in range(min(levels, 2000))))


def test_what_lies_too_deep_in_another_encoding_is_refused_too() -> None:
    with pytest.raises(yaml.YAMLError):
        written.plain(("- " * 64_000).encode("utf-16"))


def test_many_brackets_beside_one_another_are_not_deep() -> None:
    row = "- {name: '[[', fields: [1, 2, {a: b}]}\n"
    assert written.plain(row * 2000) == [{"name": "[[", "fields": [1, 2, {"a": "b"}]}] * 2000
