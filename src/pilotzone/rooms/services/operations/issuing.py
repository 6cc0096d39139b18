"""The notice of a decision: numbered in a row without gaps, kept as it was said, verifiable by number and code."""

from __future__ import annotations

import hashlib
import json
import secrets

from pilotzone.kernel import clock
from pilotzone.kernel.access.roles import role
from pilotzone.rooms.services.engine.notices import Decision, told
from pilotzone.rooms.services.models import Counter, Notice
from pilotzone.rooms.services.operations.holding import Held, body_of

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # no I, L, O, U: read aloud, typed by hand
LENGTH = 12  # 60 bits: not to be guessed


def issue(holding: Held, outcome: str) -> Notice:
    """Write the notice of a case just decided, in its transaction. `outcome`: granted or refused."""
    case, item, today = holding.case, holding.item, clock.today()
    number = _number("试" + item.prefix if case.trial else item.prefix, today.year)
    firm = case.organisation
    name, uscc = (firm.name, firm.uscc) if firm else (str(case.person), "自然人") if case.person else ("（试办）", "")
    decision = Decision(
        outcome=outcome, number=number, case=case.number, name=name, uscc=uscc,
        day=today, reason=holding.reason if outcome == "refused" else "", body=body_of(holding.actor),
        kinds=tuple(role(code).zh for code in firm.roles) if firm else (), trial=case.trial, synthetic=case.synthetic,
    )  # fmt: skip
    said = told(item, decision, case.values)
    digest = hashlib.sha256(json.dumps(said, ensure_ascii=False, sort_keys=True).encode()).hexdigest()
    code = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))
    return Notice.objects.create(
        case=case, number=number, code=code, outcome=outcome, told=said, digest=digest, issued_at=clock.now()
    )


def _number(prefix: str, year: int) -> str:
    Counter.objects.get_or_create(prefix=prefix, year=year)
    counter = Counter.objects.select_for_update().get(prefix=prefix, year=year)
    counter.last += 1
    counter.save(update_fields=["last"])
    return f"{prefix}〔{year}〕{counter.last}号"
