"""platDataOpen: where customs asks a platform of the zone for the payment raw data of an order (announcement 179).

`/ebp/platDataOpen` is the zone's address, `/ebp/<code>/platDataOpen` one platform enterprise's. The answer is the annex's,
whatever is asked: code 10000, or 20000 with a sentence. Customs' requests carry no proof of who asks; what they start goes
to customs only, after the firm signed it.
"""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from pilotzone.base.errors import Refused
from pilotzone.exchange.formats import payment_raw
from pilotzone.kernel import clock
from pilotzone.kernel.access.actor import PLATFORM
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.api.callers import charge_address
from pilotzone.rooms.clearance import api as clearance

FIELD = "openReq"
MEDIA = "application/json; charset=utf-8"


@csrf_exempt
def plat_data_open(request: HttpRequest, platform: str = "") -> HttpResponse:
    """Answer one openReq at once; the data follow by realTimeDataUp when the firm has signed them."""
    if request.method != "POST":
        return _failed("请使用POST提交表单字段openReq。", 405)
    try:
        charge_address(request)
    except Refused as too_many:
        return _failed(too_many.zh, 429)
    asked = request.POST.get(FIELD, "")
    if not asked:
        return _failed("缺少表单字段openReq。")
    with scope(PLATFORM):
        told = clearance.payment_data_asked(asked, platform=platform)
    return HttpResponse(told, content_type=MEDIA)


def _failed(sentence: str, status: int = 200) -> HttpResponse:
    now = int(clock.now().timestamp() * 1000)
    answer = HttpResponse(
        payment_raw.answer(payment_raw.FAILURE, sentence, service_time=now), content_type=MEDIA, status=status
    )
    answer["Cache-Control"] = "no-store"
    return answer


urlpatterns = [
    path("platDataOpen", plat_data_open, name="plat_data_open"),
    path("<slug:platform>/platDataOpen", plat_data_open, name="plat_data_open_of"),
]
