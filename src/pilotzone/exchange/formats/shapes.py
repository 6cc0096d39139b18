"""The records a message definition is made of: fields, parts, messages. No loading, no rules."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

NAMESPACE = "http://www.chinaport.gov.cn/ceb"
SIGNATURE_NAMESPACE = "http://www.w3.org/2000/09/xmldsig#"


@dataclass(frozen=True)
class Value:
    """One allowed value of a field; `mode` names the business mode (editions.yaml) that brought it, or is empty."""

    code: str
    zh: str
    en: str
    mode: str = ""


@dataclass(frozen=True)
class Facets:
    """What the official schema of one edition says about a value.

    `base` is string, decimal, int or any. Lengths count characters. `digits` and `fraction` bound decimals and ints.
    `default` is taken by an empty element, `fixed` likewise and no other value is allowed. `collapse`: white space is
    trimmed and folded before measuring.
    """

    base: str
    low: int = 0
    high: int | None = None
    digits: int | None = None
    fraction: int | None = None
    default: str | None = None
    fixed: str | None = None
    collapse: bool = False

    @property
    def notation(self) -> str:
        """The specification's own notation: C36 exact, C..18 up to, C1..18 at least one, N19,5 decimal, int, text."""
        if self.base == "decimal":
            return f"N{self.digits},{self.fraction}"
        if self.base == "int":
            return f"int({self.digits})" if self.digits else "int"
        if self.high is None:
            return "any" if self.base == "any" else "text"
        if self.low == self.high:
            return f"C{self.high}"
        return f"C{self.low or ''}..{self.high}"


@dataclass(frozen=True)
class Field:
    """One element of a part.

    `need` is M (mandatory), O (optional) or C (optional in the schema, compulsory by a rule in the text). `kind` says how
    the value reads: guid, flag, code, party, person, stamp (yyyyMMddHHmmss), stamp_ms (17 digits), day (yyyyMMdd), amount,
    price, quantity, weight, count, position, hs, status, text. `codes` names a dated code list of `reference.codes`.
    """

    element: str
    zh: str
    en: str
    need: str
    facets: Facets
    kind: str = "text"
    codes: str = ""
    values: tuple[Value, ...] = ()
    example: str = ""
    rule_zh: str = ""
    rule_en: str = ""
    tolerate_missing: bool = False

    @property
    def required(self) -> bool:
        return self.need == "M"


@dataclass(frozen=True)
class Part:
    """A head, a list line or an envelope block: fields in schema order; occurs low..high (None = unbounded)."""

    name: str
    zh: str
    en: str
    low: int
    high: int | None
    fields: tuple[Field, ...]

    @cached_property
    def by_name(self) -> dict[str, Field]:
        return {field.element: field for field in self.fields}


@dataclass(frozen=True)
class Slot:
    """A place in the envelope after the documents."""

    name: str
    low: int
    high: int | None

    @property
    def signature(self) -> bool:
        return self.name == "Signature"


@dataclass(frozen=True)
class Message:
    """One message in one edition, everything resolved."""

    name: str
    edition: str
    zh: str
    en: str
    direction: str
    node: str
    low: int
    high: int | None
    parts: tuple[Part, ...]
    attributes: tuple[Field, ...]
    envelope: tuple[Slot, ...]
    blocks: dict[str, Part]
    key: tuple[str, ...]
    source: str
    confidence: str
    sender_zh: str = ""
    sender_en: str = ""
    purpose_zh: str = ""
    purpose_en: str = ""
    receipt: str = ""
    tolerate_unknown: bool = False

    @property
    def head(self) -> Part:
        return self.parts[0]

    @property
    def lines(self) -> Part | None:
        return self.parts[1] if len(self.parts) > 1 else None

    @property
    def flat(self) -> bool:
        """The document node itself carries the fields (403, receipts …); there is no head element inside."""
        return self.head.name == self.node

    @property
    def is_receipt(self) -> bool:
        return not self.envelope

    @cached_property
    def signature_low(self) -> int:
        return next((slot.low for slot in self.envelope if slot.signature), 0)
