"""What is wrong with the message brokers of the settings, for `pilotzone doctor`; their queues are looked at, never read."""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass

from pilotzone.base.errors import Problem
from pilotzone.exchange.channels.amqp_link import SCHEMES

CUSTOMS, FIRMS = "PILOTZONE_CUSTOMS_URL", "PILOTZONE_FIRMS_URL"
SETTINGS = (CUSTOMS, FIRMS)
PATIENCE_S = 5.0
# by the last word of the code: what to do, {setting} being the address
MENDS = {
    "away": ("启动消息中间件，或更正 {setting} 的主机与端口", "start the broker, or mend host and port in {setting}"),
    "login": (
        "更正 PILOTZONE_AMQP_USER 与 secrets/amqp-password（或 PILOTZONE_AMQP_PASSWORD），或 {setting} 的虚拟主机",
        "mend PILOTZONE_AMQP_USER and secrets/amqp-password (or PILOTZONE_AMQP_PASSWORD), or the vhost in {setting}",
    ),
    "tls": (
        "更正 PILOTZONE_AMQP_CA、PILOTZONE_CUSTOMS_CERT 或 {setting} 的主机名，或请对方更换证书",
        "mend PILOTZONE_AMQP_CA, PILOTZONE_CUSTOMS_CERT or the host's name in {setting}, or have the broker's certificate renewed",
    ),
    "file": ("更正 PILOTZONE_AMQP_CA 或 PILOTZONE_CUSTOMS_CERT 的路径", "mend the path in PILOTZONE_AMQP_CA or PILOTZONE_CUSTOMS_CERT"),
    "queue": (
        "请中间件管理员建立该持久队列，或更正 PILOTZONE_AMQP_IN、_OUT、_ANSWERS",
        "have the broker's operator declare that durable queue, or mend PILOTZONE_AMQP_IN, _OUT or _ANSWERS",
    ),
    "rights": ("请中间件管理员授予该权限", "have the broker's operator give that right"),
}  # fmt: skip


@dataclass(frozen=True)
class Wrong:
    """One thing: `what` is the last word of the transport's code."""

    what: str
    zh: str
    en: str
    mend: str


def looked_at() -> Iterator[Wrong]:
    """Each broker that is named, in the order of SETTINGS; of one that does not let us in the first reason only."""
    from pilotzone.exchange.channels.amqp import ANSWERS, OUT, queue_of
    from pilotzone.exchange.formats.envelope import CUSTOMS_EXPORT, CUSTOMS_IMPORT
    from pilotzone.portal.processes import brokers  # pika and the inbox are loaded where a broker is named only
    from pilotzone.portal.processes.tree import DXP_ID

    told = os.environ
    box = told.get("PILOTZONE_DXP_ID", DXP_ID)
    for setting in SETTINGS:
        url = told.get(setting, "").strip()
        if url.partition("://")[0] not in SCHEMES:
            continue
        try:
            if setting == FIRMS:
                queues = [queue_of(told.get("PILOTZONE_AMQP_IN", brokers.IN), dxp=box)]
            else:
                out = told.get("PILOTZONE_AMQP_OUT", OUT)
                sent = [] if "{type}" in out else [CUSTOMS_IMPORT, CUSTOMS_EXPORT]
                queues = [queue_of(told.get("PILOTZONE_AMQP_ANSWERS", ANSWERS), dxp=box)]
                queues += [queue_of(out, receiver=receiver, sender=box) for receiver in sent]
            broker = brokers.transport(url, patience_s=PATIENCE_S)
        except Problem as problem:
            yield _wrong(setting, problem)
            continue
        for queue in dict.fromkeys(queues):
            try:
                broker.look(queue)
            except Problem as problem:
                yield _wrong(setting, problem)
                if not problem.code.endswith(".queue"):
                    break
        broker.close()


def _wrong(setting: str, problem: Problem) -> Wrong:
    what = problem.code.rpartition(".")[2]
    mend = " ".join(
        text.format(setting=setting) for text in MENDS.get(what, ("见 docs/settings.md", "see docs/settings.md"))
    )
    return Wrong(what, f"{setting}：{problem.zh}", f"{setting}: {problem.en}", mend)
