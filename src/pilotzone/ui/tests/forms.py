"""What tests of refused forms share: each form of a page filled in by somebody who writes too much, sent, and looked at again."""

from __future__ import annotations

import re
from html import escape
from html.parser import HTMLParser
from typing import Any

from django.test import Client

CODE = re.compile(r"<code>[a-z_]+(\.[a-z_]+)+</code>")
# the forms of every page, and of the firm's own account
OF_THE_FRAME = ("/language", "/accounts/", "/preferences", "/i18n/")


class Forms(HTMLParser):
    """The posted forms of a page with their entries as somebody fills them in who writes too much."""

    def __init__(self, page: str, here: str) -> None:
        super().__init__()
        self.here = here
        self.forms: list[tuple[str, dict[str, Any], dict[str, str]]] = []
        self._open: tuple[str, dict[str, Any], dict[str, str]] | None = None
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form":
            posted, action = at.get("method", "").lower() == "post", at.get("action") or self.here
            self._open = (action, {}, {}) if posted and not action.startswith(OF_THE_FRAME) else None
            self.forms += [self._open] if self._open is not None else []
        if self._open is None:
            return
        _, sent, typed = self._open
        name, kind = at.get("name", ""), at.get("type", "text")
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and at.get("value") and self._select not in sent:
            sent[self._select] = at["value"]
        elif tag == "button" and name and name not in sent:
            sent[name] = at.get("value", "")
        elif tag == "textarea" or (tag == "input" and kind in ("text", "search", "url", "email")):
            if name and "readonly" not in at:
                money = "decimal" in at.get("inputmode", "")
                sent[name] = "1.2x" if money else f"打的字<{name}>" + "长" * int(at.get("maxlength", 6000))
                if at.get("autocomplete") != "one-time-code":  # a code is never given back
                    typed[name] = sent[name]
        elif tag == "input" and kind in ("checkbox", "radio"):
            sent.setdefault(name, at.get("value", "on"))
        elif tag == "input" and name and kind != "file":
            sent[name] = at.get("value", "") or (
                "2021-03-01" if kind == "date" else "2021-03" if kind == "month" else "1"
            )

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""


def refused(client: Client, where: str, forms: int, *, but: tuple[str, ...] = ()) -> None:
    """Send each form of the page, those whose address ends on `but` excepted; `forms` with something to write there are at least."""
    shown = client.get(where)
    assert shown.status_code == 200, where
    writable = [form for form in Forms(shown.content.decode(), where).forms if form[2] and not form[0].endswith(but)]
    assert len(writable) >= forms, [action for action, _, _ in writable]
    for action, sent, typed in writable:
        answer = client.post(action, sent)
        page = answer.content.decode()
        assert answer.status_code == 422, (action, answer.status_code, answer.get("Location"))
        assert CODE.search(page), action
        assert [
            name for name, text in typed.items() if escape(text) not in page and escape(text, quote=False) not in page
        ] == [], action


class Entries(HTMLParser):
    """The posted forms of a page with their entries as a browser would send them, gaps filled in."""

    FILLED = {
        "date": "2021-03-01",
        "month": "2021-03",
        "number": "1",
        "time": "10:00",
        "datetime-local": "2021-03-01T10:00",
    }

    def __init__(self, page: str, here: str) -> None:
        super().__init__()
        self.here = here
        self.forms: list[tuple[str, list[tuple[str, str]]]] = []
        self.files: dict[int, list[str]] = {}  # by the place of the form: the entries that take a file
        self._open: list[tuple[str, str]] | None = None
        self._place = 0
        self._select = ""
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        name = at.get("name", "")
        if tag == "form" and at.get("method", "").lower() == "post":
            self._open, self._place = [], len(self.forms)
            self.forms.append((at.get("action") or self.here, self._open))
        if self._open is None:
            return
        if tag == "button" and at.get("formaction"):
            self.forms.append((at["formaction"], self._open))
        if tag == "select":
            self._select = name
        elif tag == "option" and self._select and at.get("value") and self._select not in dict(self._open):
            self._open.append((self._select, at["value"]))
        elif tag == "textarea" and name:
            self._open.append((name, "文字"))
        elif tag == "button" and name and name not in dict(self._open):
            self._open.append((name, at.get("value", "")))
        elif tag == "input" and name and at.get("type") == "file":
            self.files.setdefault(self._place, []).append(name)
        elif tag == "input" and name:
            filled = self.FILLED.get(at.get("type", ""), "1" if "decimal" in at.get("inputmode", "") else "文字")
            self._open.append((name, at.get("value") or filled))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
        elif tag == "select":
            self._select = ""


class Filters(HTMLParser):
    """The forms of a page that ask and change nothing (GET): their address and the names of their entries."""

    def __init__(self, page: str, here: str) -> None:
        super().__init__()
        self.here = here
        self.forms: list[tuple[str, set[str]]] = []
        self._open: set[str] | None = None
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        at = {name: value or "" for name, value in attrs}
        if tag == "form" and at.get("method", "get").lower() == "get":
            self._open = set()
            self.forms.append(((at.get("action") or self.here).partition("?")[0] or self.here, self._open))
        elif tag in ("input", "select", "button") and self._open is not None and at.get("name"):
            self._open.add(at["name"])

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._open = None
