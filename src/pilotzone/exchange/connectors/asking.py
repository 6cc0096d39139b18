"""What a connector asks and what it is answered: plain data, so that a round can stop anywhere and go on."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit


@dataclass(frozen=True)
class Request:
    """`url` with its query. What identifies the firm is added by the connector's `authorised`, never kept in a file."""

    url: str
    method: str = "GET"
    headers: Mapping[str, str] = field(default_factory=dict)
    body: str = ""

    @property
    def query(self) -> dict[str, str]:
        """The parameters of the address."""
        return dict(parse_qsl(urlsplit(self.url).query, keep_blank_values=True))

    @property
    def path(self) -> str:
        """The path of the address."""
        return urlsplit(self.url).path

    def asking(self, **parameters: object) -> Request:
        """The same with these parameters added or replaced; None takes one away."""
        kept = {**self.query, **{name: str(value) for name, value in parameters.items() if value is not None}}
        for name, value in parameters.items():
            if value is None:
                kept.pop(name, None)
        return replace(self, url=urlunsplit(urlsplit(self.url)._replace(query=urlencode(kept))))

    def showing(self, **headers: str) -> Request:
        """The same with these headers; `_` in a name is a hyphen."""
        return replace(self, headers={**self.headers, **{k.replace("_", "-"): v for k, v in headers.items()}})


@dataclass(frozen=True)
class Answer:
    """Status, headers by lower-case name, and the bytes."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The content, every number a Decimal or int: cents survive. ValueError where it is no JSON."""
        return json.loads(self.body, parse_float=Decimal)

    @classmethod
    def of(cls, told: Any, *, status: int = 200, **headers: str) -> Answer:
        """An answer in JSON, for simulators; `_` in a header's name is a hyphen."""
        return cls(status, json.dumps(told, default=str).encode(), {k.replace("_", "-"): v for k, v in headers.items()})


# raises OSError where nobody answers
Transport = Callable[[Request], Answer]
