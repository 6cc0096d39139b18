"""What the environment asks of the launcher, judged before anything starts: a wrong word is told by its setting's name."""

from __future__ import annotations

import os
from collections.abc import Iterator
from urllib.parse import urlsplit

from psycopg import ProgrammingError
from psycopg.conninfo import conninfo_to_dict

from pilotzone.base.errors import Refused
from pilotzone.exchange.channels import amqp_link

SCHEMES = ("postgresql", "postgres")
HTTP = ("http", "https")
# settings the launcher reads as whole numbers: the least and the greatest
NUMBERS = {
    "PILOTZONE_INTAKE_PORT": (1, 65535),
    "PILOTZONE_COUNTERPART_PORT": (1, 65535),
    "PILOTZONE_INTAKE_TLS_PORT": (0, 65535),
    "PILOTZONE_WEB_WORKERS": (1, 256),
    "PILOTZONE_WEB_THREADS": (1, 1024),
    "PILOTZONE_WEB_AT_ONCE": (1, 1024),
    "PILOTZONE_WORKERS": (1, 64),
    "PILOTZONE_DEMO_TRADES": (0, 10**9),
}


def faults() -> Iterator[tuple[str, str]]:
    """Each setting the launcher could not work with, as a sentence in Chinese and in English; no value with a password."""
    for name, (least, greatest) in NUMBERS.items():
        told = os.environ.get(name, "").strip()
        if told and not (told.isascii() and told.isdecimal() and least <= int(told) <= greatest):
            yield (
                f"设置 {name} 应为 {least} 至 {greatest} 的整数，现为“{told[:40]}”。",
                f"{name} must be a whole number from {least} to {greatest}, not {told[:40]!r}.",
            )
    if why := _database(os.environ.get("DATABASE_URL", "")):
        zh, en = why
        form = "postgresql://user:password@host:port/name"
        yield (
            f"设置 DATABASE_URL 不可用：{zh}。格式为 {form}。",
            f"DATABASE_URL cannot be used: {en}. Its form is {form}.",
        )
    for name, others in (("PILOTZONE_CUSTOMS_URL", HTTP), ("PILOTZONE_FIRMS_URL", ())):
        if why := _counterpart(os.environ.get(name, "").strip(), others):
            yield f"设置 {name} 不可用：{why[0]}", f"{name} cannot be used: {why[1]}"


def ports(portal: int) -> dict[int, str]:
    """The ports the zone listens on, each with what moves it elsewhere; to be asked when there are no `faults`."""
    intake, counterpart = (os.environ.get(f"PILOTZONE_{name}_PORT", "").strip() for name in ("INTAKE", "COUNTERPART"))
    return {
        portal: "--port N",
        int(intake or portal + 1): "PILOTZONE_INTAKE_PORT" if intake else "--port N",
        int(counterpart or portal + 2): "PILOTZONE_COUNTERPART_PORT" if counterpart else "--port N",
    }


def _database(url: str) -> tuple[str, str] | None:
    if not url:
        return None
    try:
        parts = urlsplit(url)
        _ = parts.port
    except ValueError:
        return "主机或端口写法有误", "its host or port is malformed"
    if parts.scheme not in SCHEMES:
        return f"应以 {SCHEMES[0]}:// 开头", f"it does not begin with {SCHEMES[0]}://"
    if not parts.path.strip("/"):
        return "没有写数据库名", "it names no database"
    try:
        conninfo_to_dict(url)
    except ProgrammingError:  # whose words repeat the part they mean, which may be the password
        return "百分号转义或参数名写法有误", "a percent sign or the name of a parameter in it is malformed"
    return None


def _counterpart(url: str, others: tuple[str, ...]) -> tuple[str, str] | None:
    """Why an address of somebody we speak with is none: a broker's, or one of the other schemes. It is not told: it may hold a password."""
    scheme = url.partition("://")[0]
    if not url or scheme in others:
        return None
    if scheme not in amqp_link.SCHEMES:
        known = "、".join((*others, *amqp_link.SCHEMES))
        return f"应以 {known} 之一加 :// 开头。", f"it begins with none of {known.replace('、', ', ')} and ://."
    try:
        amqp_link.broker_of(url, user="", password="")
    except Refused as refused:
        return refused.zh, refused.en
    return None
