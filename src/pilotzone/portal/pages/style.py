"""The design language on a page of its own: every component with its states. All of it is sample data."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from pilotzone.base.days import SHANGHAI
from pilotzone.ui import listing as lists
from pilotzone.ui.charts import Chart, Series
from pilotzone.ui.states import LIGHTS, STATES

START = datetime(2021, 11, 11, 0, 5, 9, tzinfo=SHANGHAI)
ROWS = 10_000


@require_safe
def show(request: HttpRequest) -> HttpResponse:
    """The page; `?page=` walks the sample list like a real one."""
    page = lists.page_number(request.GET.get("page"))
    context = {
        "themes": [("light", _("浅色")), ("dark", _("深色"))],
        "states": [state.word for state in STATES],
        "lights": list(LIGHTS),
        "figures": [(_("今日申报"), 12345678), (_("进出口额"), Decimal("382000000.5")), (_("退单"), 0)],
        "listing": sample_list(request, page),
        "empty_list": lists.Listing(
            columns=[], rows=[], empty=_("还没有申报。"), empty_help=_("把文件拖到上方即可开始。")
        ),
        "lines": sample_lines(),
        "findings": [sample_finding()],
        "why": sample_why(),
        "facts": [(_("订单编号"), "SYN20211111000001"), (_("申报金额"), "1,234.50"), (_("备注"), "")],
        "chart": sample_chart(),
        "no_chart": Chart(_("没有数据的图"), ["00:00"], [Series(_("放行"), [None])]),
        "long": _("一段很长的文字，用来看它在窄栏里怎样换行：") + "SYN" + "0123456789" * 8,
    }
    return render(request, "pages/style.html", context)


def sample_list(request: HttpRequest, page: int) -> lists.Listing:
    """A list as officers see it, with ten thousand rows behind it."""
    columns = [
        lists.Column("number", _("清单编号"), lists.CODE, href="href"),
        lists.Column("state", _("状态"), lists.STATE),
        lists.Column("light", _("时限"), lists.LIGHT),
        lists.Column("buyer", _("订购人")),
        lists.Column("amount", _("金额"), lists.MONEY, unit=_("元")),
        lists.Column("at", _("最后变动"), lists.TIME),
    ]
    asked = request.GET.get("state", "")
    choices = [(state.word, _(state.word)) for state in STATES]
    first = (page - 1) * 10
    return lists.Listing(
        columns=columns,
        rows=[sample_row(at) for at in range(first, min(first + 10, ROWS))],
        filters=[
            lists.Filter("q", _("单号"), "search", value=request.GET.get("q", "")[:80]),
            lists.Filter("state", _("状态"), "select", choices, asked),
            lists.Filter("from", _("起始日"), "date", value=request.GET.get("from", "")[:10]),
        ],
        actions=[
            lists.Action("urge", _("催办")),
            lists.Action("withdraw", _("撤销申报"), _("确认撤销所选的清单？")),
        ],
        action_url="/style/",
        page=page,
        page_size=10,
        total=ROWS,
        query=request.GET,
        export_url="/style/",
        caption=_("进口清单（示例）"),
        drawer=True,
    )


def sample_row(at: int) -> dict[str, Any]:
    """One row; states and lights take turns."""
    return {
        "id": at,
        "number": f"SYN2021{at:011d}",
        "state": STATES[at % len(STATES)].word,
        "light": list(LIGHTS)[at % 3],
        "buyer": "张**" if at % 2 else "J*********",
        "amount": Decimal(at * 997 % 500_000) / 100,
        "at": START + timedelta(minutes=at),
        "href": "/style/#lines",
    }


def sample_lines() -> list[dict[str, Any]]:
    """A life of one trade."""
    steps = (
        (
            "waiting",
            "收到订单，还缺支付单、运单、清单",
            "Order received; payment, waybill and list are missing",
            _("支付企业"),
        ),
        ("passed", "单证齐全，三单比对通过", "All documents present and matched", _("线上综合服务平台")),
        ("stored", "海关入库", "In the customs store", _("海关")),
        ("released", "放行", "Released", _("物流企业")),
    )
    return [
        {
            "at": START + timedelta(minutes=7 * at), "state": state, "zh": zh, "en": en, "holder_name": holder,
            "source": "海关总署公告2018年第194号", "code": f"style.{state}",
        }
        for at, (state, zh, en, holder) in enumerate(steps)
    ]  # fmt: skip


def sample_finding() -> dict[str, Any]:
    """One refusal as a firm sees it."""
    return {
        "code": "rule.match.amount", "path": "CEB621Message/Inventory/InventoryHead/…", "line": 42, "whose": "pay",
        "zh": "支付金额与订单实际支付金额不一致：支付单 99.00，订单 100.00",
        "en": "The amount paid differs from the order: payment 99.00, order 100.00",
        "mend_zh": "由支付企业以变更方式重新申报支付单", "mend_en": "The payment firm declares the payment anew as a change",
        "source": "海关总署公告2018年第194号",
    }  # fmt: skip


def sample_why() -> dict[str, Any]:
    """An amount in its steps."""
    rate = {
        "key": "vat.standard", "value": "0.13", "from": "2019-04-01", "article": "一", "tag": "A",
        "document": "财政部 税务总局 海关总署公告2019年第39号",
    }  # fmt: skip
    step = {
        "zh": "增值税", "en": "VAT", "result": "38.68", "formula": "425.00 × 13% × 70%",
        "inputs": [{"name": "P", "value": "425.00"}], "parameters": [rate],
    }  # fmt: skip
    return {"zh": "税款合计", "en": "Total tax", "amount": Decimal("38.68"), "unit": "CNY", "parts": [step]}


def sample_chart() -> Chart:
    """Two days of an imagined zone."""
    hours = [f"{hour:02d}:00" for hour in range(0, 24, 2)]
    return Chart(
        _("每小时票数（示例）"),
        hours,
        [
            Series(_("放行"), [120, 80, 40, 30, 90, 260, 310, 280, 300, 420, 510, 390]),
            Series(_("查验"), [3, 2, 1, 0, 2, 8, 9, 7, 8, 12, 15, 11]),
        ],
        unit=_("票"),
    )
