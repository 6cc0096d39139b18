"""The daily reconciliation as the API tells it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any

from ninja import Field, Schema

from pilotzone.portal.api.shapes.basic import Day, Moment


class ReconcileRunOut(Schema):
    """One run. state: waiting running done failed / the same words in English."""

    id: int
    first: date
    last: date
    as_of: date
    channel: str
    state: str
    days: int
    done: int = Field(description="已完成天数 / Days done")
    algorithm: str
    edition: str
    asked_at: Moment
    finished_at: datetime | None
    found: int
    fresh: int
    reopened: int
    gone: int
    unexplained: list[Any] = Field(description="未说明的差额，应为空 / Money nothing explains; empty unless in error")
    problem: str


class ReconcileRunsOut(Schema):
    """A page of runs, the newest first."""

    rows: list[ReconcileRunOut]
    total: int
    page: int


class ReconcileAskIn(Schema):
    """Days that are over."""

    first: Day
    last: Day


class ReconcileAskOut(Schema):
    """The number of the run."""

    run: int


class ResidualRowOut(Schema):
    """A difference between ledgers; money in yuan or the currency named."""

    id: int
    kind: str
    number: str
    subject: str
    firm_name: str
    day: date
    due_on: date
    age: int = Field(description="逾期天数 / Days overdue")
    left: str
    right: str
    currency: str
    difference: Decimal | None
    owner: str
    state: str


class ResidualsOut(Schema):
    """A page of residuals, those longest due first."""

    rows: list[ResidualRowOut]
    total: int
    page: int


class ResidualStepOut(Schema):
    """What happened to a residual."""

    what: str
    at: Moment
    run: int | None
    note: str
    evidence: str
    left: str
    right: str


class ResidualOut(ResidualRowOut):
    """One residual with its sentence and steps."""

    said: dict[str, str] = Field(description="code zh en source whose mend_zh mend_en / the sentence")
    steps: list[ResidualStepOut]
    trade: int | None
    receipt: int | None


class ResidualStepIn(Schema):
    """What is done with a residual."""

    verb: str = Field(
        description="own explain close reopen / 认领 说明 核销 重新打开", pattern="^(own|explain|close|reopen)$"
    )
    reason: str = Field("", max_length=300, description="原因 / Why")
    evidence: str = Field("", max_length=300, description="证据，核销必填 / Evidence, needed to close")
