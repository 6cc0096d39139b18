"""实名核验: who signs in proves once that a document is his; kept is only its keyed hash.

Whom the zone asks is `authority`; a firm's list of buyers goes the same way (`buyers`).
"""

from __future__ import annotations

from django.core.cache import cache

from pilotzone.base.errors import Refused
from pilotzone.base.ids import ric
from pilotzone.base.texts import whole
from pilotzone.kernel import audit
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Person
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.desks import authority
from pilotzone.rooms.clearance import api as clearance

RESIDENT_ID = "1"  # kind of document in the customs messages: resident identity card
TRIES, PAUSE_S = 5, 900


def verify(*, name: str, number: str) -> None:
    """Tie the caller's account to the buyer this document stands for.

    Refused `me.number` (not a resident identity number), `me.unknown` (name and number do not belong together),
    `me.taken` (another account holds it), `me.pause` (five wrong answers); Unavailable `me.authority` in a real zone.
    """
    actor = require("purchase.verify")
    person = actor.person or 0  # whoever may verify has signed in
    name, number = whole(name, 80, "姓名", "The name", field="name"), "".join(number.split()).upper()
    if not ric.is_valid(number):
        raise Refused(
            code="me.number", zh="身份证号码不正确，请核对18位号码和校验位。",
            en="This is not a valid resident identity number; check its 18 characters.", source="GB 11643",
            fields={"number": number[:3]},
        )  # fmt: skip
    _within_tries(actor.person)
    if not authority.ask(name, number):
        raise Refused(
            code="me.unknown", zh="姓名与身份证号码不一致。", en="Name and number do not belong together.", source=authority.SOURCE,
            mend_zh="请按证件逐字填写。", mend_en="Type both as the document shows them.",
        )  # fmt: skip
    key = clearance.buyer_key(RESIDENT_ID, number)
    with scope(PLATFORM):
        if Person.objects.filter(buyer_key=key).exclude(pk=person).exclude(synthetic=True).exists():
            raise Refused(
                code="me.taken", zh="该身份已在另一账号完成核验。", en="Another account holds this identity already.",
                mend_zh="如非本人操作，请联系平台。", mend_en="If that was not you, tell the platform.",
            )  # fmt: skip
        clearance.record_identity(
            id_type=RESIDENT_ID, id_number=number, name=name, matches=True, authority=authority.NAME
        )
        Person.objects.filter(pk=person).update(buyer_key=key)
    audit.record("me.verify", object_kind="person", object_id=person, after={"authority": authority.NAME})


def _within_tries(person: int | None) -> None:
    key = f"me.verify:{person}"
    cache.add(key, 0, PAUSE_S)
    if cache.incr(key) > TRIES:
        raise Refused(
            code="me.pause", zh="核验次数过多，请15分钟后再试。", en="Too many tries; please wait a quarter of an hour.",
        )  # fmt: skip
