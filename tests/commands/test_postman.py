"""The Postman collection holds every address of the API's own description, once."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.test import Client

ROOT = Path(__file__).resolve().parents[2]


def test_every_address_and_method_is_a_request(tmp_path: Path) -> None:
    from pilotzone.portal.api.service import api

    out = tmp_path / "postman.json"
    subprocess.run([sys.executable, "tools/postman.py", "--out", str(out)], cwd=ROOT, check=True)
    told = json.loads(out.read_text("utf-8"))
    asked = {
        (item["request"]["method"], item["request"]["url"]["raw"].removeprefix("{{base}}").partition("?")[0])
        for folder in told["item"]
        for item in folder["item"]
    }
    described = api.get_openapi_schema()["paths"]
    wanted = {
        (method.upper(), path.replace("{", ":").replace("}", ""))
        for path, methods in described.items()
        for method in methods
        if method in ("get", "post", "put", "patch", "delete")
    }
    assert asked == wanted
    assert len(wanted) > 40
    assert told["auth"]["bearer"][0]["value"] == "{{token}}", "no token is written into the file"


@pytest.mark.django_db
def test_a_zone_hands_it_out_with_its_own_address(client: Client) -> None:
    answer = client.get("/api/v1/postman.json")
    told = json.loads(answer.content)
    assert answer.status_code == 200 and "attachment" in answer["Content-Disposition"]
    assert {one["key"]: one["value"] for one in told["variable"]} == {"base": "http://testserver", "token": ""}
    assert sum(len(folder["item"]) for folder in told["item"]) > 40
    assert 'href="postman.json"' in client.get("/api/v1/").content.decode()
