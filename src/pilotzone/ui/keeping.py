"""What was typed stands in the form again when it is refused: a page that answers a form with a refusal gives every entry back.

A page shows its forms as the record stands; the form that was sent is found among them by its address and its hidden entries, and
filled with what was sent. Passwords, one-time codes, files and hidden entries are never given back.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from html import escape
from html.parser import HTMLParser
from urllib.parse import quote, urlsplit

from django.core.exceptions import BadRequest, SuspiciousOperation
from django.http import HttpRequest
from django.http.multipartparser import MultiPartParserError
from django.http.response import HttpResponse, HttpResponseBase

REFUSED = frozenset({400, 403, 409, 413, 422, 503})
LARGEST = 2_000_000  # signs of a page that is looked through
NEVER = frozenset({"hidden", "password", "file", "submit", "button", "image", "reset"})
CODES = frozenset({"one-time-code", "current-password", "new-password"})
# hidden entries a page writes anew each time: they tell nothing of which form was sent
IGNORED = frozenset({"csrfmiddlewaretoken", "version", "reference", "revision", "edition", "shown", "writer"})
ATTRIBUTE = re.compile(r"""\s+([^\s=>"'/]+)(?:\s*=\s*(?:"[^"]*"|'[^']*'|[^\s>"']+))?""")
SAFE = "/#%[]=:;$&()+,!?*@'~"  # as Django writes addresses
Sent = Mapping[str, Sequence[str]]


class KeepTypedMiddleware:
    """Fills the form of a refused POST with what was sent."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponseBase]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponseBase:
        answer = self.get_response(request)
        if (
            request.method == "POST"
            and isinstance(answer, HttpResponse)
            and answer.status_code in REFUSED
            and answer.get("Content-Type", "").startswith("text/html")
        ):
            sent = _sent(request)
            page = answer.content.decode(answer.charset)
            if sent and len(page) <= LARGEST:
                answer.content = refilled(page, request.path, sent).encode(answer.charset)
        return answer


def _sent(request: HttpRequest) -> Sent:
    """The entries of a form, the token aside; none where the form was refused because it cannot be read."""
    try:
        return {name: values for name, values in request.POST.lists() if name != "csrfmiddlewaretoken"}
    except (SuspiciousOperation, BadRequest, MultiPartParserError, OSError):
        return {}


def refilled(page: str, path: str, sent: Sent) -> str:
    """The page with its form to `path` filled with `sent`, and what hides that form opened.

    Of several forms to the same address the one whose hidden entries are those sent is meant; where none fits, nothing changes.
    """
    forms = [form for form in _Forms(page).forms if form.targets & {"", path, quote(path, safe=SAFE)}]
    fitting = [form for form in forms if form.fits(sent)]
    if not fitting and len(forms) == 1 and not forms[0].is_of_another(sent):
        fitting = forms
    if not fitting:
        return page
    told, at = [], 0
    for start, end, text in sorted(max(fitting, key=lambda form: form.likeness(sent)).changes(sent)):
        told += [page[at:start], text]
        at = end
    return "".join([*told, page[at:]])


class _Form:
    """A form of the page: where it may be sent to, its hidden entries and buttons, and where its entries stand."""

    def __init__(self, target: str, folds: Sequence[tuple[int, int, str]]) -> None:
        self.targets = {target}
        self.buttons: list[tuple[str, str]] = []
        self.folds = [fold for fold in folds if "open" not in [one[1] for one in ATTRIBUTE.finditer(fold[2])]]
        self.hidden: list[tuple[str, str]] = []
        self.inputs: list[tuple[int, int, str, dict[str, str]]] = []
        self.areas: list[tuple[int, int, str]] = []
        self.options: list[tuple[int, int, str, str, str]] = []  # of a select by name: tag and value

    @property
    def names(self) -> set[str]:
        """The names of what may be filled in."""
        told = {at.get("name", "") for _, _, _, at in self.inputs}
        return told | {name for _, _, name in self.areas} | {name for _, _, name, _, _ in self.options}

    def likeness(self, sent: Sent) -> tuple[int, int, int]:
        """The greater the likelier: hidden entries, buttons and names that were sent."""
        pressed = sum(value in sent.get(name, ()) for name, value in self.buttons)
        return len(self.hidden), pressed, len(self.names & set(sent))

    def fits(self, sent: Sent) -> bool:
        """Whether its hidden entries are among those sent."""
        return all(value in sent.get(name, ()) for name, value in self.hidden if name not in IGNORED)

    def is_of_another(self, sent: Sent) -> bool:
        """Whether a hidden entry was sent with another value: the form of another record, in which nothing of this one belongs."""
        return any(name in sent and value not in sent[name] for name, value in self.hidden if name not in IGNORED)

    def changes(self, sent: Sent) -> list[tuple[int, int, str]]:
        """(from, to, text) of what is written anew."""
        told = [(start, end, tag.replace("<details", "<details open", 1)) for start, end, tag in self.folds]
        left = {name: list(values) for name, values in sent.items()}
        for start, end, tag, at in self.inputs:
            name = at["name"]
            if at.get("type", "text") in ("checkbox", "radio"):
                told.append((start, end, _marked(tag, "checked", at.get("value", "on") in sent.get(name, ()))))
            elif left.get(name):
                told.append((start, end, _valued(tag, left[name].pop(0))))
        told += [
            (start, end, escape(left[name].pop(0), quote=False)) for start, end, name in self.areas if left.get(name)
        ]
        told += [
            (start, end, _marked(tag, "selected", value in sent[name]))
            for start, end, name, tag, value in self.options
            if name in sent
        ]
        return told


class _Forms(HTMLParser):
    """The forms of a page that are posted, each entry with its place in the text."""

    def __init__(self, page: str) -> None:
        super().__init__(convert_charrefs=False)
        self.forms: list[_Form] = []
        self._lines = [0]
        for line in page.split("\n"):
            self._lines.append(self._lines[-1] + len(line) + 1)
        self._form: _Form | None = None
        self._folds: list[tuple[int, int, str]] = []
        self._select = self._area = ""
        self._area_from = 0
        self.feed(page)

    def _at(self) -> int:
        line, column = self.getpos()
        return self._lines[line - 1] + column

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        start, text = self._at(), self.get_starttag_text() or ""
        at = {name: value or "" for name, value in attrs}
        if tag == "details":
            self._folds.append((start, start + len(text), text))
        elif tag == "form":
            posted = at.get("method", "").lower() == "post"
            self._form = _Form(urlsplit(at.get("action", "")).path, self._folds) if posted else None
            self.forms += [self._form] if self._form is not None else []
        elif self._form is not None:
            self._entry(self._form, tag, start, text, at)

    def _entry(self, form: _Form, tag: str, start: int, text: str, at: dict[str, str]) -> None:
        if tag == "input":
            self._input(form, start, text, at)
        elif tag == "button":
            form.targets |= {urlsplit(at["formaction"]).path} if "formaction" in at else set()
            form.buttons += [(at["name"], at.get("value", ""))] if "name" in at else []
        elif tag == "select":
            self._select = at.get("name", "")
        elif tag == "option" and self._select and "value" in at:
            form.options.append((start, start + len(text), self._select, text, at["value"]))
        elif tag == "textarea" and "readonly" not in at:
            self._area, self._area_from = at.get("name", ""), start + len(text)

    def handle_endtag(self, tag: str) -> None:
        if tag == "details" and self._folds:
            self._folds.pop()
        elif tag == "form":
            self._form, self._select = None, ""
        elif tag == "select":
            self._select = ""
        elif tag == "textarea" and self._area and self._form is not None:
            self._form.areas.append((self._area_from, self._at(), self._area))
            self._area = ""

    def _input(self, form: _Form, start: int, text: str, at: dict[str, str]) -> None:
        kind, name = at.get("type", "text").lower(), at.get("name", "")
        if kind == "hidden" and name:
            form.hidden.append((name, at.get("value", "")))
        elif name and kind not in NEVER and at.get("autocomplete") not in CODES and "readonly" not in at:
            form.inputs.append((start, start + len(text), text, at | {"type": kind}))


def _valued(tag: str, value: str) -> str:
    """The tag of an input with another value."""
    return re.sub(r"^<input", lambda _: f'<input value="{escape(value)}"', _without(tag, "value"), count=1)


def _marked(tag: str, mark: str, wanted: bool) -> str:
    """The tag with or without its mark."""
    bare = _without(tag, mark)
    return re.sub(r"\s*(/?)>$", rf" {mark}\1>", bare, count=1) if wanted else bare


def _without(tag: str, name: str) -> str:
    """The tag without an attribute; what other attributes say of that name stays."""
    return ATTRIBUTE.sub(lambda one: "" if one[1].lower() == name else one[0], tag)
