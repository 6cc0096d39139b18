"""Published numbers as files for machines: SDMX-JSON 2.0 data and structure, and the one JSON text a signature is over."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol

AGENCY, FLOW, VERSION = "PILOTZONE", "CBEC_MONTHLY", "1.0.0"
DATA_SCHEMA = "https://json.sdmx.org/2.0.0/sdmx-json-data-schema.json"
STRUCTURE_SCHEMA = "https://json.sdmx.org/2.0.0/sdmx-json-structure-schema.json"
KEYS = ("FREQ", "INDICATOR", "COVERAGE", "FLOW", "DIMENSION", "CODE")
NAMES = {
    "FREQ": ("频率", "Frequency"), "INDICATOR": ("指标", "Indicator"), "COVERAGE": ("口径", "Coverage"), "FLOW": ("进出口", "Flow"),
    "DIMENSION": ("分组", "Breakdown"), "CODE": ("代码", "Code"), "TIME_PERIOD": ("报告期", "Time period"),
    "OBS_STATUS": ("数据状态", "Observation status"), "CONF_STATUS": ("保密状态", "Confidentiality status"), "VINTAGE": ("公布阶段", "Vintage"),
    "VERSION": ("指标版本", "Version of the definition"), "UNIT": ("计量单位", "Unit of measure"), "OBS_VALUE": ("数值", "Observation value"),
}  # fmt: skip
ATTRIBUTES = ("OBS_STATUS", "CONF_STATUS", "VINTAGE", "VERSION", "UNIT")
ALL = "_T"
UNCODED = frozenset(
    {"CODE", "TIME_PERIOD", "VERSION"}
)  # no code list: values are told as they are (a place of the tree has dots)


class Number(Protocol):
    """What is needed of a published number."""

    @property
    def month(self) -> Any: ...
    @property
    def stage(self) -> str: ...
    @property
    def indicator(self) -> str: ...
    @property
    def version(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def coverage(self) -> str: ...
    @property
    def flow(self) -> str: ...
    @property
    def dimension(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def value(self) -> Any: ...
    @property
    def hidden(self) -> bool: ...


def canonical(told: Any) -> bytes:
    """Plain data as one JSON text, the same for the same."""
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def data(rows: Sequence[Number], *, prepared: str) -> dict[str, Any]:
    """An SDMX-JSON 2.0 data message: flat observations, every one with status, vintage and version of its definition."""
    keys = [key_of(row) for row in rows]
    times = sorted({f"{row.month:%Y-%m}" for row in rows})
    values = [sorted({one[at] for one in keys}) for at in range(len(KEYS))]
    told = [attributes_of(row) for row in rows]
    kinds = [sorted({one[at] for one in told}) for at in range(len(ATTRIBUTES))]
    seen: dict[str, list[Any]] = {}
    for row, key, notes in zip(rows, keys, told, strict=True):
        place = ":".join(str(values[at].index(part)) for at, part in enumerate(key))
        seen[f"{place}:{times.index(f'{row.month:%Y-%m}')}"] = [
            None if row.value is None else float(row.value), *(kinds[at].index(note) for at, note in enumerate(notes))
        ]  # fmt: skip
    dimensions = [_component(name, at, found) for at, (name, found) in enumerate(zip(KEYS, values, strict=True))]
    dimensions.append(_component("TIME_PERIOD", len(KEYS), times))
    links = [
        {"rel": "dataflow", "urn": f"urn:sdmx:org.sdmx.infomodel.datastructure.Dataflow={AGENCY}:{FLOW}({VERSION})"}
    ]
    return {
        "meta": _meta(DATA_SCHEMA, prepared),
        "data": {
            "dataSets": [{"structure": 0, "action": "Replace", "links": links, "observations": seen}],
            "structures": [
                {
                    "links": links,
                    "dimensions": {"observation": dimensions},
                    "measures": {"observation": [{"id": "OBS_VALUE", **_names("OBS_VALUE")}]},
                    "attributes": {"observation": [
                        _component(name, None, found) | {"relationship": {"observation": {}}} for name, found in zip(ATTRIBUTES, kinds, strict=True)
                    ]},
                    "dataSets": [0],
                }
            ],
        },
    }  # fmt: skip


def structure(lists: Mapping[str, Iterable[tuple[str, str, str]]], *, prepared: str) -> dict[str, Any]:
    """An SDMX-JSON 2.0 structure message: concepts, code lists (code, zh, en), the data structure, the dataflow."""
    scheme = f"urn:sdmx:org.sdmx.infomodel.conceptscheme.Concept={AGENCY}:CBEC_CONCEPTS({VERSION})"
    code = f"urn:sdmx:org.sdmx.infomodel.codelist.Codelist={AGENCY}"

    def component(name: str) -> dict[str, Any]:
        told: dict[str, Any] = {"id": name, "conceptIdentity": f"{scheme}.{name}"}
        if name in lists:
            told["localRepresentation"] = {"enumeration": f"{code}:CL_{name}({VERSION})"}
        return told

    head = {"agencyID": AGENCY, "version": VERSION}
    return {
        "meta": _meta(STRUCTURE_SCHEMA, prepared),
        "data": {
            "conceptSchemes": [{"id": "CBEC_CONCEPTS", **head, "name": "Concepts", "concepts": [{"id": name, **_names(name)} for name in NAMES]}],
            "codelists": [
                {"id": f"CL_{name}", **head, "name": NAMES[name][1],
                 "codes": [{"id": one, "name": en, "names": {"zh": zh, "en": en}} for one, zh, en in codes]}
                for name, codes in lists.items()
            ],
            "dataStructures": [
                {
                    "id": "DSD_CBEC", **head, "name": "Monthly cross-border e-commerce statistics",
                    "dataStructureComponents": {
                        "dimensionList": {"id": "DimensionDescriptor", "dimensions": [component(name) | {"position": at} for at, name in enumerate(KEYS, 1)],
                                          "timeDimensions": [component("TIME_PERIOD")]},
                        "attributeList": {"id": "AttributeDescriptor", "attributes": [
                            component(name) | {"attributeRelationship": {"observation": {}}} for name in ATTRIBUTES
                        ]},
                        "measureList": {"id": "MeasureDescriptor", "measures": [component("OBS_VALUE")]},
                    },
                }
            ],
            "dataflows": [
                {"id": FLOW, **head, "name": "Monthly cross-border e-commerce statistics",
                 "structure": f"urn:sdmx:org.sdmx.infomodel.datastructure.DataStructure={AGENCY}:DSD_CBEC({VERSION})"}
            ],
        },
    }  # fmt: skip


def key_of(row: Number) -> tuple[str, ...]:
    """The values of the dimensions before the time."""
    return ("M", row.indicator, row.coverage, row.flow or ALL, row.dimension or ALL, row.code or ALL)


def attributes_of(row: Number) -> tuple[str, ...]:
    """The values of the attributes."""
    known = "P" if row.stage == "preliminary" else "A"
    status = "Q" if row.hidden else "O" if row.value is None else known  # SDMX CL_OBS_STATUS
    return status, "N" if row.hidden else "F", row.stage, row.version, row.unit


def _component(name: str, position: int | None, values: Sequence[str]) -> dict[str, Any]:
    told: dict[str, Any] = {
        "id": name, **_names(name), "values": [{"value": one} if name in UNCODED else {"id": one, "name": one} for one in values],
    }  # fmt: skip
    return told if position is None else told | {"keyPosition": position}


def _names(name: str) -> dict[str, Any]:
    zh, en = NAMES[name]
    return {"name": en, "names": {"zh": zh, "en": en}}


def _meta(schema: str, prepared: str) -> dict[str, Any]:
    return {"schema": schema, "id": f"{FLOW}-{prepared}", "prepared": f"{prepared}T00:00:00+08:00", "contentLanguages": ["zh", "en"],
            "sender": {"id": AGENCY}}  # fmt: skip
