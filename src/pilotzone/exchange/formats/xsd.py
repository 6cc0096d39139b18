"""The XSD of one message in one edition, generated from the definition, and its compiled form."""

from __future__ import annotations

import threading
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from pilotzone.exchange.formats import loading
from pilotzone.exchange.formats.definitions import message
from pilotzone.exchange.formats.shapes import NAMESPACE, SIGNATURE_NAMESPACE, Facets, Field, Message, Part

SIGNATURE_SCHEMA = loading.FOLDER / "xmldsig.xsd"

_kept = threading.local()

_BASES = {"string": "xs:string", "decimal": "xs:decimal", "int": "xs:int"}


def schema_text(name: str, edition: str, *, signature_location: str = "xmldsig.xsd") -> str:
    """The XSD that judges like the official schema of that edition; imports the signature schema at the given place.

    Raises Refused for an unknown message or edition, or where the edition has no such message.
    """
    told = message(name, edition)
    imports = ""
    if any(slot.signature for slot in told.envelope):
        imports = f'  <xs:import namespace="{SIGNATURE_NAMESPACE}" schemaLocation={quoteattr(signature_location)}/>\n'
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema" xmlns:ceb="{NAMESPACE}"\n'
        f'           xmlns:ds="{SIGNATURE_NAMESPACE}" targetNamespace="{NAMESPACE}" elementFormDefault="qualified">\n'
        f"  <xs:annotation><xs:documentation>{escape(told.source)} / {escape(told.en)}"
        "</xs:documentation></xs:annotation>\n"
        f"{imports}"
        f"{_root(told)}"
        "</xs:schema>\n"
    )


def compiled(name: str, edition: str) -> etree.XMLSchema:
    """The compiled schema, cached per thread: lxml writes the errors of a validation into the schema object."""
    kept, key = _kept.__dict__, f"{name} {edition}"
    if key not in kept:
        text = schema_text(name, edition, signature_location=SIGNATURE_SCHEMA.as_uri())
        kept[key] = etree.XMLSchema(etree.fromstring(text.encode()))
    schema: etree.XMLSchema = kept[key]
    return schema


def _root(told: Message) -> str:
    inside = _documents(told) + "".join(_slot(told, slot.name, slot.low, slot.high) for slot in told.envelope)
    attributes = "".join(
        f'      <xs:attribute name="{field.element}" use="required">\n{_simple(field.facets, 8)}      </xs:attribute>\n'
        for field in told.attributes
    )
    return (
        f'  <xs:element name="{told.name}">\n    <xs:complexType>\n      <xs:sequence>\n{inside}'
        f"      </xs:sequence>\n{attributes}    </xs:complexType>\n  </xs:element>\n"
    )


def _documents(told: Message) -> str:
    if told.flat:
        return _part(told.head, 8, low=told.low, high=told.high)
    parts = "".join(_part(part, 14, low=part.low, high=part.high) for part in told.parts)
    return _complex(told.node, parts, 8, low=told.low, high=told.high)


def _slot(told: Message, name: str, low: int, high: int | None) -> str:
    if name == "Signature":
        return f'        <xs:element ref="ds:Signature"{_occurs(low, high)}/>\n'
    return _part(told.blocks[name], 8, low=low, high=high)


def _part(part: Part, pad: int, *, low: int, high: int | None) -> str:
    fields = "".join(_field(field, pad + 6) for field in part.fields)
    return _complex(part.name, fields, pad, low=low, high=high)


def _complex(name: str, inside: str, pad: int, *, low: int, high: int | None) -> str:
    space = " " * pad
    return (
        f'{space}<xs:element name="{name}"{_occurs(low, high)}>\n{space}  <xs:complexType>\n{space}    <xs:sequence>\n'
        f"{inside}{space}    </xs:sequence>\n{space}  </xs:complexType>\n{space}</xs:element>\n"
    )


def _field(field: Field, pad: int) -> str:
    space = " " * pad
    opening = f'{space}<xs:element name="{field.element}"{_occurs(int(field.required), 1)}'
    for name in ("default", "fixed"):
        value = getattr(field.facets, name)
        if value is not None:
            opening += f" {name}={quoteattr(value)}"
    note = f"{space}  <xs:annotation><xs:documentation>{escape(field.zh)}</xs:documentation></xs:annotation>\n"
    if field.facets.base == "any":
        kind = (
            f"{space}  <xs:complexType><xs:sequence>"
            '<xs:any namespace="##any" processContents="skip" minOccurs="0"/>'
            "</xs:sequence></xs:complexType>\n"
        )
    else:
        kind = _simple(field.facets, pad + 2)
    return f"{opening}>\n{note}{kind}{space}</xs:element>\n"


def _simple(facets: Facets, pad: int) -> str:
    space = " " * pad
    lines = [f'{space}  <xs:{name} value="{value}"/>\n' for name, value in _restrictions(facets)]
    return (
        f'{space}<xs:simpleType><xs:restriction base="{_BASES[facets.base]}">\n{"".join(lines)}'
        f"{space}</xs:restriction></xs:simpleType>\n"
    )


def _restrictions(facets: Facets) -> list[tuple[str, object]]:
    told: list[tuple[str, object]] = []
    if facets.collapse:
        told.append(("whiteSpace", "collapse"))
    if facets.base == "string" and facets.high is not None:
        if facets.low == facets.high:
            told.append(("length", facets.high))
        else:
            told.append(("maxLength", facets.high))
            if facets.low:
                told.append(("minLength", facets.low))
    if facets.digits is not None:
        told.append(("totalDigits", facets.digits))
    if facets.fraction is not None:
        told.append(("fractionDigits", facets.fraction))
    return told


def _occurs(low: int, high: int | None) -> str:
    text = "" if low == 1 else f' minOccurs="{low}"'
    if high != 1:
        text += f' maxOccurs="{"unbounded" if high is None else high}"'
    return text
