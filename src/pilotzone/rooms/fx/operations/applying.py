"""The firm's verbs: apply, consent, report trade credit, say which account it keeps."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from pilotzone.base.texts import whole
from pilotzone.kernel import audit, events
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.doors import require
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import current, scope
from pilotzone.reference import edition
from pilotzone.rooms.fx.engine.advice import advise
from pilotzone.rooms.fx.engine.ledger import APPLIED
from pilotzone.rooms.fx.engine.payees import CONDITIONS
from pilotzone.rooms.fx.engine.records import ADVANCE, ALGORITHM, GOODS, Advice
from pilotzone.rooms.fx.errors import refused
from pilotzone.rooms.fx.models import Consent, CreditReport, Decision, Party, Receipt
from pilotzone.rooms.fx.operations.linking import open_or_refused
from pilotzone.rooms.fx.operations.shown import RECEIPT, as_shown
from pilotzone.rooms.fx.queries import facts
from pilotzone.rooms.fx.queries.receipts import access_own

PLATFORM_MAKER = "platform"


def apply(
    *, receipt: int, at: datetime, purpose: str = GOODS, expected_on: date | None = None, agency: str = "",
    collecting: Iterable[str] = (), version: int | None = None,
) -> dict[str, Any]:  # fmt: skip
    """申请结汇: ask the bank to settle; the platform's advice is computed and kept with its rule and edition.

    Raises Denied, Refused `rule.fx.consent` before the bank may see the documents, `rule.fx.closed`,
    `kernel.record.moved` where it moved since the page showed `version`.
    """
    require("fx.apply")
    own = access_own(receipt)
    if purpose not in (GOODS, ADVANCE):
        raise refused("rule.fx.decision", text=purpose[:20])
    actor = current()
    with scope(PLATFORM):
        locked = Receipt.objects.select_for_update().get(pk=own.pk)
        open_or_refused(locked)
        as_shown(RECEIPT, receipt, version, actor)
        if facts.consent_of(locked) is None:
            raise refused("rule.fx.consent")
        locked.purpose, locked.expected_on, locked.agency = (
            purpose,
            expected_on,
            whole(agency, 60, "代理协议编号", "The number of the agreement", field="agency"),
        )
        locked.collecting = sorted({name for name in collecting if name in CONDITIONS})
        locked.state, locked.applied_at = APPLIED, at
        told = advised(locked, at=at, person=actor.person)
        locked.save()
    audit.record("fx.apply", object_kind="fx.receipt", object_id=receipt, after={"outcome": told.outcome})
    return told.as_dict()


def advised(locked: Receipt, *, at: datetime, person: int | None) -> Advice:
    """Compute the advice on a locked receipt, keep it, and keep the reports it asks for. The caller saves the receipt."""
    told = advise(facts.payee_of(locked), facts.money_of(locked), facts.evidence_of(locked))
    locked.outcome, locked.counts_quota = told.outcome, told.counts_quota
    Decision.objects.create(
        receipt=locked, maker=PLATFORM_MAKER, outcome=told.outcome, advice=told.as_dict(), algorithm=ALGORITHM,
        edition=edition.version(), person=person, at=at,
    )  # fmt: skip
    asked = [one.kind for one in told.reports]
    CreditReport.objects.filter(receipt=locked, reported_at=None).exclude(kind__in=[*asked, "breach"]).update(usd=0)
    for one in told.reports:
        values = {"usd": one.usd, "due_on": one.due_on}
        standing, new = CreditReport.objects.get_or_create(receipt=locked, kind=one.kind, defaults=values)
        if not new and standing.reported_at is None:
            CreditReport.objects.filter(pk=standing.pk).update(**values)
    row = {"receipt": locked.pk, "bank": locked.bank_id, "number": locked.number, "outcome": told.outcome}
    events.publish("fx.advice", [row | {"usd": f"{locked.usd:f}"}])
    return told


def consent(*, bank: int, at: datetime, given: bool = True) -> None:
    """授权: let a bank see the documents behind the firm's receipts, or take that back for what comes."""
    actor = require("fx.apply")
    organisation = actor.organisation or 0
    with scope(PLATFORM):
        if not Organisation.objects.filter(pk=bank, roles__contains=["bank"]).exists():
            raise refused("rule.fx.bank")
        standing = Consent.objects.select_for_update().filter(
            organisation_id=organisation, bank_id=bank, withdrawn_at=None
        )
        if given and not standing.exists():
            Consent.objects.create(organisation_id=organisation, bank_id=bank, given_at=at, given_by=actor.person)
        elif not given:
            standing.update(withdrawn_at=at)
    verb = "fx.consent" if given else "fx.consent.withdraw"
    audit.record(verb, object_kind="fx.consent", object_id=f"{organisation}:{bank}")


def report(*, receipt: int, kind: str, at: datetime, expected_on: date | None = None) -> None:
    """贸易信贷报告: report what was asked for. Reported late is reported, and shown as late."""
    require("fx.apply")
    own = access_own(receipt)
    with scope(PLATFORM):
        found = (
            CreditReport.objects.select_for_update()
            .filter(receipt_id=own.pk, kind=kind, reported_at=None, usd__gt=0)
            .first()
        )
        if found is None:
            raise refused("rule.fx.report_unknown")
        found.reported_at, found.expected_on = at, expected_on
        found.save(update_fields=["reported_at", "expected_on"])
        events.publish("fx.credit_report", [{"report": found.pk, "receipt": own.pk, "kind": kind}])
    audit.record(
        "fx.report", object_kind="fx.receipt", object_id=receipt, after={"kind": kind, "usd": f"{found.usd:f}"}
    )


def keep_pending(*, keeps: bool) -> None:
    """Say whether the firm keeps a pending-verification account; only class A has the choice, the advice sees to it."""
    actor = require("fx.apply")
    with scope(PLATFORM):
        changed = Party.objects.filter(pk=actor.organisation or 0).update(keeps_pending=keeps)
    if not changed:
        raise refused("rule.fx.not_listed", source="汇发〔2012〕38号")
    audit.record("fx.account", object_kind="organisation", object_id=actor.organisation, after={"keeps_pending": keeps})
