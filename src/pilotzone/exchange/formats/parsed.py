"""What the parser gives: the message, its documents as plain dictionaries, and the findings."""

from __future__ import annotations

import msgspec

from pilotzone.exchange.formats.findings import Finding


class Document(msgspec.Struct):
    """One document of a message.

    `position` counts from 1, `line` is the line of its node. `head` and `lines` map element name → text: nothing is
    stripped except white space around numbers (XML Schema folds it), an empty element with a default or fixed value of
    its edition carries that value, an absent optional element has no key.
    """

    name: str
    position: int
    line: int
    head: dict[str, str]
    lines: list[dict[str, str]]
    findings: list[Finding] = msgspec.field(default_factory=list)


class Parsed(msgspec.Struct):
    """A parsed message. `name` and `edition` are empty when the bytes were no message of ours.

    `canonical`: the parser has seen that C14N would leave everything between the root's start tag and the signature as
    it is (`signing.verify` takes its word); False means not looked at.
    `findings` holds all findings, those of documents too; a message is accepted when it is empty. `warnings` refuse nothing.
    """

    name: str = ""
    edition: str = ""
    guid: str = ""
    version: str = ""
    documents: list[Document] = msgspec.field(default_factory=list)
    transfer: dict[str, str] = msgspec.field(default_factory=dict)
    subscribes: list[dict[str, str]] = msgspec.field(default_factory=list)
    signed: bool = False
    canonical: bool = False
    findings: list[Finding] = msgspec.field(default_factory=list)
    warnings: list[Finding] = msgspec.field(default_factory=list)

    @property
    def accepted(self) -> bool:
        return not self.findings
