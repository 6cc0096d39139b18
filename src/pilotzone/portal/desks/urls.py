"""The addresses of the workbenches. The list and the page of a trade are the same for a firm and an officer."""

from __future__ import annotations

from django.urls import URLPattern, path

from pilotzone.portal.desks import (
    buyers,
    consumer,
    disputes,
    drafts,
    enterprise,
    figures,
    goods,
    losses,
    office,
    officer,
    payment_data,
    signing,
    suspending,
    tokens,
    trade,
    trades,
    webhooks,
)


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
    path("enterprise/submit/history/", enterprise.history, name="enterprise_history"),
    path("enterprise/submit/results/", enterprise.results, name="enterprise_results"),
    path("enterprise/templates/<slug:message>.xlsx", enterprise.sheet, name="enterprise_sheet"),
    path("enterprise/messages/", enterprise.messages, name="enterprise_messages"),
    path("enterprise/messages/handed/", enterprise.handed, name="enterprise_handed"),
    path("enterprise/buyers/", buyers.show, name="enterprise_buyers"),
    path("enterprise/buyers/template.csv", buyers.template, name="enterprise_buyer_template"),
    path("enterprise/buyers/<int:number>/", buyers.one, name="enterprise_buyer_check"),
    path("enterprise/buyers/<int:number>/export.csv", buyers.export, name="enterprise_buyer_export"),
    path("enterprise/tokens/", tokens.show, name="enterprise_tokens"),
    path("enterprise/tokens/<int:number>/revoke/", tokens.revoke, name="enterprise_token_revoke"),
    path("enterprise/webhooks/", webhooks.show, name="enterprise_webhooks"),
    path("enterprise/webhooks/<int:hook>/", webhooks.one, name="enterprise_webhook"),
    path("enterprise/webhooks/<int:hook>/export.csv", webhooks.export, name="enterprise_webhook_export"),
    path("enterprise/webhooks/<int:hook>/<slug:verb>/", webhooks.act, name="enterprise_webhook_act"),
    path("enterprise/messages/drafts/", drafts.show, name="enterprise_drafts"),
    path("enterprise/sign/", signing.show, name="enterprise_sign"),
    path("enterprise/sign/prepare/", signing.prepare, name="enterprise_sign_prepare"),
    path("enterprise/sign/finish/", signing.finish, name="enterprise_sign_finish"),
    path("enterprise/payment-data/", payment_data.show, name="payment_requests"),
    path("enterprise/payment-data/export.csv", payment_data.export, name="payment_requests_export"),
    path("enterprise/payment-data/kept/", payment_data.kept, name="payment_data"),
    path("enterprise/payment-data/sign/", payment_data.sign, name="payment_sign"),
    path("enterprise/payment-data/sign/prepare/", payment_data.prepare, name="payment_sign_prepare"),
    path("enterprise/payment-data/sign/finish/", payment_data.finish, name="payment_sign_finish"),
    *_trades(trades.ENTERPRISE),
    path("officer/", officer.start, name="officer"),
    *_trades(trades.OFFICER),
    path("officer/documents/<int:document>/", trade.opened, {"desk": trades.OFFICER}, name="officer_opened"),
    path("me/", consumer.start, name="me"),
    path("me/verify/", consumer.verify, name="me_verify"),
    path("me/trades/<int:trade>/dispute/", consumer.dispute, name="me_dispute"),
    *_trades(trades.CONSUMER),
    path("office/", office.start, name="office"),
    path("office/suspensions/", suspending.show, name="office_suspensions"),
    path("office/suspensions/export.csv", suspending.export, name="office_suspensions_export"),
    path("office/suspensions/<int:number>/", suspending.one, name="office_suspension"),
    path("office/suspensions/<int:number>/lift/", suspending.lift, name="office_suspension_lift"),
    path("office/suspensions/<int:number>/notice/", suspending.notice, name="office_suspension_notice"),
    path("office/disputes/", disputes.show, name="office_disputes"),
    path("office/disputes/export.csv", disputes.export, name="office_disputes_export"),
    path("office/disputes/<str:list_key>/", disputes.one, name="office_dispute"),
    path("office/losses/", losses.show, name="office_losses"),
    path("office/losses/export.csv", losses.export, name="office_losses_export"),
    path("office/losses/<int:number>/", losses.one, name="office_loss"),
    path("office/figures/", figures.show, name="figures"),
    path("office/figures/export.csv", figures.export, name="figures_export"),
]
