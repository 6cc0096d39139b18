"""The API as a Postman collection (v2.1), made from its own OpenAPI description: one request an address and method, in folders by tag.

Variables `base` and `token`; no token is ever written into the file.
"""

from __future__ import annotations

import json
import re
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from pilotzone.portal.api.service import api

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
METHODS = ("get", "post", "put", "patch", "delete")


def collection(described: dict[str, Any], base: str = "http://127.0.0.1:8000") -> dict[str, Any]:
    """The collection of an OpenAPI 3 description, asked at `base` until its reader says otherwise."""
    folders: dict[str, list[dict[str, Any]]] = {}
    for path, operations in described["paths"].items():
        for method in METHODS:
            if method in operations:
                told = operations[method]
                folders.setdefault((told.get("tags") or ["other"])[0], []).append(_request(path, method, told))
    return {
        "info": {"name": described["info"]["title"], "schema": SCHEMA},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "variable": [{"key": "base", "value": base}, {"key": "token", "value": ""}],
        "item": [{"name": tag, "item": items} for tag, items in sorted(folders.items())],
    }


def _request(path: str, method: str, told: dict[str, Any]) -> dict[str, Any]:
    parameters = told.get("parameters", [])
    query = [
        {
            "key": one["name"],
            "value": "",
            "description": one.get("description", ""),
            "disabled": not one.get("required"),
        }
        for one in parameters
        if one["in"] == "query"
    ]
    variables = [{"key": one["name"], "value": ""} for one in parameters if one["in"] == "path"]
    shown = re.sub(r"\{(\w+)\}", r":\1", path)
    asked = "&".join(f"{one['key']}=" for one in query if not one["disabled"])
    url = {
        "raw": "{{base}}" + shown + (f"?{asked}" if asked else ""),
        "host": ["{{base}}"],
        "path": shown.strip("/").split("/"),
        "query": query,
        "variable": variables,
    }
    request: dict[str, Any] = {"method": method.upper(), "url": url, "description": told.get("description", "")}
    kinds = list((told.get("requestBody") or {}).get("content", {}))
    if kinds:
        request["header"] = [{"key": "Content-Type", "value": kinds[0]}]
        request["body"] = {"mode": "raw", "raw": "{}" if "json" in kinds[0] else ""}
    return {"name": told.get("summary") or f"{method.upper()} {path}", "request": request, "response": []}


@require_safe
def download(request: HttpRequest) -> HttpResponse:
    """The collection of this zone as a file."""
    told = collection(api.get_openapi_schema(), f"{request.scheme}://{request.get_host()}")
    answer = HttpResponse(
        json.dumps(told, ensure_ascii=False, indent=1, default=str), content_type="application/json; charset=utf-8"
    )
    answer["Content-Disposition"] = 'attachment; filename="pilotzone.postman_collection.json"'
    return answer
