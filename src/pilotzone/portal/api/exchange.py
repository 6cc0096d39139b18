"""/exchange: the catalogue, agreements, questions, messages and daily counts between departments."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import msgspec
from django.http import HttpRequest, HttpResponse
from ninja import Field, Path

from pilotzone.base.errors import Problem
from pilotzone.exchange.catalogue import dcat, reading, searching
from pilotzone.exchange.catalogue.measures import UNUSED, freshness, quality
from pilotzone.exchange.catalogue.shapes import Resource
from pilotzone.exchange.hub import (
    agreements,
    asking,
    batches,
    chain,
    clients,
    counts,
    envelope,
    mailbox,
    providers,
    repeats,
    uses,
)
from pilotzone.exchange.hub.callers import department
from pilotzone.exchange.hub.errors import refused
from pilotzone.kernel import clock
from pilotzone.kernel.access.models import Unit
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.api import bodies
from pilotzone.portal.api.callers import KNOWN, caller, pace_left
from pilotzone.portal.api.problems import answer, refusal
from pilotzone.portal.api.shapes.basic import Day, Router, Text, told
from pilotzone.portal.api.shapes.hub import (
    AgreedOut,
    AgreementIn,
    AgreementOut,
    AgreementsOut,
    BatchOut,
    CatalogueOut,
    Code,
    CountOut,
    CountsIn,
    CountsOut,
    DcatOut,
    OutcomeOut,
    QueryIn,
    QueryOut,
    SentOut,
    TakenIn,
    UsesOut,
    WaitingOut,
)
from pilotzone.portal.exchange_pages import lately

Limit = Annotated[int, Field(ge=1, le=500, description="条数 / How many")]
Number = Annotated[int, Field(ge=1, lt=2**53, description="编号 / Number")]
router = Router(auth=KNOWN, tags=["data exchange"])
NO_OUTCOME = OutcomeOut(event="", log=0, repeated=False).model_dump()
BATCH = {
    "requestBody": {
        "required": True,
        "content": {
            envelope.BATCH_MEDIA: {
                "schema": {
                    "type": "array",
                    "items": {"type": "object"},
                    "description": "CloudEvents 1.0 批 / Batch of CloudEvents 1.0",
                }
            }
        },
    }
}
MESSAGE = {
    "requestBody": {
        "required": True,
        "content": {
            envelope.MEDIA: {
                "schema": {"type": "object", "description": "CloudEvents 1.0 结构化 / Structured CloudEvent 1.0"}
            }
        },
    }
}


@router.get("/exchange/catalogue", response=told(CatalogueOut, 401), summary="共享目录 / The catalogue")
def catalogue(
    request: HttpRequest, words: Text = "", owner: Text = "", sharing: Text = "", klass: Text = "", limit: Limit = 500
) -> dict[str, Any]:
    """Shared resources by words and filters, each with its fields, classes, freshness and quality."""
    found = searching.find(reading.resources().values(), searching.Asked(words, owner, sharing, klass))
    used, now, announced = lately.measured(), clock.now(), reading.coming()
    rows = []
    for one in found[:limit]:
        use = used.get(one.code, UNUSED)
        rows.append(
            asdict(one)
            | {
                "freshness": freshness(one, use, now)[0],
                "quality": quality(one, use, now)[0],
                "answers": providers.answers(one.code),
                "coming": _announced(announced.get(one.code)),
            }
        )
    return {"resources": rows, "total": len(found)}


@router.get("/exchange/catalogue/dcat", response=told(DcatOut, 401), summary="DCAT 3 目录 / The catalogue as DCAT 3")
def catalogue_dcat(request: HttpRequest) -> dict[str, Any]:
    """The whole catalogue as DCAT 3 in JSON-LD."""
    names = {one.path: (one.name_zh, one.name_en) for one in Unit.objects.all()}
    base = request.build_absolute_uri("/catalogue/")
    return dcat.catalogue(reading.resources().values(), names, base=base, coming=reading.coming())


def _announced(one: Resource | None) -> dict[str, Any] | None:
    if one is None:
        return None
    return {"version": one.version, "since": one.since, "zh": one.history[0].zh, "en": one.history[0].en}


@router.post(
    "/exchange/query/{resource}", response=told(QueryOut, 401, 403, 404, 413), summary="部门查询 / Ask a department"
)
def query(request: HttpRequest, response: HttpResponse, resource: Path[Code], asked: QueryIn) -> Any:
    """Ask the owner of a resource through the platform, within an agreement. What is not granted is refused by name; values are
    masked by class. Every answer and refusal is in the chained log. `Idempotency-Key`: the same request again, the same answer."""
    question = asking.Question(resource, asked.agreement, dict(asked.where), tuple(asked.fields))
    content = chain.canonical({"resource": resource, **asked.model_dump()}).encode()

    def work() -> dict[str, Any]:
        found = asking.ask(question)
        return {"resource": found.resource, "agreement": found.agreement, "fields": list(found.fields), "rows": found.rows,
                "log": found.log, "sha256": found.sha256}  # fmt: skip

    return _noted(request, response, question, lambda: repeats.once(_key(request), content, work)[0])


@router.get("/exchange/agreements", response=told(AgreementsOut, 401, 403), summary="共享授权 / Agreements")
def listed(request: HttpRequest, state: Text = "", resource: Text = "") -> dict[str, Any]:
    """The agreements of the caller's department, as applicant or owner."""
    department()
    return {"agreements": agreements.agreements(state=state, resource=resource)}


@router.post("/exchange/agreements", response=told(AgreementOut, 401, 403, 404), summary="申请共享 / Apply")
def apply(request: HttpRequest, asked: AgreementIn) -> dict[str, Any]:
    """Apply for fields of a resource. A person applies, the platform checks, the owner decides on the pages."""
    number = agreements.apply(
        agreements.Wanted(
            resource=asked.resource, purpose=asked.purpose, article=asked.article, fields=tuple(asked.fields), until=asked.until,
            volume=asked.volume, rows={name: tuple(values) for name, values in asked.rows.items()},
        )
    )  # fmt: skip
    return agreements.access_agreement(number)


@router.get("/exchange/uses", response=told(UsesOut, 401, 403), summary="使用记录 / The use log")
def used(request: HttpRequest, agreement: Number | None = None, limit: Limit = 200) -> dict[str, Any]:
    """Who received which fields, when, under which article: for owner and consumer theirs, for a firm what concerned it."""
    return {"uses": uses.uses(agreement=agreement, limit=limit)}


@router.post(
    "/exchange/messages",
    response=told(SentOut, 401, 403, 404, 413, 415),
    summary="发送消息 / Send a message",
    openapi_extra=MESSAGE,
)
def send(request: HttpRequest, response: HttpResponse) -> Any:
    """Send a CloudEvent to the department of an agreement; answered once it is durable. Order is kept per subject."""

    def work() -> dict[str, Any]:
        charset = (request.content_params or {}).get("charset", "utf-8").lower()
        if charset.replace("-", "") != "utf8":
            raise refused("hub.charset")
        body = bodies.read(request, media=(envelope.MEDIA,), largest=envelope.LARGEST)
        return repeats.once(_key(request), body, lambda: mailbox.send(body))[0]

    return _noted(request, response, asking.Question("message", None), work)


@router.post(
    "/exchange/messages/batch",
    response=told(BatchOut, 401, 403, 413, 415),
    summary="批量发送消息 / Send many messages",
    openapi_extra=BATCH,
)
def send_batch(request: HttpRequest, response: HttpResponse) -> Any:
    """Send up to 1,000 CloudEvents in one call, each judged by itself; answered once they are durable. Where a certificate is
    registered each carries `pzsignature`. An event sent again with the same content is told as repeated."""

    def work() -> dict[str, Any]:
        body = bodies.read(request, media=(envelope.BATCH_MEDIA,), largest=envelope.LARGEST)
        return {"results": batches.send_batch(body, clients.certificate_of(caller(request)))}

    done = _noted(request, response, asking.Question("message", None), work)
    if isinstance(done, HttpResponse):
        return done
    # a thousand outcomes written as they are: fitting each into its shape would cost as much as judging its signature
    told = HttpResponse(
        msgspec.json.encode({"results": [NO_OUTCOME | one for one in done["results"]]}),
        content_type="application/json; charset=utf-8",
    )
    for name in pace_left(request):
        told[name] = response[name]
    return told


@router.get("/exchange/messages", response=told(WaitingOut, 401, 403), summary="收取消息 / Fetch messages")
def fetch(request: HttpRequest, limit: Limit = 100) -> Any:
    """What waits for the caller's department, in order. It waits until it is acknowledged."""
    # the events lie there as JSON: reading and writing it again would be most of what a message costs here
    told = b",".join(b'{"id":%d,"event":%s}' % found for found in mailbox.waiting_raw(limit=limit))
    return HttpResponse(b'{"messages":[%s]}' % told, content_type="application/json; charset=utf-8")


@router.post("/exchange/messages/taken", response=told(CountOut, 401, 403), summary="确认收到 / Acknowledge messages")
def taken(request: HttpRequest, asked: TakenIn) -> dict[str, int]:
    """Say which messages arrived."""
    return {"count": mailbox.acknowledge(asked.ids)}


@router.get("/exchange/counts/{day}", response=told(CountsOut, 401, 403), summary="日对账 / Counts of a day")
def sheet(request: HttpRequest, day: Path[Day]) -> dict[str, Any]:
    """What the hub counted for the caller's department that day, and what the department told."""
    department()
    return {"day": day, "lines": counts.sheet(day)}


@router.post(
    "/exchange/counts/{day}", response=told(AgreedOut, 401, 403), summary="报送本方计数 / Tell one's own count"
)
def tell(request: HttpRequest, day: Path[Day], asked: CountsIn) -> dict[str, bool]:
    """Tell what the department counted itself for a day that is over; answers whether both agree."""
    return {"agreed": counts.tell(day, asked.model_dump())}


def _noted(
    request: HttpRequest, response: HttpResponse, question: asking.Question, work: Callable[[], dict[str, Any]]
) -> Any:
    """Do the work whole or not at all; what was refused is written down, and answered with what is left of the caller's pace."""
    department()
    try:
        with scope(caller(request)):
            done = work()
    except Problem as problem:
        asking.refusal(question, problem)
        said = answer(problem)
        for name, value in pace_left(request).items():
            said[name] = value
        return said
    for name, value in pace_left(request).items():
        response[name] = value
    return done


def _key(request: HttpRequest) -> str:
    key = request.headers.get("Idempotency-Key", "").strip()
    if key and not json.dumps(key).isascii():
        raise refusal("api.input", {"Idempotency-Key": "ASCII"})
    return key
