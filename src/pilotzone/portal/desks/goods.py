"""商品资料加载: an official uploads a CSV of goods, sees what it would change, confirms, and may take it back."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from pilotzone.base.errors import Refused
from pilotzone.base.texts import whole
from pilotzone.kernel import audit, clock
from pilotzone.kernel.access.doors import require
from pilotzone.portal.processes.home import home
from pilotzone.reference import edition, loading

LARGEST = 8 * 1024 * 1024
SHOWN = 100
DIGEST = re.compile(r"[0-9a-f]{64}")


@require_http_methods(["GET", "POST"])
def show(request: HttpRequest) -> HttpResponse:
    """The history; a POST with a file shows what it would do, writing nothing but the staged copy."""
    require("reference.load")
    context: dict[str, Any] = {"version": edition.refresh(every_s=0)}
    status = 200
    if request.method == "POST":
        file = request.FILES.get("file")
        if file is None or (file.size or 0) > LARGEST:
            context["problem"], status = _("请选择不超过8MB的CSV文件。"), 422
        else:
            raw = file.read()
            told = loading.preview(raw, _folder())
            status = 422 if told.faults else 200
            context |= {
                "preview": told, "counts": told.counts(), "name": str(file.name)[:120],
                "faults": [fault.as_dict() for fault in told.faults[:SHOWN]],
                "listed": [
                    (word, numbers[:SHOWN], len(numbers))
                    for word, numbers in (
                        (_("新增"), told.added), (_("变更"), told.changed), (_("终止"), told.ended),
                    ) if numbers
                ],
                "digest": "" if told.faults else _stage(raw),
            }  # fmt: skip
    loads = loading.history(_folder())
    context |= {"loads": loads, "last": next((one.number for one in loads if not one.undone), None)}
    return render(request, "desks/goods.html", context, status=status)


@require_POST
def confirm(request: HttpRequest) -> HttpResponse:
    """Load what was previewed."""
    actor = require("reference.load")
    digest = request.POST.get("digest", "")
    staged = _folder() / "loads" / f"staged-{digest}"
    if not DIGEST.fullmatch(digest) or not staged.is_file():
        raise Refused(
            code="reference.not_staged", zh="没有可加载的文件，请重新上传预览。",
            en="There is no previewed file; upload it again.", source="PilotZone reference", whose="zone",
        )  # fmt: skip
    reason, name = (
        whole(request.POST.get("reason", ""), 200, "理由", "The reason", field="reason"),
        request.POST.get("name", ""),
    )
    who = f"{actor.role} #{actor.person}"
    made = loading.load(staged.read_bytes(), _folder(), name=name, who=who, at=clock.now(), reason=reason)
    staged.unlink(missing_ok=True)
    after = {"version": made.version, **made.counts}
    audit.record("reference.load", object_kind="reference.load", object_id=made.number, after=after, reason=reason)
    return redirect("reference_goods")


@require_POST
def take_back(request: HttpRequest) -> HttpResponse:
    """Undo the last load."""
    actor = require("reference.load")
    reason = whole(request.POST.get("reason", ""), 200, "理由", "The reason", field="reason")
    undone = loading.take_back(_folder(), who=f"{actor.role} #{actor.person}", at=clock.now())
    audit.record("reference.take_back", object_kind="reference.load", object_id=undone.number, reason=reason)
    return redirect("reference_goods")


@require_safe
def template(request: HttpRequest) -> HttpResponse:
    """The empty sheet."""
    require("reference.load")
    answer = HttpResponse(loading.template(), content_type="text/csv; charset=utf-8")
    answer["Content-Disposition"] = 'attachment; filename="goods-template.csv"'
    return answer


def _folder() -> Path:
    return home() / "data"


def _stage(raw: bytes) -> str:
    """Keep a previewed file until it is confirmed; older ones are forgotten."""
    store = _folder() / "loads"
    store.mkdir(parents=True, exist_ok=True)
    kept = sorted(store.glob("staged-*"), key=lambda path: path.stat().st_mtime)
    for old in kept[:-20]:
        old.unlink(missing_ok=True)
    digest = hashlib.sha256(raw).hexdigest()
    (store / f"staged-{digest}").write_bytes(raw)
    return digest
