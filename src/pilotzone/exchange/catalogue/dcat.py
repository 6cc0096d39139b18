"""The catalogue as DCAT 3 in JSON-LD (W3C Recommendation of 2024-08-22), for other catalogues to harvest."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from pilotzone.exchange.catalogue.shapes import CONDITIONAL, KIND_WORDS, REFUSED, Resource

CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/", "foaf": "http://xmlns.com/foaf/0.1/",
    "adms": "http://www.w3.org/ns/adms#", "xsd": "http://www.w3.org/2001/XMLSchema#", "rdfs": "http://www.w3.org/2000/01/rdf-schema#", "pz": "urn:pilotzone:catalogue#",
}  # fmt: skip
_RIGHTS = {REFUSED: "NON_PUBLIC", CONDITIONAL: "RESTRICTED"}


def catalogue(
    resources: Iterable[Resource],
    owners: Mapping[str, tuple[str, str]],
    *,
    base: str,
    coming: Mapping[str, Resource] | None = None,
) -> dict[str, Any]:
    """The whole catalogue; `owners` are the names (zh, en) by path, `base` the address of the pages below, `coming` the versions announced."""
    announced = coming or {}
    return {
        "@context": CONTEXT, "@id": base, "@type": "dcat:Catalog", "dct:title": _both("综试区数据共享目录", "Data catalogue of the pilot zone"),
        "dcat:dataset": [
            dataset(one, owners.get(one.owner, (one.owner, one.owner)), base=base, coming=announced.get(one.code)) for one in resources
        ],
    }  # fmt: skip


def dataset(one: Resource, owner: tuple[str, str], *, base: str, coming: Resource | None = None) -> dict[str, Any]:
    """One resource as a dcat:Dataset; a version announced for a day to come is its adms:next."""
    zh, en = KIND_WORDS[one.sharing]
    root = base.removesuffix("/catalogue/")
    told: dict[str, Any] = {
        "@id": f"{base}{one.code}/", "@type": "dcat:Dataset", "dct:identifier": one.code, "dcat:version": one.version,
        "dct:title": _both(one.zh, one.en), "dct:description": _both(one.abstract_zh, one.abstract_en),
        "dct:publisher": {"@id": f"urn:pilotzone:unit:{one.owner}", "@type": "foaf:Agent", "foaf:name": _both(*owner)},
        "dct:issued": {"@type": "xsd:date", "@value": one.since.isoformat()},
        "dct:accrualPeriodicity": {"@type": "xsd:duration", "@value": f"P{one.cycle_days}D"},
        "dct:accessRights": {
            "@id": f"http://publications.europa.eu/resource/authority/access-right/{_RIGHTS.get(one.sharing, 'PUBLIC')}",
            "@type": "dct:RightsStatement", "rdfs:label": _both(zh, en),
        },
        "dct:rights": {"@type": "dct:RightsStatement", "rdfs:label": [{"@language": "zh", "@value": one.basis}]},
        "pz:confidence": one.tag,
        "pz:field": [
            {"dct:identifier": part.name, "dct:title": _both(part.zh, part.en), "pz:type": part.type, "pz:class": part.klass}
            for part in one.fields
        ],
    }  # fmt: skip
    if coming is not None:
        told["adms:next"] = {
            "@id": f"{told['@id']}#{coming.version}", "@type": "dcat:Dataset", "dct:identifier": coming.code, "dcat:version": coming.version,
            "dct:title": _both(coming.zh, coming.en), "dct:description": _both(coming.abstract_zh, coming.abstract_en),
            "dcat:previousVersion": {"@id": told["@id"]},
            "dct:issued": {"@type": "xsd:date", "@value": coming.since.isoformat()},
            "adms:versionNotes": _both(coming.history[0].zh, coming.history[0].en),
        }  # fmt: skip
    if one.files:
        told["dcat:distribution"] = [
            {"@type": "dcat:Distribution", "dcat:accessURL": {"@id": f"{root}{address}"}, "dcat:mediaType": kind}
            for address, kind in one.files
        ]
    return told


def _both(zh: str, en: str) -> list[dict[str, str]]:
    return [{"@language": "zh", "@value": zh}, {"@language": "en", "@value": en}]
