"""Every answer of the API that is no answer: problem+json (RFC 9457) with a code and both sentences, never a traceback."""

from __future__ import annotations

import json
import logging
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse, UnreadablePostError
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError, ValidationError

from pilotzone.base.errors import Denied, Gap, Problem, Refused, Unavailable
from pilotzone.kernel.database_away import passing
from pilotzone.kernel.personal_data import masked_problem
from pilotzone.portal.pages.errors import is_of_the_request, told_unreadable

SOURCE = "docs/api.md"
MEDIA = "application/problem+json; charset=utf-8"
RETRY_S = {429: 10, 503: 5}
ROWS = {
    "api.token": (401, "请使用本单位的接入令牌（Authorization: Bearer）或登录后访问。", "Use your organisation's access token (Authorization: Bearer), or sign in."),
    "api.revoked": (403, "该接入令牌已停用。", "This access token was revoked."),
    "api.suspended": (403, "该单位已停用，不能访问。", "This organisation is suspended."),
    "api.csrf": (403, "以登录会话提交须带上 CSRF 令牌（X-CSRFToken）；程序请改用接入令牌。", "A signed-in session must send its CSRF token (X-CSRFToken); programs use an access token."),
    "api.enterprise": (403, "此接口只供企业取用本单位的报文和回执。", "This address serves enterprises with their own messages and receipts."),
    "api.not_found": (404, "没有这一对象，或您无权查看。", "There is no such thing, or it is not yours to see."),
    "api.address": (404, "没有此接口地址；全部地址见 /api/v1/。", "There is no such address; /api/v1/ lists them all."),
    "api.method": (405, "此地址不支持该请求方法。", "This address does not support the method."),
    "api.too_large": (413, "提交的内容超过大小上限。", "The content is larger than the limit."),
    "api.media_type": (415, "不支持该内容类型或压缩方式。", "This content type or encoding is not supported."),
    "api.input": (422, "参数有误，详见 fields。", "A parameter is wrong; see fields."),
    "api.cut_off": (400, "请求内容不完整。", "The request was cut off."),
    "api.bad_request": (400, "这个请求无法理解。", "The request cannot be understood."),
    "api.too_many": (429, "请求过快，请稍后再试。", "Too many requests; try again in a moment."),
    "api.away": (503, "数据库暂不可用，请稍后再试。", "The database is away; please try again soon."),
    "api.failed": (500, "平台处理时出了差错，没有任何内容被改动。", "The platform failed; nothing was changed."),
}  # fmt: skip
# refusals of the rooms that say: there is no such thing
ABSENT = frozenset({
    "kernel.access.unknown", "webhook.unknown", "tracking.not_found", "format.unknown_message", "format.not_in_edition",
    "registry.public.unknown", "service.item.unknown", "catalogue.unknown", "hub.unknown", "hub.resource",
})  # fmt: skip
# refusals of the hub that are not about the content
HUB = {
    "hub.token": 401, "hub.signature": 401, "hub.clock_skew": 401, "hub.revoked": 403, "hub.no_grant": 403, "hub.expired": 403,
    "hub.ended": 403, "hub.not_shared": 403, "hub.field_not_granted": 403, "hub.important": 403, "hub.row_large": 413, "hub.volume": 429,
}  # fmt: skip
KINDS: tuple[tuple[type[Problem], int], ...] = ((Denied, 403), (Gap, 404), (Unavailable, 503), (Refused, 422))

log = logging.getLogger("pilotzone.api")


def refusal(code: str, fields: dict[str, str] | None = None) -> Refused:
    """One of ROWS, to be raised."""
    _, zh, en = ROWS[code]
    return Refused(code=code, zh=zh, en=en, source=SOURCE, fields=fields)


def answer(problem: Problem) -> HttpResponse:
    """A problem as the caller reads it."""
    status, problem = _status(problem), masked_problem(problem)
    told = {"type": "about:blank", "title": problem.code, "status": status, **problem.as_dict()}
    response = HttpResponse(json.dumps(told, ensure_ascii=False), status=status, content_type=MEDIA)
    if status in RETRY_S:
        response["Retry-After"] = str(RETRY_S[status])
    if status == 401:
        response["WWW-Authenticate"] = "Bearer"
    return response


def handle(api: NinjaAPI) -> None:
    """Let the API answer every failure by this page."""
    for kind, handler in _HANDLERS:
        api.add_exception_handler(kind, handler)


def _status(problem: Problem) -> int:
    if problem.code in ROWS:
        return ROWS[problem.code][0]
    if problem.code in HUB:
        return HUB[problem.code]
    if problem.code in ABSENT:
        return 404
    return next((status for kind, status in KINDS if isinstance(problem, kind)), 400)


def _told(request: HttpRequest, problem: Problem) -> HttpResponse:
    if problem.code in HUB:  # whom it refuses before his question is known has no line of the chained log
        log.warning("api.refused %s %s %s", problem.code, request.method, request.path)
    return answer(problem)


def _invalid(request: HttpRequest, error: ValidationError) -> HttpResponse:
    return answer(refusal("api.input", {_place(one["loc"]): str(one["msg"]) for one in error.errors}))


def _place(loc: Any) -> str:
    """Where a parameter stands; ninja's own first word (query, path) is left out."""
    return ".".join(str(part) for part in loc[1:]) or str(loc[0])


def _of_ninja(request: HttpRequest, error: HttpError) -> HttpResponse:
    code = {401: "api.token", 403: "api.csrf"}.get(error.status_code, "api.bad_request")
    return answer(refusal(code))


def _away(request: HttpRequest, error: Exception) -> HttpResponse:
    log.warning("api.away %s %s", request.method, request.path, exc_info=error)
    return answer(refusal("api.away"))


def _failed(request: HttpRequest, error: Exception) -> HttpResponse:
    if is_of_the_request(request, error):
        told_unreadable(log, "api.unreadable", request, error)
        return answer(refusal("api.bad_request"))
    if passing(error):
        return _away(request, error)
    log.error("api.failed %s %s", request.method, request.path, exc_info=error)
    return answer(refusal("api.failed"))


_HANDLERS: tuple[tuple[type[Exception], Any], ...] = (
    (Problem, _told),
    (ValidationError, _invalid),
    (AuthenticationError, _of_ninja),
    (HttpError, _of_ninja),
    (Http404, lambda request, error: answer(refusal("api.not_found"))),
    (RequestDataTooBig, lambda request, error: answer(refusal("api.too_large"))),
    (UnreadablePostError, lambda request, error: answer(refusal("api.cut_off"))),
    (Exception, _failed),
)
