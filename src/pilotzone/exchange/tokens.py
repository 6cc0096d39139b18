"""The access tokens of the caller's own firm, for its administrator: list, issue, revoke. Others' do not exist here."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from pilotzone.base.errors import Denied, Refused
from pilotzone.exchange import clients
from pilotzone.kernel import audit
from pilotzone.kernel.access.doors import require

ACTION = "token.own"
LONGEST_LABEL = 80
MOST = 50  # running tokens of one firm: more than that are forgotten ones


@dataclass(frozen=True)
class Token:
    """A token as its firm sees it; the token itself nobody can read again. `used_on`: the last day it was used."""

    id: int
    label: str
    created_at: datetime
    used_on: date | None
    revoked_at: datetime | None


def issue(cursor: Any, label: str) -> str:
    """A new token for the caller's firm; answers it, this once. For the firm's administrator (`token.own`).

    Refused `exchange.token.label` (none, too long, one that a running token has), `exchange.token.too_many`.
    """
    own = _own()
    label = " ".join(label.split())
    running = [one.label for one in tokens(cursor) if one.revoked_at is None]
    if not 0 < len(label) <= LONGEST_LABEL or not label.isprintable() or label in running:
        raise Refused(
            code="exchange.token.label", zh=f"请为令牌起一个{LONGEST_LABEL}字以内、未被在用令牌使用的名称。",
            en=f"Give the token a name of at most {LONGEST_LABEL} characters that no running token has.",
            fields={"label": label[:LONGEST_LABEL]},
        )  # fmt: skip
    if len(running) >= MOST:
        raise Refused(
            code="exchange.token.too_many", zh=f"在用令牌已有{MOST}个，请先停用不再使用的。",
            en=f"There are {MOST} running tokens; revoke those that are not used.",
        )  # fmt: skip
    token = clients.issue(cursor, own, label)
    audit.record("token.issue", object_kind="organisation", object_id=own, after={"label": label})
    return token


def revoke(cursor: Any, client_id: int) -> Token:
    """End a token of the caller's firm at once; answers it. Denied `kernel.access.unknown` for what is not its own,
    Refused `exchange.token.revoked` for one that has ended."""
    found = access_token(cursor, client_id)
    if not clients.revoke(cursor, client_id):
        raise Refused(code="exchange.token.revoked", zh="该令牌已经停用。", en="This token was revoked already.")
    audit.record("token.revoke", object_kind="organisation", object_id=_own(), before={"label": found.label})
    return found


def tokens(cursor: Any) -> list[Token]:
    """The tokens of the caller's firm, the newest first."""
    cursor.execute(
        "SELECT id, label, created_at, used_on, revoked_at FROM exchange_client WHERE organisation_id = %s"
        " ORDER BY id DESC",
        (_own(),),
    )
    return [Token(*row) for row in cursor.fetchall()]


def access_token(cursor: Any, client_id: int) -> Token:
    """One token of the caller's firm; Denied `kernel.access.unknown` else."""
    found = next((one for one in tokens(cursor) if one.id == client_id), None)
    if found is None:
        raise Denied(
            code="kernel.access.unknown", zh="没有这一对象，或您无权查看。",
            en="There is no such thing, or it is not yours to see.",
        )  # fmt: skip
    return found


def _own() -> int:
    return require(ACTION).organisation or 0
