"""The addresses of the workbenches. The list and the page of a trade are the same for a firm and an officer."""

from __future__ import annotations

from django.urls import URLPattern, path

from pilotzone.portal.desks import consumer, enterprise, goods, office, officer, trade, trades


def _trades(desk: str) -> list[URLPattern]:
    named = {"desk": desk}
    return [
        path(f"{desk}/trades/", trades.show, named, name=f"{desk}_trades"),
        path(f"{desk}/trades/export.<str:kind>", trades.export, named, name=f"{desk}_export"),
        path(f"{desk}/trades/<int:trade>/", trade.show, named, name=f"{desk}_trade"),
        path(f"{desk}/trades/<int:trade>/notice/", trade.notice, named, name=f"{desk}_notice"),
        path(f"{desk}/trades/<int:trade>/urge/<slug:party>/", trade.urge, named, name=f"{desk}_urge"),
    ]


urlpatterns = [
    path("clearance/", officer.door, name="workbench"),
    path("reference/goods/", goods.show, name="reference_goods"),
    path("reference/goods/confirm/", goods.confirm, name="reference_confirm"),
    path("reference/goods/take-back/", goods.take_back, name="reference_take_back"),
    path("reference/goods/template.csv", goods.template, name="reference_template"),
    path("enterprise/", enterprise.start, name="enterprise"),
    path("enterprise/submit/", enterprise.submit, name="enterprise_submit"),
    path("enterprise/submit/results/", enterprise.results, name="enterprise_results"),
    path("enterprise/templates/<slug:message>.xlsx", enterprise.sheet, name="enterprise_sheet"),
    path("enterprise/messages/", enterprise.messages, name="enterprise_messages"),
    path("enterprise/messages/handed/", enterprise.handed, name="enterprise_handed"),
    path("enterprise/messages/drafts/", enterprise.drafts, name="enterprise_drafts"),
    *_trades(trades.ENTERPRISE),
    path("officer/", officer.start, name="officer"),
    *_trades(trades.OFFICER),
    path("officer/documents/<int:document>/", trade.opened, {"desk": trades.OFFICER}, name="officer_opened"),
    path("me/", consumer.start, name="me"),
    path("me/verify/", consumer.verify, name="me_verify"),
    path("me/trades/<int:trade>/dispute/", consumer.dispute, name="me_dispute"),
    *_trades(trades.CONSUMER),
    path("office/", office.start, name="office"),
]
