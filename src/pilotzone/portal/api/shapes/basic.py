"""Days, moments, short texts, the one shape of a problem, and the router whose operations share it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import ninja
from ninja import Field, Schema
from ninja.constants import NOT_SET
from ninja.operation import Operation
from ninja.utils import contribute_operation_callback
from pydantic import AfterValidator, BeforeValidator

from pilotzone.base.days import SHANGHAI


def _day(value: Any) -> Any:
    if isinstance(value, str):
        if len(value) != 10:
            raise ValueError("a day is written yyyy-mm-dd")
        return date.fromisoformat(value)
    return value


# ninja alone would also read numbers as days since 1970
Day = Annotated[date, BeforeValidator(_day)]
Moment = Annotated[datetime, AfterValidator(lambda at: at.astimezone(SHANGHAI))]
# no control characters: PostgreSQL takes no NUL
Text = Annotated[str, Field(max_length=200, pattern=r"^[^\x00-\x1f\x7f]*$")]
ERRORS = frozenset({400, 401, 403, 404, 413, 415, 422, 429, 500, 503})


class ProblemOut(Schema):
    """RFC 9457 problem+json."""

    type: str = "about:blank"
    title: str
    status: int
    code: str = Field(description="稳定的点分代码 / Stable dotted code")
    zh: str = Field(description="中文说明 / Sentence in Chinese")
    en: str = Field(description="英文说明 / Sentence in English")
    source: str = Field("", description="依据 / Document or specification it rests on")
    whose: str = Field("", description="由谁更正 / Who can mend it")
    fields: dict[str, str] = Field({}, description="字段及其问题 / Field → what is wrong with it")
    mend_zh: str = Field("", description="怎样更正 / How to mend it, in Chinese")
    mend_en: str = Field("", description="怎样更正（英文） / How to mend it")


class ClockOut(Schema):
    """The zone's time."""

    now: Moment = Field(description="平台时间，单证以此为准 / The zone's time, by which documents are judged")
    wall: Moment = Field(description="实际时间 / Real time")
    day: Day = Field(description="平台时间所在日 / The zone's day")
    demo: bool = Field(description="是否演示环境 / Whether the zone is a demonstration")
    rate: Decimal = Field(description="平台时间快于实际时间的倍数 / How fast the zone's time runs; 1 in a real zone")


def told(shape: Any, *errors: int) -> dict[Any, Any]:
    """The responses of an operation: 200, and problems of these kinds besides those every operation has."""
    wanted = {422, 429, 500, 503, *errors}
    return {200: shape} | dict.fromkeys(sorted(wanted & ERRORS), ProblemOut)


class _ProblemAnswer(Schema):
    """What ninja wraps a problem in; one for all operations, where ninja alone builds one for each status of each."""

    response: ProblemOut


class Router(ninja.Router):
    """Ninja's router, whose operations share one model of a problem: eight hundred cost a process 0.2 s and 12 MB."""

    def add_api_operation(
        self, path: str, methods: list[str], view_func: Callable[..., Any], *, response: Any = NOT_SET, **more: Any
    ) -> None:
        """As of every router; `response`: what `told` answers."""
        if isinstance(response, dict):
            problems = dict.fromkeys(
                (status for status, shape in response.items() if shape is ProblemOut), _ProblemAnswer
            )
            response = {status: shape for status, shape in response.items() if shape is not ProblemOut}

            def share(operation: Operation) -> None:
                operation.response_models |= problems

            contribute_operation_callback(view_func, share)
        super().add_api_operation(path, methods, view_func, response=response, **more)
