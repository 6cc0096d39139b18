"""SDMX-ML 2.1 by the rules of its schemas, as far as they can be held without them: order of elements, types of ids, references, codes.

No XSD of SDMX is in the repository; the rules below follow section 3A (message, structure, common, generic data). Negative controls show
that each kind of rule can fail.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from copy import deepcopy
from datetime import date

import pytest
from django.test import Client
from lxml import etree

from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.rooms.statistics import api
from pilotzone.rooms.statistics.queries.sdmx_xml import COM, GEN, MES, STR
from pilotzone.rooms.statistics.tests.test_releases import counted, one_of, published

NAMES = {"m": MES, "s": STR, "g": GEN, "c": COM}
PREFIX = {MES: "m", STR: "s", GEN: "g", COM: "c", None: ""}
ID, NCNAME = re.compile(r"[A-Za-z0-9_@$\-]+"), re.compile(r"[A-Za-z][A-Za-z0-9_\-]*")
AGENCY, VERSION = re.compile(r"[A-Za-z][A-Za-z0-9_\-]*(\.[A-Za-z][A-Za-z0-9_\-]*)*"), re.compile(r"\d+(\.\d+)*")
NAMED = r"(c:Name )+(c:Description )*"
HEADER = r"m:ID m:Test m:Prepared m:Sender (m:Receiver )*(c:Name )*(m:Structure )*(m:DataSetAction )?(m:Extracted )?"
# element → the order of its children, by section 3A; a leaf has none
ORDER = {
    "m:GenericData": r"m:Header (m:DataSet )+", "m:Structure": r"(m:Header m:Structures |c:Structure )", "m:Header": HEADER,
    "m:Sender": r"(c:Name )*", "c:Structure": ":Ref ", "m:DataSet": r"(g:Series )+",
    "g:Series": r"g:SeriesKey (g:Attributes )?(g:Obs )+", "g:SeriesKey": r"(g:Value )+", "g:Obs": r"g:ObsDimension (g:ObsValue )?(g:Attributes )?",
    "g:Attributes": r"(g:Value )+", "m:Structures": r"s:Dataflows s:Codelists s:Concepts s:DataStructures ",
    "s:Dataflows": r"(s:Dataflow )+", "s:Dataflow": NAMED + "s:Structure ", "s:Structure": ":Ref ", "s:Codelists": r"(s:Codelist )+",
    "s:Codelist": NAMED + r"(s:Code )*", "s:Code": NAMED, "s:Concepts": r"(s:ConceptScheme )+", "s:ConceptScheme": NAMED + r"(s:Concept )+",
    "s:Concept": NAMED, "s:DataStructures": r"(s:DataStructure )+", "s:DataStructure": NAMED + "s:DataStructureComponents ",
    "s:DataStructureComponents": r"s:DimensionList (s:Group )*(s:AttributeList )?(s:MeasureList )?",
    "s:DimensionList": r"(s:Dimension )+(s:TimeDimension )?", "s:Dimension": r"s:ConceptIdentity (s:LocalRepresentation )?",
    "s:TimeDimension": r"s:ConceptIdentity s:LocalRepresentation ", "s:ConceptIdentity": ":Ref ",
    "s:LocalRepresentation": r"(s:TextFormat |s:Enumeration )", "s:Enumeration": ":Ref ", "s:AttributeList": r"(s:Attribute )+",
    "s:Attribute": r"s:ConceptIdentity (s:LocalRepresentation )?s:AttributeRelationship ",
    "s:AttributeRelationship": r"(s:None |(s:Dimension )+|s:PrimaryMeasure )", "s:MeasureList": "s:PrimaryMeasure ",
    "s:PrimaryMeasure": r"(s:ConceptIdentity (s:LocalRepresentation )?|:Ref )",
}  # fmt: skip


def name_of(one: etree._Element) -> str:
    tag = etree.QName(one)
    return f"{PREFIX[tag.namespace]}:{tag.localname}"


def faults(root: etree._Element) -> list[str]:
    """What breaks a rule that one message alone can break."""
    told = []
    for one in root.iter(etree.Element):
        children = "".join(f"{name_of(child)} " for child in one)
        if not re.fullmatch(ORDER.get(name_of(one), ""), children):
            told.append(f"order: {name_of(one)}: {children}")
        local = etree.QName(one).localname
        if local in ("Code", "Codelist", "Dataflow") and not ID.fullmatch(one.get("id", "")):
            told.append(f"id: {one.get('id')}")
        if local in (
            "Dimension",
            "TimeDimension",
            "Attribute",
            "PrimaryMeasure",
            "Concept",
            "ConceptScheme",
            "DataStructure",
        ):
            wanted = one.get("id") if len(one) == 0 or one[0].tag != "Ref" else one[0].get("id")
            if not NCNAME.fullmatch(wanted or ""):
                told.append(f"id: {local} {wanted}")
        if "agencyID" in one.attrib and not AGENCY.fullmatch(one.get("agencyID", "")):
            told.append(f"agency: {one.get('agencyID')}")
        if "version" in one.attrib and not VERSION.fullmatch(one.get("version", "")):
            told.append(f"version: {one.get('version')}")
    head = root.find("m:Header", NAMES)
    assert head is not None
    if not ID.fullmatch(head.findtext("m:ID", "", NAMES)) or head.findtext("m:Test", "", NAMES) not in (
        "true",
        "false",
    ):
        told.append("header")
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", head.findtext("m:Prepared", "", NAMES)):
        told.append("header: prepared")
    return told


def disagreements(data: etree._Element, shape: etree._Element) -> list[str]:
    """Where the data leave their structure: keys, attributes, codes outside their list, an observation twice, a reference into nothing."""
    told = []
    lists = {
        one.get("id"): {code.get("id") for code in one.findall("s:Code", NAMES)}
        for one in shape.iter(f"{{{STR}}}Codelist")
    }
    enumerated = {
        one.get("id"): lists[reference[0]]
        for one in shape.xpath("//s:Dimension[@position] | //s:Attribute", namespaces=NAMES)
        if (reference := one.xpath("s:LocalRepresentation/s:Enumeration/Ref/@id", namespaces=NAMES))
    }
    keys = shape.xpath("//s:DimensionList/s:Dimension/@id", namespaces=NAMES)
    positions = [int(at) for at in shape.xpath("//s:DimensionList/*/@position", namespaces=NAMES)]
    if positions != list(range(1, len(keys) + 2)):
        told.append("positions")
    ids = shape.xpath(
        "//s:Codelist/@id | //s:ConceptScheme/@id | //s:DataStructure/@id | //s:Dataflow/@id", namespaces=NAMES
    )
    if len(ids) != len(set(ids)) or any(
        len(codes) != len(shape.xpath(f"//s:Codelist[@id='{name}']/s:Code", namespaces=NAMES))
        for name, codes in lists.items()
    ):
        told.append("twice")
    concepts = set(shape.xpath("//s:Concept/@id", namespaces=NAMES))
    if not set(shape.xpath("//s:ConceptIdentity/Ref/@id", namespaces=NAMES)) <= concepts:
        told.append("concepts")
    structure = data.xpath("m:Header/m:Structure", namespaces=NAMES)[0]
    used = structure.xpath("c:Structure/Ref", namespaces=NAMES)[0]
    found = shape.xpath("//s:DataStructure", namespaces=NAMES)[0]
    if any(used.get(name) != found.get(name) for name in ("id", "agencyID", "version")):
        told.append("structure")
    if {one.get("structureRef") for one in data.findall("m:DataSet", NAMES)} != {structure.get("structureID")}:
        told.append("structureRef")
    if structure.get("dimensionAtObservation") != shape.xpath("//s:TimeDimension/@id", namespaces=NAMES)[0]:
        told.append("time")
    seen = set()
    for series in data.iter(f"{{{GEN}}}Series"):
        pairs = [(one.get("id"), one.get("value")) for one in series.findall("g:SeriesKey/g:Value", NAMES)]
        if [name for name, _value in pairs] != keys:
            told.append(f"key: {pairs}")
        for observed in series.findall("g:Obs", NAMES):
            period = observed.find("g:ObsDimension", NAMES).get("value")
            at = (*pairs, period)
            if at in seen or not re.fullmatch(r"\d{4}-(0[1-9]|1[0-2])", period):
                told.append(f"observation: {at}")
            seen.add(at)
            notes = [(one.get("id"), one.get("value")) for one in observed.findall("g:Attributes/g:Value", NAMES)]
            if [name for name, _value in notes] != shape.xpath("//s:AttributeList/s:Attribute/@id", namespaces=NAMES):
                told.append(f"attributes: {notes}")
            told += [
                f"code: {name}={value}"
                for name, value in (*pairs, *notes)
                if name in enumerated and value not in enumerated[name]
            ]
            told += [
                f"value: {one.get('value')}"
                for one in observed.findall("g:ObsValue", NAMES)
                if not re.fullmatch(r"-?\d+(\.\d+)?", one.get("value"))
            ]
    return sorted(set(told))


@pytest.fixture
def messages(db: None) -> Iterator[tuple[etree._Element, etree._Element]]:
    with scope(PLATFORM):
        counted()
        api.announce(date(2021, 11, 25))
        published(one_of())
    visitor = Client()
    parser = etree.XMLParser(remove_blank_text=True)
    yield (
        etree.fromstring(visitor.get("/statistics/2021-11/preliminary/sdmx.xml").content, parser),
        etree.fromstring(visitor.get("/statistics/structure.xml").content, parser),
    )


def test_both_messages_keep_the_rules(messages: tuple[etree._Element, etree._Element]) -> None:
    data, shape = messages
    assert faults(data) == [] and faults(shape) == []
    assert disagreements(data, shape) == []


def test_each_rule_can_fail(messages: tuple[etree._Element, etree._Element]) -> None:
    data, shape = messages
    broken = deepcopy(shape)
    components = broken.xpath("//s:DataStructureComponents", namespaces=NAMES)[0]
    components.insert(0, components[-1])
    assert any(fault.startswith("order: s:DataStructureComponents") for fault in faults(broken))
    broken = deepcopy(shape)
    broken.xpath("//s:Code", namespaces=NAMES)[0].set("id", "a.b")
    assert any(fault.startswith("id: a.b") for fault in faults(broken))
    broken = deepcopy(data)
    broken.xpath("//g:SeriesKey/g:Value", namespaces=NAMES)[0].set("value", "nowhere")
    assert any(fault.startswith("code: ") for fault in disagreements(broken, shape))
    broken = deepcopy(data)
    one = broken.xpath("//g:Obs", namespaces=NAMES)[0]
    one.getparent().append(deepcopy(one))
    assert any(fault.startswith("observation: ") for fault in disagreements(broken, shape))
