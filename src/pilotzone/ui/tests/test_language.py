"""A page speaks Chinese until its reader chooses otherwise, whatever the browser prefers."""

from __future__ import annotations

import pytest
from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory
from django.utils import translation

from pilotzone.ui.language import ChosenLanguageMiddleware


def spoken(cookie: str | None) -> HttpResponse:
    request = RequestFactory().get("/", headers={"accept-language": "en-US,en;q=0.9"})
    if cookie is not None:
        request.COOKIES["django_language"] = cookie

    def view(request: HttpRequest) -> HttpResponse:
        return HttpResponse(translation.get_language())

    response = ChosenLanguageMiddleware(view)(request)
    assert isinstance(response, HttpResponse)
    return response


@pytest.mark.parametrize(
    ("cookie", "language"),
    [
        (None, "zh-hans"),
        ("en", "en"),
        ("zh-hans", "zh-hans"),
        ("fr", "zh-hans"),
        ("en\n<x>", "zh-hans"),
        ("", "zh-hans"),
    ],
)
def test_the_chosen_language_is_spoken_and_said(cookie: str | None, language: str) -> None:
    response = spoken(cookie)
    assert response.content.decode() == language
    assert (response["Content-Language"], response["Vary"]) == (language, "Cookie")


def test_the_language_of_one_request_is_not_the_next_ones() -> None:
    with translation.override("zh-hans"):
        spoken("en")
        assert translation.get_language() == "zh-hans"
