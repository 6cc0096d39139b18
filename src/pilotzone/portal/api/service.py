"""The API put together: its routers, its failures, and its description as OpenAPI."""

from __future__ import annotations

from typing import Any, ClassVar

from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from pilotzone.portal.api import (
    agencies,
    buyers,
    changes,
    channels,
    exchange,
    export_tax,
    fx,
    import_tax,
    inspections,
    judging,
    mandates,
    messages,
    papers,
    payment_data,
    prerefunds,
    problems,
    reconciliation,
    reference,
    registry,
    services,
    statistics,
    summaries,
    tracking,
    trades,
    webhooks,
)
from pilotzone.portal.api.callers import in_his_name

DESCRIPTION = (
    "PilotZone 综试通开放接口。成功为 JSON；失败为 problem+json（code、zh、en、source）。"
    " / The open interface of PilotZone. Answers are JSON; failures are problem+json with code, zh, en and source."
    " Send messages to POST /intake/."
)


class Api(NinjaAPI):
    """Ninja's API, whose description tells problems by their own media type and public addresses as public."""

    _described: ClassVar[dict[str, OpenAPISchema]] = {}

    def get_openapi_schema(self, **asked: Any) -> OpenAPISchema:
        """The description, OpenAPI 3.1. It takes seconds to make and is always the same: made once, to be read only."""
        key = repr(sorted(asked.items()))
        if key not in self._described:
            if len(self._described) >= MOST_DESCRIBED:
                self._described.clear()
            self._described[key] = self._describe(**asked)
        return self._described[key]

    def _describe(self, **asked: Any) -> OpenAPISchema:
        schema = super().get_openapi_schema(**asked)
        for path in schema["paths"].values():
            for operation in path.values():
                if operation["tags"][0] in PUBLIC:
                    operation["security"] = [{}, *operation["security"]]
                for status, response in operation["responses"].items():
                    if int(status) >= 400:
                        response["content"] = {"application/problem+json": response["content"]["application/json"]}
        return schema


PUBLIC = ("public", "reference")
MOST_DESCRIBED = 8
api = Api(
    title="PilotZone 综试通", version="1", description=DESCRIPTION, urls_namespace="api", docs_url=None,
)  # fmt: skip
api.add_decorator(in_his_name)
for module in (
    tracking,
    reference,
    messages,
    webhooks,
    trades,
    judging,
    buyers,
    payment_data,
    export_tax,
    prerefunds,
    import_tax,
    agencies,
    fx,
    changes,
    mandates,
    registry,
    papers,
    reconciliation,
    services,
    summaries,
    channels,
    exchange,
    statistics,
):
    api.add_router("", module.router)
api.add_router("", registry.public)
api.add_router("", papers.public)
api.add_router("", inspections.public)
api.add_router("", inspections.router)
api.add_router("", services.public)
api.add_router("", statistics.desk)
problems.handle(api)
