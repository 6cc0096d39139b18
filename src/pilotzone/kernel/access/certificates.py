"""Which certificate belongs to whom: the trust behind every signature. A lost key is revoked here, at once."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Q

from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.models import Certificate, Membership
from pilotzone.kernel.access.roles import roles
from pilotzone.kernel.access.scope import current, scope
from pilotzone.kernel.cursor import Cursor
from pilotzone.kernel.database import cursor_of

READ_LOSSES = frozenset({"certificate.manage", "firm.suspend"})  # who has the page of lost keys


@dataclass(frozen=True)
class Holder:
    """Whose certificate it is and from when to when it counts; `revoked_at` ends it, whatever its own dates say."""

    organisation: int
    sha256: str
    serial: str
    algorithm: str
    valid_from: datetime
    valid_to: datetime
    revoked_at: datetime | None

    def trusted(self, at: datetime) -> bool:
        """Whether a signature made at this wall time counts."""
        return self.valid_from <= at <= self.valid_to and (self.revoked_at is None or at < self.revoked_at)


def register(
    *,
    organisation: int,
    sha256: str,
    serial: str,
    algorithm: str,
    subject: str,
    valid_from: datetime,
    valid_to: datetime,
) -> bool:
    """Note that a certificate belongs to an organisation; False when it did already.

    Refused `kernel.certificate.taken` where it is another's, `kernel.certificate.revoked` where it was revoked.
    """
    sha256 = sha256.lower()
    known = holders([sha256]).get(sha256)
    if known and known.organisation != organisation:
        raise _taken()
    if known and known.revoked_at:
        raise Refused(
            code="kernel.certificate.revoked",
            zh="该证书已挂失，不能再次登记。",
            en="This certificate was revoked and cannot be registered again.",
            mend_zh="请向发证机构申请新证书。",
            mend_en="Ask the issuer for a new certificate.",
        )
    if known:
        return False
    try:
        with transaction.atomic():
            Certificate.objects.create(
                organisation_id=organisation,
                sha256=sha256,
                serial=serial,
                algorithm=algorithm,
                subject=subject,
                valid_from=valid_from,
                valid_to=valid_to,
                registered_at=clock.now(),
            )
    except IntegrityError as failure:  # registered by another, whose rows the caller does not see
        raise _taken() from failure
    return True


def revoke(sha256: str, *, reason: str) -> Certificate:
    """A lost key: from this moment no signature of it is accepted; what was accepted before stays. Wall time.

    Kept with it: who reported the loss, and who was told (`told`: body and how many persons of it). Refused
    `kernel.certificate.unknown` for one that is not the caller's to see, or revoked already; `text.long`.
    """
    reason = whole(reason, 200, "挂失原因", "The reason", field="reason")
    found = Certificate.objects.select_related("organisation").filter(sha256=sha256.lower(), revoked_at=None).first()
    done = 0
    if found is not None:
        found.told, found.revoked_at, found.revoked_reason = _told(found), clock.wall(), reason
        found.reported_by_id = current().person
        done = Certificate.objects.filter(pk=found.pk, revoked_at=None).update(
            revoked_at=found.revoked_at, revoked_reason=reason, reported_by=found.reported_by_id, told=found.told
        )
    if found is None or not done:
        raise Refused(
            code="kernel.certificate.unknown",
            zh="没有可挂失的该证书。",
            en="There is no such certificate to revoke.",
        )
    audit.record(
        "certificate.revoke", object_kind="certificate", object_id=found.sha256, after={"told": found.told},
        reason=reason,
    )  # fmt: skip
    return found


def lost_since(moment: datetime) -> int:
    """How many certificates the caller sees were revoked at or after this wall time."""
    return Certificate.objects.filter(revoked_at__gte=moment).count()


def _told(lost: Certificate) -> list[dict[str, Any]]:
    """Whom the notice of a loss reaches on their own pages: the firm, and each office that reads the notices."""
    day = clock.today()
    told: dict[str, int] = {}
    with scope(PLATFORM):
        in_force = Membership.objects.filter(
            Q(valid_to=None) | Q(valid_to__gte=day), valid_from__lte=day, person__is_active=True
        ).select_related("unit")
        told[lost.organisation.name] = (
            in_force.filter(organisation=lost.organisation).values("person").distinct().count()
        )
        readers = [each.code for each in roles() if each.side == "unit" and each.may & READ_LOSSES]
        for row in in_force.filter(role__in=readers).order_by("unit__path", "pk"):
            told[str(row.unit)] = told.get(str(row.unit), 0) + 1
    return [{"body": body, "persons": persons} for body, persons in told.items()]


def holders(sha256s: Iterable[str], *, cursor: Cursor | None = None) -> dict[str, Holder]:
    """The holders of these certificates, by lower-case hash; unknown ones are left out. For batches: a raw cursor."""
    wanted = [sha256.lower() for sha256 in sha256s]
    if not wanted:
        return {}
    if cursor is not None:
        return _holders(cursor, wanted)
    with cursor_of() as own:
        return _holders(own, wanted)


def _taken() -> Refused:
    return Refused(
        code="kernel.certificate.taken",
        zh="该证书已登记在另一单位名下。",
        en="This certificate is registered for another organisation.",
    )


def _holders(cursor: Cursor, wanted: list[str]) -> dict[str, Holder]:
    cursor.execute(
        "SELECT organisation_id, sha256, serial, algorithm, valid_from, valid_to, revoked_at"
        " FROM kernel_certificate WHERE sha256 = ANY(%s)",
        (wanted,),
    )
    return {row[1]: Holder(*row) for row in cursor.fetchall()}
