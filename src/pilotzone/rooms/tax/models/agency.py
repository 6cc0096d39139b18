"""代办退税: agreements between trade service enterprises and producers; written in the platform's own scope, audited."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q


class RefundAgency(models.Model):
    """One agreement: proposed by the service enterprise, confirmed by the producer, filed by the tax office, ended by either."""

    service_id = models.BigIntegerField()
    producer_id = models.BigIntegerField()
    number = models.CharField("协议编号", max_length=40)
    valid_from = models.DateField("起始日")
    valid_to = models.DateField("终止日")
    own_goods = models.BooleanField("自产货物", default=False)
    contract_abroad = models.BooleanField("出口合同由生产企业签订", default=False)
    account = models.CharField("代办退税账号", max_length=40, blank=True, default="")
    controls = models.BooleanField("风险管控制度已备案", default=False)
    proposed_at = models.DateTimeField()
    confirmed_at = models.DateTimeField(null=True)
    filed_on = models.DateField("税务备案日", null=True)
    filed_by = models.BigIntegerField(null=True)
    ended_on = models.DateField("提前终止日", null=True)

    class Meta:
        db_table = "tax_refund_agency"
        indexes = [
            models.Index(fields=["producer_id", "valid_from"], name="tax_refund_agency_producer"),
            models.Index(fields=["service_id", "-id"], name="tax_refund_agency_service"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["service_id", "number"], name="tax_refund_agency_once"),
            models.CheckConstraint(
                condition=Q(valid_to__gte=F("valid_from")) & ~Q(service_id=F("producer_id")),
                name="tax_refund_agency_days",
            ),
        ]
