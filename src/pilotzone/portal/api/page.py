"""The human page of the API: the same description as /api/v1/openapi.json, as a table in the reader's language."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from pilotzone.portal.api.service import api

WORDS = {
    "title": "开放接口 / Open interface",
    "lead": "供企业系统调用的公开接口。 / The interface for firms' own systems.",
    "description": "机器可读的说明（OpenAPI） / Machine-readable description (OpenAPI)",
    "collection": "Postman 集合 / Postman collection",
    "access": "标“公开”的任何人可用；其余请带接入令牌 Authorization: Bearer，或登录后使用。 / Addresses marked public serve everybody; for the others send an access token (Authorization: Bearer) or sign in.",
    "address": "地址 / Address",
    "what": "用途 / What it does",
    "parameters": "参数 / Parameters",
    "who": "谁可用 / For whom",
    "public": "公开 / public",
    "known": "令牌或登录 / token or session",
    "none": "无 / none",
}


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """Every address with its purpose, parameters and who may use it."""
    schema = api.get_openapi_schema()
    rows = [
        {
            "method": method.upper(),
            "path": path,
            "what": said(operation["summary"]),
            "parameters": [
                {"name": one["name"], "where": one["in"], "what": said(one.get("description", ""))}
                for one in operation["parameters"]
            ],
            "public": {} in operation["security"],
        }
        for path, operations in schema["paths"].items()
        for method, operation in operations.items()
    ]
    words = {key: said(text) for key, text in WORDS.items()}
    return render(request, "api/page.html", {"rows": rows, "words": words})


def said(text: str) -> str:
    """The half of "Chinese / English" that the reader reads."""
    zh, _, en = text.partition(" / ")
    return en if en and (get_language() or "").startswith("en") else zh
