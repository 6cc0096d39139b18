"""The judgement of one message as `pilotzone check` prints it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from pilotzone.exchange.formats.findings import Finding
from pilotzone.exchange.formats.parse import parse


@dataclass(frozen=True)
class CheckResult:
    """`message` and `edition` are empty when the bytes were no message of ours."""

    message: str
    edition: str
    documents: int
    signed: bool
    errors: tuple[Finding, ...]
    warnings: tuple[Finding, ...] = ()

    @property
    def accepted(self) -> bool:
        return not self.errors

    def as_dict(self, file: str) -> dict[str, Any]:
        """file, message, documents, accepted, errors as promised, the edition that judged, and warnings, which refuse nothing."""
        return {
            "file": file,
            "message": self.message,
            "documents": self.documents,
            "accepted": self.accepted,
            "edition": self.edition,
            "errors": [error.as_dict() for error in self.errors],
            "warnings": [one.as_dict() for one in self.warnings],
        }


def check(raw: bytes, *, edition: str | None = None, on: date, extra: tuple[Finding, ...] = ()) -> CheckResult:
    """Format, code lists and business rules of one message; `extra` adds findings made elsewhere (the signature).

    Never raises on content; raises Refused for an edition that does not exist.
    """
    parsed = parse(raw, edition=edition, on=on)
    return CheckResult(
        message=parsed.name,
        edition=parsed.edition,
        documents=len(parsed.documents),
        signed=parsed.signed,
        errors=(*parsed.findings, *extra),
        warnings=tuple(parsed.warnings),
    )
