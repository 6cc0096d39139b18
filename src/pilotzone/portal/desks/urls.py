"""The addresses of the workbenches. The list and the page of a trade are the same for a firm and an officer."""

from __future__ import annotations

from django.urls import URLPattern, path

from pilotzone.portal.desks import trade, trades


def _trades(desk: str) -> list[URLPattern]:
    named = {"desk": desk}
    return [
        path(f"{desk}/trades/", trades.show, named, name=f"{desk}_trades"),
        path(f"{desk}/trades/export.<str:kind>", trades.export, named, name=f"{desk}_export"),
        path(f"{desk}/trades/<int:trade>/", trade.show, named, name=f"{desk}_trade"),
        path(f"{desk}/trades/<int:trade>/notice/", trade.notice, named, name=f"{desk}_notice"),
        path(f"{desk}/trades/<int:trade>/urge/<slug:party>/", trade.urge, named, name=f"{desk}_urge"),
    ]


urlpatterns = [*_trades(trades.ENTERPRISE), *_trades(trades.OFFICER)]
