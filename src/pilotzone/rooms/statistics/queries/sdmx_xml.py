"""SDMX-ML 2.1 of what is published: structure message and generic data (ISO 17369:2013, the schemas of SDMX 2.1 section 3A)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from lxml import etree

from pilotzone.rooms.statistics.queries.files import (
    AGENCY,
    ATTRIBUTES,
    FLOW,
    KEYS,
    NAMES,
    VERSION,
    Number,
    attributes_of,
    key_of,
)  # fmt: skip

_BASE = "http://www.sdmx.org/resources/sdmxml/schemas/v2_1"
MES, STR, COM, GEN = f"{_BASE}/message", f"{_BASE}/structure", f"{_BASE}/common", f"{_BASE}/data/generic"
DSD, TITLE = "DSD_CBEC", ("跨境电子商务月度统计", "Monthly cross-border e-commerce statistics")
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
Lists = Mapping[str, Iterable[tuple[str, str, str]]]


def data(rows: Sequence[Number], *, prepared: str, test: bool) -> bytes:
    """A GenericData message, a series a key and its months as observations; a hidden number is an observation without value.

    `prepared`: yyyy-mm-dd; `test` marks a demonstration's message.
    """
    root = etree.Element(f"{{{MES}}}GenericData", nsmap={"mes": MES, "gen": GEN, "com": COM})
    head = _header(root, f"{FLOW}-{prepared}", prepared, test)
    told = _sub(head, MES, "Structure", structureID=DSD, dimensionAtObservation="TIME_PERIOD")
    _reference(_sub(told, COM, "Structure"), DSD, "DataStructure", package="datastructure")
    found = _sub(root, MES, "DataSet", structureRef=DSD, action="Replace")
    series: dict[tuple[str, ...], list[Number]] = {}
    for row in rows:
        series.setdefault(key_of(row), []).append(row)
    for key, own in sorted(series.items()):
        one = _sub(found, GEN, "Series")
        names = _sub(one, GEN, "SeriesKey")
        for name, value in zip(KEYS, key, strict=True):
            _sub(names, GEN, "Value", id=name, value=value)
        for row in sorted(own, key=lambda row: (row.month, row.stage)):
            seen = _sub(one, GEN, "Obs")
            _sub(seen, GEN, "ObsDimension", value=f"{row.month:%Y-%m}")
            if row.value is not None:
                _sub(seen, GEN, "ObsValue", value=f"{row.value:f}")
            notes = _sub(seen, GEN, "Attributes")
            for name, value in zip(ATTRIBUTES, attributes_of(row), strict=True):
                _sub(notes, GEN, "Value", id=name, value=value)
    return _bytes(root)


def structure(lists: Lists, *, prepared: str, test: bool) -> bytes:
    """A Structure message: dataflow, code lists, concepts, data structure definition."""
    root = etree.Element(f"{{{MES}}}Structure", nsmap={"mes": MES, "str": STR, "com": COM})
    _header(root, f"{DSD}-{prepared}", prepared, test)
    every = _sub(root, MES, "Structures")
    flow = _kept(_sub(every, STR, "Dataflows"), "Dataflow", FLOW, TITLE)
    _reference(_sub(flow, STR, "Structure"), DSD, "DataStructure", package="datastructure")
    shelf = _sub(every, STR, "Codelists")
    for name, codes in lists.items():
        one = _kept(shelf, "Codelist", f"CL_{name}", NAMES[name])
        for code, zh, en in codes:
            _named(_sub(one, STR, "Code", id=code), (zh, en))
    concepts = _kept(_sub(every, STR, "Concepts"), "ConceptScheme", "CBEC_CONCEPTS", ("概念", "Concepts"))
    for name, words in NAMES.items():
        _named(_sub(concepts, STR, "Concept", id=name), words)
    made = _kept(_sub(every, STR, "DataStructures"), "DataStructure", DSD, TITLE)
    parts = _sub(made, STR, "DataStructureComponents")
    keys = _sub(parts, STR, "DimensionList", id="DimensionDescriptor")
    for at, name in enumerate(KEYS, 1):
        _component(_sub(keys, STR, "Dimension", id=name, position=str(at)), name, lists)
    time = _sub(keys, STR, "TimeDimension", id="TIME_PERIOD", position=str(len(KEYS) + 1))
    _component(time, "TIME_PERIOD", lists)
    _sub(_sub(time, STR, "LocalRepresentation"), STR, "TextFormat", textType="ObservationalTimePeriod")
    notes = _sub(parts, STR, "AttributeList", id="AttributeDescriptor")
    for name in ATTRIBUTES:
        one = _sub(notes, STR, "Attribute", id=name, assignmentStatus="Mandatory")
        _component(one, name, lists)
        _plain(_sub(_sub(one, STR, "AttributeRelationship"), STR, "PrimaryMeasure"), id="OBS_VALUE")
    measure = _sub(_sub(parts, STR, "MeasureList", id="MeasureDescriptor"), STR, "PrimaryMeasure", id="OBS_VALUE")
    _component(measure, "OBS_VALUE", lists)
    return _bytes(root)


def _header(root: etree._Element, name: str, prepared: str, test: bool) -> etree._Element:
    head = _sub(root, MES, "Header")
    _sub(head, MES, "ID").text = name
    _sub(head, MES, "Test").text = "true" if test else "false"
    _sub(head, MES, "Prepared").text = f"{prepared}T00:00:00"
    _sub(head, MES, "Sender", id=AGENCY)
    return head


def _component(one: etree._Element, name: str, lists: Lists) -> None:
    said = _sub(one, STR, "ConceptIdentity")
    _plain(
        said, id=name, maintainableParentID="CBEC_CONCEPTS", maintainableParentVersion=VERSION, agencyID=AGENCY, package="conceptscheme",
        **{"class": "Concept"},
    )  # fmt: skip
    if name in lists:
        listed = _sub(_sub(one, STR, "LocalRepresentation"), STR, "Enumeration")
        _reference(listed, f"CL_{name}", "Codelist", package="codelist")


def _kept(shelf: etree._Element, tag: str, name: str, words: tuple[str, str]) -> etree._Element:
    return _named(_sub(shelf, STR, tag, id=name, agencyID=AGENCY, version=VERSION), words)


def _named(one: etree._Element, words: tuple[str, str]) -> etree._Element:
    for language, text in zip(("zh", "en"), words, strict=True):
        said = _sub(one, COM, "Name")
        said.set(_LANG, language)
        said.text = text
    return one


def _reference(one: etree._Element, name: str, kind: str, *, package: str) -> None:
    _plain(one, agencyID=AGENCY, id=name, version=VERSION, package=package, **{"class": kind})


def _plain(one: etree._Element, **words: str) -> None:
    etree.SubElement(one, "Ref", words)  # Ref has no namespace of its own in SDMX-ML


def _sub(above: etree._Element, space: str, tag: str, **words: str) -> etree._Element:
    return etree.SubElement(above, f"{{{space}}}{tag}", words)


def _bytes(root: etree._Element) -> bytes:
    told: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8")
    return told
