"""Drawing papers within bounds: sheets and their issue in, the bytes of a PDF out; the same for the same, and kept."""

from __future__ import annotations

import hashlib
import json
import os
import re
import secrets
import subprocess
import sys
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from pilotzone.base.errors import Refused, Unavailable
from pilotzone.kernel.home import home
from pilotzone.ui.paper import fonts, qr
from pilotzone.ui.paper.sheet import canonical, shown

VERSION = 1  # of paper.typ and of what is handed to it: another one draws other bytes
MOST_BYTES = 4 * 1024 * 1024
MOST_ROWS = 20_000
MOST_PAPERS = 200
TIMEOUT_S = 60.0
AT_ONCE = threading.BoundedSemaphore(2)
MOST_KEPT = 4_000
PATIENCE_S = 20.0
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f\u200b\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
_UNBROKEN = re.compile(r"[!-~]{28}(?=[!-~])")
WORDS = {
    "zh": {
        "number": "编号", "verify": "验真：", "page": "第 {n} 页，共 {of} 页", "digest": "内容摘要 SHA-256", "scan": "扫码验真",
        "notes": "说明", "basis": "依据：", "joint": "；", "colon": "：", "sealed": "电子签章（Ed25519），以扫码验真结果为准",
        "synthetic": "本件为演示区合成数据，不具有任何法律效力。", "watermark": "合成数据",
    },
    "en": {
        "number": "No.", "verify": "Verify:", "page": "Page {n} of {of}", "digest": "Digest of content SHA-256",
        "scan": "Scan to verify", "notes": "Notes", "basis": "Basis:", "joint": "; ", "colon": ":",
        "sealed": "Sealed electronically (Ed25519); the answer of the verification page decides",
        "synthetic": "Synthetic data of a demonstration zone; without any legal effect.", "watermark": "SYNTHETIC DATA",
    },
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Printed:
    """A sheet (as `Sheet.as_dict` tells it) with its issue: what is drawn. `language` is zh or en."""

    sheet: dict[str, Any]
    language: str
    zone: str
    issuer: str
    number: str
    digest: str
    verify: str
    issued_at: datetime
    demo: bool


def pdf(papers: Sequence[Printed]) -> bytes:
    """The papers as one PDF, not yet sealed. Refused `paper.too_large`, `paper.too_many`; Unavailable `paper.font`,
    `paper.busy`, `paper.failed`."""
    return _drawn(papers, "pdf", 0)


def png(papers: Sequence[Printed], page: int = 0) -> bytes:
    """One page of them as a picture, for looking at."""
    return _drawn(papers, "png", page)


def _drawn(papers: Sequence[Printed], form: str, page: int) -> bytes:
    if not 0 < len(papers) <= MOST_PAPERS:
        raise Refused(
            code="paper.too_many", zh=f"一次可打印1至{MOST_PAPERS}份。", en=f"From 1 to {MOST_PAPERS} papers are printed at once.",
            mend_zh="请减少所选的行。", mend_en="Choose fewer rows.",
        )  # fmt: skip
    told = [_told(one) for one in papers]
    rows = sum(len(table["rows"]) for one in told for table in one["tables"])
    data = canonical(told)
    if len(data) > MOST_BYTES or rows > MOST_ROWS:
        raise Refused(
            code="paper.too_large", zh="内容过多，无法打印成一份文件。", en="There is too much to print as one file.",
            mend_zh="请用导出功能取得全部数据。", mend_en="Use the export to get all the data.",
        )  # fmt: skip
    font = fonts.found(home())
    if font is None:
        raise no_font()
    key = hashlib.sha256(b"%d\0%s\0%d\0%s\0%s" % (VERSION, form.encode(), page, font.family.encode(), data)).hexdigest()
    kept = home() / "papers" / key[:2] / f"{key}.{form}"
    if kept.is_file():
        return kept.read_bytes()
    drawn = _run({"papers": told, "family": font.family, "folders": list(font.folders), "format": form, "page": page})
    _keep(kept, drawn)
    return drawn


def no_font() -> Unavailable:
    """What is said where this machine has no CJK font."""
    return Unavailable(
        code="paper.font",
        zh="本机没有中文字体，暂不能生成 PDF；网页打印版仍可使用。",
        en="This machine has no Chinese font: no PDF can be made; the page for print still works.",
        whose="platform",
        mend_zh="请管理员安装 fonts-noto-cjk（Debian），或把字体文件放入状态目录的 fonts/。",
        mend_en="Install fonts-noto-cjk (Debian), or put a font file into fonts/ of the state folder.",
    )


def _run(asked: dict[str, Any]) -> bytes:
    if not AT_ONCE.acquire(timeout=PATIENCE_S):
        raise _away("paper.busy", "打印任务较多，请稍后再试。", "Many papers are being printed; please try again soon.")
    try:
        done = subprocess.run(
            [sys.executable, "-m", "pilotzone.ui.paper.draw"],
            input=json.dumps(asked, ensure_ascii=False).encode(), capture_output=True, timeout=TIMEOUT_S, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired:
        raise _away("paper.failed", "文件未能在规定时间内生成。", "The paper could not be drawn in time.") from None
    finally:
        AT_ONCE.release()
    if done.returncode or not done.stdout:
        raise _away("paper.failed", "文件未能生成。", "The paper could not be drawn.")
    return done.stdout


def _away(code: str, zh: str, en: str) -> Unavailable:
    return Unavailable(
        code=code, zh=zh, en=en, whose="platform", mend_zh="请稍后再试，或使用网页打印版。",
        mend_en="Try again soon, or use the page for print.",
    )  # fmt: skip


def _told(one: Printed) -> dict[str, Any]:
    """What the template is given: texts cleaned of what cannot be printed, facts with whether they take a whole line."""
    words = WORDS[one.language]
    sheet = _clean(one.sheet)
    return sheet | {
        "facts": _lines(sheet["facts"]), "lang": one.language, "zone": one.zone, "issuer": one.issuer,
        "number": one.number, "digest": one.digest, "verify": one.verify, "issued": shown(one.issued_at),
        "qr": qr.svg(one.verify), "watermark": words["watermark"] if one.demo else "", "words": words,
    }  # fmt: skip


def _lines(facts: Sequence[Sequence[str]]) -> list[list[Any]]:
    """Two facts a line; a long one, and the one before it where it would stand alone, take a line of their own."""
    told: list[list[Any]] = [[name, value, len(value) > 34 or len(name) > 26] for name, value in facts]
    place = 0
    for number, row in enumerate(told):
        if place and row[2]:
            told[number - 1][2], place = True, 0
        if not row[2]:
            place = 1 - place
    if place:
        told[-1][2] = True
    return told


def _clean(value: Any) -> Any:
    """Signs that draw nothing or turn the line round become �; a long unbroken run may be broken at every 28th sign."""
    if isinstance(value, str):
        return _UNBROKEN.sub(lambda run: f"{run[0]}\u200b", _CONTROL.sub("\ufffd", value))
    if isinstance(value, dict):
        return {name: _clean(part) for name, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(part) for part in value]
    return value


def _keep(kept: Path, drawn: bytes) -> None:
    """Keep what was drawn; nothing is lost where it cannot be kept. The oldest go when there are too many."""
    try:
        kept.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        draft = kept.with_name(f".{kept.name}.{secrets.token_hex(6)}")
        handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(drawn)
        draft.replace(kept)
        shelf = sorted(kept.parent.iterdir(), key=lambda one: one.stat().st_mtime)
        for old in shelf[: max(0, len(shelf) - MOST_KEPT // 256)]:
            old.unlink(missing_ok=True)
    except OSError:
        return
