"""A firm drops its past on the page: kept as past, its results shown; what is no message is refused beside it."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from pilotzone.exchange.models import Message
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope

pytestmark = pytest.mark.django_db
WHERE = "/enterprise/submit/history/"


def test_the_past_is_kept_as_past_and_its_result_is_shown(
    signed_in: Callable[..., Client], firms: dict[str, Organisation]
) -> None:
    clerk = signed_in("ebp", "甲公司")
    assert "补录历史" in clerk.get("/enterprise/submit/").content.decode()
    answer = clerk.post(WHERE, {"files": [SimpleUploadedFile("2019.xml", b"<a/>")]})
    assert answer.status_code == 302 and "/enterprise/submit/results/?r=" in answer["Location"]
    assert "2019.xml" in clerk.get(answer["Location"]).content.decode()
    with scope(PLATFORM):
        (kept,) = Message.objects.filter(organisation_id=firms["甲公司"].pk)
        assert (kept.channel, kept.client) == ("history", "2019.xml")


def test_a_sheet_is_no_past(signed_in: Callable[..., Client]) -> None:
    answer = signed_in("ebp", "甲公司").post(WHERE, {"files": [SimpleUploadedFile("CEB311.xlsx", b"PK")]})
    assert (answer.status_code, "desk.file.kind" in answer.content.decode()) == (422, True)
    with scope(PLATFORM):
        assert not Message.objects.exists()
