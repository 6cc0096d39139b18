"""The description is true, whole and readable, in openapi.json, on the page and in docs/api.md."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from pilotzone.portal.api.problems import ROWS

pytestmark = pytest.mark.django_db
DOCUMENT = Path(__file__).resolve().parents[5] / "docs" / "api.md"
PUBLIC = {"/track/{number}", "/board", "/clock", "/reference/codes/{name}", "/reference/rates/{key}", "/reference/goods/{hs}", "/schema", "/schema/{message}/fields", "/schema/{message}", "/registry/firms/{code}", "/papers/verify/{code}", "/release-times", "/joint-inspection", "/services/items", "/services/items/{key}", "/statistics/adjusted", "/statistics/figures", "/statistics/indicators", "/statistics/releases"}  # fmt: skip


@pytest.fixture
def schema(client: Client) -> dict[str, Any]:
    told: dict[str, Any] = client.get("/api/v1/openapi.json").json()
    return told


def operations(schema: dict[str, Any]) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in schema["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path.removeprefix("/api/v1"), operation


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from nodes(inner)


def test_the_description_is_openapi_and_every_reference_leads_somewhere(schema: dict[str, Any]) -> None:
    assert schema["openapi"].startswith("3.1") and schema["info"]["title"] and schema["info"]["version"]
    for node in nodes(schema):
        if isinstance(where := node.get("$ref"), str):
            found: Any = schema
            for part in where.removeprefix("#/").split("/"):
                found = found[part]
            assert found


def test_every_operation_is_whole(schema: dict[str, Any]) -> None:
    names = [operation["operationId"] for _, _, operation in operations(schema)]
    assert len(names) == len(set(names)) >= 60
    for method, path, operation in operations(schema):
        assert operation["description"] and " / " in operation["summary"], path
        wanted = set(re.findall(r"{(\w+)}", path))
        assert {one["name"] for one in operation["parameters"] if one["in"] == "path"} == wanted, path
        assert all(one["required"] for one in operation["parameters"] if one["in"] == "path")
        assert operation["responses"]["200"]["content"], path
        assert ("requestBody" in operation) == (method == "POST")


def test_every_problem_is_described_as_one(schema: dict[str, Any]) -> None:
    for _, path, operation in operations(schema):
        told = {status for status in operation["responses"] if status != "200"}
        assert {"422", "429", "500", "503"} <= told, path
        for status in told:
            content = operation["responses"][status]["content"]
            assert content == {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemOut"}}}


def test_only_the_public_addresses_are_open(schema: dict[str, Any]) -> None:
    assert {path for _, path, operation in operations(schema) if {} in operation["security"]} == PUBLIC
    assert all({"AccessToken": []} in operation["security"] for _, _, operation in operations(schema))
    assert set(schema["components"]["securitySchemes"]) == {"AccessToken", "Session"}


def test_a_description_is_told_in_both_languages(schema: dict[str, Any]) -> None:
    told = [
        text
        for one in nodes(schema)
        if isinstance(text := one.get("description"), str)  # a field may be called description
        if re.search("[\u3400-\u9fff]", text)
    ]
    assert len(told) > 40
    assert [text for text in told if " / " not in text] == []


def test_the_page_lists_every_address_in_the_readers_language(client: Client, schema: dict[str, Any]) -> None:
    page = client.get("/api/v1/").content.decode()
    for method, path, operation in operations(schema):
        assert f"<code>{method} /api/v1{path}</code>" in page
        assert operation["summary"].split(" / ")[0] in page
    assert not re.search(r"<script(?![^>]*\bsrc=)|\sstyle=|\son\w+=|<style|https?://", page.split("<main")[1])
    client.cookies["django_language"] = "en"
    english = client.get("/api/v1/").content.decode().split("<main")[1].split("</main")[0]
    assert not re.findall("[\u3400-\u9fff]+", english)


def test_every_address_has_its_heading_and_example(schema: dict[str, Any]) -> None:
    text = DOCUMENT.read_text(encoding="utf-8")
    parts = dict(re.findall(r"^## ((?:GET|POST) /\S+)$\n(.*?)(?=^## |\Z)", text, re.MULTILINE | re.DOTALL))
    assert set(parts) == {f"{method} {path}" for method, path, _ in operations(schema)}
    for heading, part in parts.items():
        pattern = re.sub(r"{\w+}", "[^ '\"]+", heading.split()[1])
        assert re.search(rf"```sh\ncurl [^`]*/api/v1{pattern}", part), heading


def test_every_code_of_the_api_is_in_the_document() -> None:
    written = set(re.findall(r"^\| `(api\.\w+)` \| (\d+)", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    assert written == {(code, str(status)) for code, (status, _, _) in ROWS.items()}
