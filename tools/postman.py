"""Write a Postman collection (v2.1) of the API for programs, made from its own OpenAPI description.

    .venv/bin/python tools/postman.py [--out FILE]

One request an address and method, in folders by tag, with example parameters; variables `base` and `token`.
"""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from pathlib import Path
from typing import Any

SCHEMA = "https://schema.getpostman.com/json/collection/v2.1.0/collection.json"
METHODS = ("get", "post", "put", "patch", "delete")


def collection(described: dict[str, Any]) -> dict[str, Any]:
    """The collection of an OpenAPI 3 description."""
    folders: dict[str, list[dict[str, Any]]] = {}
    for path, operations in described["paths"].items():
        for method in METHODS:
            if method in operations:
                told = operations[method]
                folders.setdefault((told.get("tags") or ["other"])[0], []).append(_request(path, method, told))
    return {
        "info": {"name": described["info"]["title"], "schema": SCHEMA},
        "auth": {"type": "bearer", "bearer": [{"key": "token", "value": "{{token}}", "type": "string"}]},
        "variable": [{"key": "base", "value": "http://127.0.0.1:8000"}, {"key": "token", "value": ""}],
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


def main() -> int:
    """Write the file, or print it."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--out", type=Path)
    asked = wanted.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from pilotzone.portal.api.service import api

    text = json.dumps(collection(api.get_openapi_schema()), ensure_ascii=False, indent=1, default=str) + "\n"
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
