"""Menus show nobody a door that is closed to him."""

from __future__ import annotations

from pilotzone.ui.menus import Entry, shown

MENU = (
    Entry("a", "/a/", (Entry("b", "/b/", action="see"), Entry("c", "/c/")), action="send", otherwise="/lists/"),
    Entry("d", "/d/", action="send"),
)


def words(entries: tuple[Entry, ...]) -> list[tuple[str, str]]:
    return [(one.word, one.path) for entry in entries for one in (entry, *entry.below)]


def test_who_may_sees_every_entry() -> None:
    assert words(shown(MENU, lambda _: True)) == [("a", "/a/"), ("b", "/b/"), ("c", "/c/"), ("d", "/d/")]


def test_who_may_not_is_led_elsewhere_or_not_shown_it() -> None:
    assert words(shown(MENU, lambda action: action == "see")) == [("a", "/lists/"), ("b", "/b/"), ("c", "/c/")]
    assert words(shown(MENU, lambda _: False)) == [("a", "/lists/"), ("c", "/c/")]
