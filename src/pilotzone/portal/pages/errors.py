"""What a reader sees when something is refused or breaks: a code, a sentence, what to do. Never a traceback."""

from __future__ import annotations

import logging
import sys
from dataclasses import dataclass

from django.db import DataError
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.translation import gettext, override
from django.utils.translation import gettext_noop as _
from psycopg.errors import DatetimeFieldOverflow, NumericValueOutOfRange, UntranslatableCharacter

from pilotzone.base.errors import Problem
from pilotzone.kernel.database_away import passing
from pilotzone.kernel.personal_data import masked_problem


@dataclass(frozen=True)
class Words:
    """A status's code, sentence and mend, as Chinese msgids."""

    code: str
    says: str
    mend: str


WORDS = {
    400: Words(
        "page.bad_request",
        _("这个请求无法理解"),
        _("请从页面上的按钮或链接重新操作；如果是程序调用，请核对地址和参数。"),
    ),
    403: Words(
        "page.denied", _("当前身份无权查看或办理"), _("请确认登录身份和所属单位；需要权限时向本单位管理员申请。")
    ),
    404: Words(
        "page.not_found", _("没有这个页面"), _("请检查地址，或从首页的统一查询重新查找。单号查询请用“一键跟踪”。")
    ),
    405: Words(
        "page.method",
        _("这个地址不能这样打开"),
        _("它只接受页面上的表单，或只供查看。请返回后从页面上的按钮或链接操作。"),
    ),
    500: Words(
        "page.failed",
        _("平台处理时出了差错"),
        _("您提交的内容若未收到回执，请稍后重试；多次出现请将下面的时间告诉平台运维。"),
    ),
}
AWAY = Words(
    "page.away",
    _("数据库暂时无法使用"),
    _("请稍后再试。您提交的内容若未收到回执，请重新提交；长时间如此请将下面的时间告诉平台运维。"),
)
log = logging.getLogger("pilotzone.web")
AGAIN_S = 5  # after so long a database that was away is worth asking again
SHOWN = 200  # characters of an address in the log
_NO_VALUE = (NumericValueOutOfRange, DatetimeFieldOverflow, UntranslatableCharacter)
CSRF = Words(
    "page.form_expired",
    _("这张表单已经过期"),
    _("为了安全，表单只在一段时间内有效。请返回上一页刷新后再提交；浏览器需要允许本站的 Cookie。"),
)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400."""
    return answer(request, 400, WORDS[400], exception)


def denied(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403; a Problem that caused it speaks for itself."""
    return answer(request, 403, WORDS[403], exception)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404."""
    return answer(request, 404, WORDS[404], exception)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """A form without a valid token: calm words, nothing was changed."""
    return answer(request, 403, CSRF, None)


def failed(request: HttpRequest) -> HttpResponse:
    """500, or 503 where what broke is a database that is away or busy: a page that needs no database, no session and no frame, because
    any of these may be what broke."""
    broke = sys.exc_info()[1]
    away = broke is not None and passing(broke)
    status, words = (503, AWAY) if away else (500, WORDS[500])
    if _wants_json(request):
        told = _told(words, None)
        if request.path.startswith("/api/"):
            told["code"] = words.code.replace("page.", "api.", 1)  # what broke before the API was reached
        response: HttpResponse = JsonResponse(told, status=status, content_type="application/problem+json")
    else:
        text = render_to_string("pages/failed.html", {"words": words, "code": status})
        response = HttpResponse(text, status=status)
    if away:
        response["Retry-After"] = str(AGAIN_S)
        response._has_been_logged = True  # type: ignore[attr-defined]  # Django would tell each reader's traceback
        log.warning("web.away %s %s %s", request.method, request.path[:SHOWN], type(broke).__name__)
    return response


def is_of_the_request(request: HttpRequest, exception: Exception) -> bool:
    """Whether a value of the request broke it that no text, number or day of the platform can be: a NUL, a number or day out of range.

    Every page names what it may; this is said of what none thought of. A request that carries no value (query, body, part of the
    address) cannot have broken it: then it is our own, and stays an error.
    """
    matched = request.resolver_match
    if not (request.META.get("QUERY_STRING") or request.method not in ("GET", "HEAD") or (matched and matched.kwargs)):
        return False
    if isinstance(exception, DataError):
        return "NUL (0x00)" in str(exception) or isinstance(exception.__cause__, _NO_VALUE)
    return isinstance(exception, OverflowError)


def told_unreadable(log: logging.Logger, event: str, request: HttpRequest, exception: Exception) -> None:
    """One short line of the log, for anybody can send such a request as often as he likes."""
    log.warning("%s %s %s %s", event, request.method, request.path[:SHOWN], type(exception).__name__)


def answer(
    request: HttpRequest, status: int, words: Words, exception: Exception | None, *, back: str = ""
) -> HttpResponse:
    """The error as a page, with `back` as the way on, or as problem data where the caller asked for JSON."""
    problem = masked_problem(exception) if isinstance(exception, Problem) else None
    if _wants_json(request):
        return JsonResponse(_told(words, problem), status=status, content_type="application/problem+json")
    context = {"words": words, "problem": problem, "code": status, "back": back}
    return render(request, "pages/error.html", context, status=status)


def _told(words: Words, problem: Problem | None) -> dict[str, object]:
    """Code and sentence in both languages."""
    if problem:
        return problem.as_dict()
    told: dict[str, object] = {"code": words.code, "zh": words.says, "mend_zh": words.mend, "source": ""}
    with override("en"):
        return told | {"en": gettext(words.says), "mend_en": gettext(words.mend)}


def _wants_json(request: HttpRequest) -> bool:
    accepted = request.headers.get("Accept", "")
    return request.path.startswith("/api/") or ("json" in accepted and "text/html" not in accepted)
