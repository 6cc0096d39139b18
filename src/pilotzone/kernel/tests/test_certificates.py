"""A certificate belongs to one organisation, and a lost key stops counting at once."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pilotzone.base.errors import Refused
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access import certificates
from pilotzone.kernel.access.actor import ENTERPRISE, PLATFORM, Actor
from pilotzone.kernel.access.scope import scope
from pilotzone.kernel.tests.conftest import Cast

pytestmark = pytest.mark.django_db
HASH = "AB" * 32


def card(organisation: int, **change: Any) -> dict[str, Any]:
    return {
        "organisation": organisation,
        "sha256": HASH,
        "serial": "01",
        "algorithm": "rsa",
        "subject": "CN=甲",
        "valid_from": datetime(2020, 1, 1, tzinfo=UTC),
        "valid_to": datetime(2099, 1, 1, tzinfo=UTC),
    } | change


def test_registering_twice_is_once_and_another_cannot_take_it(cast: Cast) -> None:
    with scope(Actor(kind=ENTERPRISE, organisation=cast.firm.pk)):
        assert certificates.register(**card(cast.firm.pk))
        assert not certificates.register(**card(cast.firm.pk))
    with scope(Actor(kind=ENTERPRISE, organisation=cast.other.pk)):
        with pytest.raises(Refused, match="kernel.certificate.taken"):
            certificates.register(**card(cast.other.pk))
        with pytest.raises(Refused, match="kernel.certificate.unknown"):
            certificates.revoke(HASH, reason="not mine")
    with scope(PLATFORM):
        assert certificates.holders([HASH, "00"])[HASH.lower()].organisation == cast.firm.pk


def test_a_revoked_key_counts_no_more_and_never_again(cast: Cast) -> None:
    with scope(Actor(kind=ENTERPRISE, organisation=cast.firm.pk)):
        certificates.register(**card(cast.firm.pk))
        before = clock.wall()
        certificates.revoke(HASH, reason="lost")
        holder = certificates.holders([HASH])[HASH.lower()]
        assert holder.trusted(before)
        assert not holder.trusted(clock.wall() + timedelta(seconds=1))
        assert not holder.trusted(datetime(2019, 1, 1, tzinfo=UTC))
        with pytest.raises(Refused, match="kernel.certificate.revoked"):
            certificates.register(**card(cast.firm.pk))
        assert audit.trail("certificate", HASH.lower())[0]["reason"] == "lost"


def test_a_loss_says_who_reported_it_and_who_was_told(cast: Cast) -> None:
    with scope(Actor(kind=ENTERPRISE, person=cast.clerk.pk, organisation=cast.firm.pk)):
        certificates.register(**card(cast.firm.pk))
        lost = certificates.revoke(HASH, reason="ukey遗失")
        assert lost.reported_by_id == cast.clerk.pk
        told = json.loads(audit.trail("certificate", HASH.lower())[0]["after"])["told"]
    assert told == lost.told
    assert {one["body"]: one["persons"] for one in told} == {
        "甲": 2, str(cast.office.unit): 1, "南昌海关": 1,
    }  # fmt: skip
