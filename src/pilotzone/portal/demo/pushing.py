"""One demonstration firm that has its receipts pushed: the declarant, to its simulated system."""

from __future__ import annotations

from django.db import connection

from pilotzone.exchange import receipts
from pilotzone.exchange.webhooks import subscriptions
from pilotzone.kernel.access.actor import ENTERPRISE, Actor
from pilotzone.kernel.access.models import Organisation
from pilotzone.kernel.access.scope import scope
from pilotzone.portal.demo.firms import DECLARANT, LEADS

NAME = "hongdu"
LAST_RECEIPTS = 3000  # of all firms: so many back the pushing begins, that there is something to see


def subscribe(counterparts: str) -> tuple[str, str] | None:
    """Subscribe the firm to its endpoint at the counterparts' door; its URL and secret, None where it is done already."""
    firm = next(one for one in LEADS if one.role == DECLARANT)
    number = Organisation.objects.get(customs_code=firm.customs_code).pk
    url = f"{counterparts.rstrip('/')}/firm/{NAME}"
    with scope(Actor(kind=ENTERPRISE, organisation=number, role=DECLARANT, reason="SYNTHETIC DEMO")):
        if any(hook.url == url for hook in subscriptions.listed()):
            return None
        with connection.cursor() as cursor:
            after = max(0, receipts.safe(cursor) - LAST_RECEIPTS)
        _, secret = subscriptions.create(url=url, description="（演示）洪都报关的接收系统", after=after)
    return url, secret
