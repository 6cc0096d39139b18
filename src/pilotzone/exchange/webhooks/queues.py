"""A push into a queue of the zone's broker instead of to an address: `amqp:<the firm's own DXP number>`."""

from __future__ import annotations

import os

from django.db import connection

from pilotzone.base.errors import Refused
from pilotzone.exchange.channels.amqp import PREFIX


def judge(url: str, organisation_id: int) -> None:
    """Refused `webhook.amqp` for another firm's number, and where the zone has no broker."""
    number = url.removeprefix(PREFIX)
    if number and os.environ.get("PILOTZONE_FIRMS_URL"):
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1 FROM kernel_organisation WHERE id = %s AND dxp_id = %s", (organisation_id, number))
            if cursor.fetchone():
                return
    raise Refused(
        code="webhook.amqp",
        zh="AMQP 推送写作“amqp:本单位的报文传输编号”，且本平台须已接入消息中间件。",
        en="Push by AMQP is amqp: and the firm's own DXP number, where this platform has a broker.",
        source="docs/api.md",
        fields={"url": number[:40]},
    )
