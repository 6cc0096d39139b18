"""The configuration file: every fault by key and line, before anything is sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any

import yaml

from pilotzone.base.errors import Problem, Refused
from pilotzone.base.written import fault_line
from pilotzone.exchange.channels.amqp import ANSWERS, Amqp
from pilotzone.exchange.channels.amqp_link import Broker, broker_of
from pilotzone.exchange.connectors.contract import OUTCOMES, load
from pilotzone.exchange.connectors.errors import SENTENCES
from pilotzone.exchange.connectors.message import ALWAYS, Firm

TOP = ("platform", "key", "folder", "firm", "connector", "amqp")
PARTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "platform": (("url", "token_file"), ("client_cert",)),
    "key": (("file", "cert"), ()),
    "firm": (ALWAYS, tuple(one.name for one in fields(Firm) if one.name not in ALWAYS)),
    "amqp": (("url", "user", "password_file", "dxp_id", "platform"), ("ca", "client_cert", "out", "answers")),
    "connector": (("name",), ("settings", "statuses", "reconcile_days")),
}
FILES = (
    ("platform", "token_file"), ("platform", "client_cert"), ("key", "file"), ("key", "cert"), ("amqp", "password_file"),
    ("amqp", "ca"), ("amqp", "client_cert"),
)  # fmt: skip
EXAMPLE = """\
# pilotzone agent: see docs/connectors.md. Paths are seen from this file.
platform:
  url: http://127.0.0.1:8000
  token_file: token.txt          # the firm's access token, a file only you can read
key:
  file: key.pem                  # the firm's private key; its password in PILOTZONE_KEY_PASSWORD
  cert: cert.pem
folder: exchange                 # in/ is watched; receipts/, sent/, refused/ are written
# Only with a connector: what the order message says of the firm, and the marketplace.
# firm:
#   ebp_code: 36019600EP
#   ebp_name: 演示平台有限公司
#   ebc_code: 36019600EC
#   ebc_name: 演示电商有限公司
#   cop_code: 36019600EC
#   cop_name: 演示电商有限公司
#   dxp_id: DXPENT0000000001
#   unit: "011"                  # customs' unit of all goods; units: {SKU: "code"} for single ones
#                                # a carrier tells logistics_code and logistics_name, a payment firm pay_code and pay_name, for ebp_… and ebc_…
# connector:
#   name: shopify                # or a folder of your own
#   settings: {url: https://SHOP.myshopify.com/admin/api/2024-01, access_token: …}
#   statuses: {}                 # your own additions to the status map: ready | wait | void
#   reconcile_days: 3
# Instead of the platform's HTTP address, or beside it (then only the time is asked there): a message broker.
# amqp:
#   url: amqps://broker.example/   # amqp://host:port/vhost, without user name and password
#   user: DXPENT0000000001
#   password_file: broker.txt
#   dxp_id: DXPENT0000000001       # the firm's number; receipts are read from DXPENT0000000001_HZ
#   platform: DXPENT0036000000     # the platform's number; messages go to DXPENT0036000000_IN
#   out: "{receiver}_IN"           # names of queues are the broker's: {receiver}, {sender}, {type}; answers: {dxp}
#   answers: "{dxp}_HZ"
#   ca: ca.pem                     # where the broker's certificate is not of a public authority
"""


@dataclass(frozen=True)
class Fault:
    """One thing wrong: the key as a dotted path, its line (from 1), and sentences."""

    key: str
    line: int
    zh: str
    en: str

    def reason(self) -> Refused:
        """As a refusal."""
        return SENTENCES.refused("agent.config", line=self.line, key=self.key, zh=self.zh, en=self.en)


@dataclass(frozen=True)
class Way:
    """Over which broker, and by which numbers and queues."""

    broker: Broker
    dxp: str
    platform: str
    out: str
    answers: str


@dataclass(frozen=True)
class Config:
    """What was configured; paths are absolute. `connector` is empty where only the folder is watched."""

    url: str
    token: str
    client_cert: str
    key: Path
    cert: Path
    folder: Path
    firm: Firm | None = None
    connector: str = ""
    settings: Mapping[str, str] = field(default_factory=dict)
    statuses: Mapping[str, str] = field(default_factory=dict)
    reconcile_days: int = 3
    amqp: Way | None = None


def read(path: Path) -> tuple[Config | None, list[Fault]]:
    """The configuration, or everything that is wrong with it."""
    text = ""
    try:
        text = path.read_text("utf-8")
        node = yaml.compose(text, Loader=yaml.SafeLoader)
        told = yaml.safe_load(text)
    except OSError as failure:
        return None, [Fault(path.name, 0, "无法读取文件", f"cannot be read ({failure.strerror})")]
    except (UnicodeDecodeError, yaml.YAMLError) as broken:
        return None, [Fault(path.name, fault_line(broken, text) or 0, "不是有效的 YAML", "is no valid YAML")]
    if not isinstance(told, dict):
        return None, [Fault(path.name, 1, "应为键值结构", "must be a mapping of keys")]
    lines = dict(_lines(node))

    def line(key: str) -> int:
        """Of the key, else of what it is missing in."""
        return lines.get(key) or lines.get(key.rpartition(".")[0]) or 1

    faults = [Fault(key, line(key), zh, en) for key, zh, en in _shape(told)]
    if faults:
        return None, faults
    base = path.resolve().parent
    faults = [Fault(key, line(key), zh, en) for key, zh, en in _content(told, base)]
    return (None, faults) if faults else (_config(told, base), [])


def _shape(told: dict[str, Any]) -> list[tuple[str, str, str]]:
    found = [(str(key), "未知的键", "is an unknown key") for key in told if key not in TOP]
    found += [(key, "缺少此键", "is missing") for key in _needed(told) if not told.get(key)]
    if "connector" in told and "firm" not in told:
        found.append(("firm", "使用连接器时必填", "is needed with a connector"))
    for part, (needed, optional) in PARTS.items():
        inside = told.get(part)
        if inside is None:
            continue
        if not isinstance(inside, dict):
            found.append((part, "应为键值结构", "must be a mapping of keys"))
            continue
        found += [(f"{part}.{key}", "缺少此键", "is missing") for key in needed if not inside.get(key)]
        found += [
            (f"{part}.{key}", "未知的键", "is an unknown key") for key in inside if key not in (*needed, *optional)
        ]
        for key in ("units", "names", "settings", "statuses"):
            if key in inside and not isinstance(inside[key] or {}, dict):
                found.append((f"{part}.{key}", "应为键值结构", "must be a mapping of keys"))
    return found


def _needed(told: dict[str, Any]) -> tuple[str, ...]:
    return ("key", "folder") if told.get("amqp") else ("platform", "key", "folder")


def _content(told: dict[str, Any], base: Path) -> list[tuple[str, str, str]]:
    found = []
    if told.get("platform") and not str(told["platform"]["url"]).startswith(("http://", "https://")):
        found.append(("platform.url", "不是 http(s) 地址", "is no http(s) address"))
    for part, key in FILES:
        name = (told.get(part) or {}).get(key)
        if name and not (base / str(name)).is_file():
            found.append((f"{part}.{key}", "没有此文件", "names no file"))
    if told.get("amqp") and not found:
        try:
            _way(told, base)
        except Problem as problem:
            found.append(("amqp.url" if problem.code.endswith("url") else "amqp.out", problem.zh, problem.en))
    if str((told.get("firm") or {}).get("order_type", "E")) not in "EBW":
        found.append(("firm.order_type", "只能是 E、B 或 W", "must be E, B or W"))
    wanted = told.get("connector") or {}
    for status, outcome in (wanted.get("statuses") or {}).items():
        if outcome not in OUTCOMES:
            found.append((f"connector.statuses.{status}", "只能是 ready、wait 或 void", "must be ready, wait or void"))
    days = wanted.get("reconcile_days", 3)
    if not isinstance(days, int) or isinstance(days, bool) or not 0 <= days <= 366:
        found.append(("connector.reconcile_days", "应为 0 到 366 的整数", "must be a whole number from 0 to 366"))
    if wanted:
        try:
            connector = load(_connector(str(wanted["name"]), base))
            firm = told["firm"]
            found += [(f"firm.{key}", "缺少此键", "is missing") for key in connector.kind.needed if not firm.get(key)]
            connector.settings(wanted.get("settings") or {})
        except Problem as problem:
            missing = "".join(f"settings.{key}" for key in problem.fields)
            found.append((f"connector.{missing or 'name'}", problem.zh, problem.en))
    return found


def _config(told: dict[str, Any], base: Path) -> Config:
    firm, wanted, platform = told.get("firm"), told.get("connector") or {}, told.get("platform") or {}
    settings = {str(key): str(value) for key, value in (wanted.get("settings") or {}).items()}
    if "file" in settings:
        settings["file"] = str(base / settings["file"])
    if settings.get("source", "").startswith("sqlite:"):
        settings["source"] = f"sqlite:{base / settings['source'].removeprefix('sqlite:')}"
    return Config(
        url=str(platform.get("url", "")),
        token=(base / str(platform["token_file"])).read_text("utf-8").strip() if platform else "",
        client_cert=str(base / platform["client_cert"]) if platform.get("client_cert") else "",
        key=base / str(told["key"]["file"]), cert=base / str(told["key"]["cert"]), folder=base / str(told["folder"]),
        firm=Firm(**{key: _text(value) for key, value in firm.items()}) if firm else None,
        connector=_connector(str(wanted["name"]), base) if wanted else "", settings=settings,
        statuses=_text(wanted.get("statuses") or {}), reconcile_days=wanted.get("reconcile_days", 3),
        amqp=_way(told, base) if told.get("amqp") else None,
    )  # fmt: skip


def _way(told: dict[str, Any], base: Path) -> Way:
    """Refused where the address or a queue's name is no good."""
    asked = {key: str(value) for key, value in told["amqp"].items()}
    files = {key: str(base / asked[key]) if asked.get(key) else "" for key in ("ca", "client_cert")}
    password = (base / asked["password_file"]).read_text("utf-8").strip()
    broker = broker_of(asked["url"], user=asked["user"], password=password, ca=files["ca"], cert=files["client_cert"])
    way = Way(
        broker, asked["dxp_id"], asked["platform"], asked.get("out", "{receiver}_IN"), asked.get("answers", ANSWERS)
    )
    Amqp(broker, out=way.out, answers=way.answers)
    return way


def _connector(name: str, base: Path) -> str:
    return str(base / name) if "/" in name or name.startswith(".") else name


def _text(value: Any) -> Any:
    return {str(k): str(v) for k, v in (value or {}).items()} if isinstance(value, dict | None) else str(value)


def _lines(node: Any, path: str = "") -> list[tuple[str, int]]:
    """The line of every key, by its dotted path."""
    found = []
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            here = f"{path}.{key.value}".lstrip(".")
            found += [(here, key.start_mark.line + 1), *_lines(value, here)]
    return found
