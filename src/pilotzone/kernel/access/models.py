"""Who exists: persons, the tree of units, organisations, and what ties them together.

Rows are dated where the world changes (a district is abolished, a clerk leaves): `valid_to` is the last day,
empty means still in force. Nothing here is deleted; it ends.
"""

from __future__ import annotations

from datetime import date

from django.contrib.auth.models import AbstractUser
from django.db import models


class UnitKind(models.TextChoices):
    """What a node of the tree is."""

    ZONE = "zone", "综试区"
    AGENCY = "agency", "部门"
    DISTRICT = "district", "县区/开发区"
    PARK = "park", "园区"
    BODY = "body", "单位"


class Unit(models.Model):
    """A node of the tree: the zone, a department, a county or development zone. `path` is its place, e.g. zone.d360111."""

    code = models.CharField(max_length=40, unique=True)
    kind = models.CharField(max_length=12, choices=UnitKind)
    name_zh = models.CharField(max_length=120)
    name_en = models.CharField(max_length=160)
    path = models.CharField(max_length=200, unique=True)
    gb2260 = models.CharField(max_length=6, blank=True)
    valid_from = models.DateField(null=True, blank=True)
    valid_to = models.DateField(null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    note = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ["path"]

    def __str__(self) -> str:
        return self.name_zh

    def named(self, language: str | None) -> str:
        """The name in a reader's language."""
        return self.name_en if (language or "").startswith("en") else self.name_zh


class Organisation(models.Model):
    """An enterprise or body that sends, receives or judges. `roles` are 电商企业, 平台, 支付, 物流, 仓储, 报关 … as codes."""

    name = models.CharField(max_length=160)
    name_en = models.CharField(max_length=160, blank=True)
    uscc = models.CharField("统一社会信用代码", max_length=18, blank=True)
    customs_code = models.CharField("海关10位编码", max_length=10, blank=True)
    dxp_id = models.CharField("报文传输编号", max_length=30, blank=True)
    roles = models.JSONField(default=list, blank=True)
    synthetic = models.BooleanField("合成", default=False)
    suspended_on = models.DateField(null=True, blank=True)
    cancelled_on = models.DateField("注销日", null=True, blank=True)
    successor = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["uscc"], condition=~models.Q(uscc=""), name="kernel_org_uscc_once"),
            models.UniqueConstraint(
                fields=["customs_code"], condition=~models.Q(customs_code=""), name="kernel_org_customs_once"
            ),
            models.UniqueConstraint(fields=["dxp_id"], condition=~models.Q(dxp_id=""), name="kernel_org_dxp_once"),
        ]

    def __str__(self) -> str:
        return self.name

    def named(self, language: str | None) -> str:
        """The name in a reader's language; the registered one where there is no English one."""
        return (self.name_en if (language or "").startswith("en") else "") or self.name

    def suspended(self, on: date) -> bool:
        """Whether it may not act on that day."""
        return self.suspended_on is not None and self.suspended_on <= on

    @classmethod
    def acting(cls, on: date) -> models.QuerySet[Organisation]:
        """The organisations not suspended on that day."""
        return cls.objects.filter(models.Q(suspended_on=None) | models.Q(suspended_on__gt=on))


class UnitLink(models.Model):
    """Which unit an organisation belongs to, in what sense (registered, park, clearance) and when."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    kind = models.CharField(
        max_length=12, choices=[("registered", "注册地"), ("park", "园区"), ("clearance", "通关地")]
    )
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)


class Person(AbstractUser):
    """Somebody who signs in: a firm's clerk, an officer, a consumer. Names of consumers are kept encrypted elsewhere."""

    display_name = models.CharField(max_length=80, blank=True)
    language = models.CharField(max_length=10, default="zh-hans")
    synthetic = models.BooleanField(default=False)
    left_on = models.DateField("离岗日", null=True, blank=True)
    buyer_key = models.CharField("实名核验后的购买人密钥摘要", max_length=64, blank=True)

    def __str__(self) -> str:
        return self.display_name or self.username


class Membership(models.Model):
    """A person acts for an organisation or a unit in a role, between two days. Exactly one of the two is set."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")
    unit = models.ForeignKey(Unit, models.PROTECT, null=True, blank=True, related_name="+")
    role = models.CharField(max_length=40)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    deputy_of = models.ForeignKey("self", models.PROTECT, null=True, blank=True, related_name="+")
    # whom the deputy stands in for, again: the deputy himself does not see the row `deputy_of` names
    on_behalf = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(deputy_of__isnull=True, on_behalf__isnull=True)
                | models.Q(deputy_of__isnull=False, on_behalf__isnull=False),
                name="kernel_membership_behalf",
            ),
            models.CheckConstraint(
                condition=models.Q(organisation__isnull=False, unit__isnull=True)
                | models.Q(organisation__isnull=True, unit__isnull=False),
                name="kernel_membership_one_side",
            ),
        ]


class Grant(models.Model):
    """A right beyond the role's own: an action on a kind of thing, for a membership, with reason and end."""

    membership = models.ForeignKey(Membership, models.PROTECT, related_name="+")
    action = models.CharField(max_length=60)
    reason = models.CharField(max_length=200)
    granted_by = models.ForeignKey(Person, models.PROTECT, related_name="+")
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)


class Certificate(models.Model):
    """A signing certificate and the organisation it belongs to. Never removed: revoked, or it ends."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    sha256 = models.CharField(max_length=64, unique=True)
    serial = models.CharField(max_length=80)
    algorithm = models.CharField(max_length=12)
    subject = models.CharField(max_length=300)
    valid_from = models.DateTimeField()
    valid_to = models.DateTimeField()
    registered_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_reason = models.CharField(max_length=200, blank=True)
    reported_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    told = models.JSONField("已通报", default=list, db_default=[], blank=True)


class Suspension(models.Model):
    """An order that an enterprise may not act, by one office, from a day until it is lifted. Never removed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    office = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    since = models.DateField()
    reason = models.CharField(max_length=300)
    legal_basis = models.CharField("依据", max_length=300)
    ordered_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    ordered_at = models.DateTimeField()
    lifted_on = models.DateField(null=True, blank=True)
    lifted_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    lifted_reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "office"], condition=models.Q(lifted_on=None), name="kernel_suspension_once"
            )
        ]


class ChecklistMark(models.Model):
    """A point of the first-use checklist a person has ticked off."""

    person = models.ForeignKey(Person, models.PROTECT, related_name="+")
    key = models.CharField(max_length=60)
    done_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["person", "key"], name="kernel_checklist_once")]


class Site(models.Model):
    """分平台: the platform of one county or development zone on this zone's code and data: names, looks, notices, menu.

    Open from `since` until and with `until`; `menu` holds keys of data/sites/menu.yaml, `links` and `notices` what the district wrote.
    """

    slug = models.CharField("网址名", max_length=40, unique=True)
    unit = models.ForeignKey(Unit, models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200)
    name_zh = models.CharField("名称", max_length=80)
    name_en = models.CharField(max_length=120)
    accent = models.CharField("主色", max_length=12)
    logo = models.BinaryField("标志", default=b"")
    logo_sha256 = models.CharField(max_length=64, blank=True)
    intro_zh = models.CharField("简介", max_length=1000, blank=True)
    intro_en = models.CharField(max_length=2000, blank=True)
    menu = models.JSONField("栏目", default=list)
    links = models.JSONField("自有链接", default=list)
    notices = models.JSONField("公告", default=list)
    prereview = models.BooleanField("备案属地初审", default=True)
    since = models.DateField("开通日")
    until = models.DateField("停用日", null=True, blank=True)
    version = models.IntegerField(default=1)
    opened_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["unit"], condition=models.Q(until=None), name="kernel_site_unit_once"),
            models.UniqueConstraint(fields=["name_zh"], condition=models.Q(until=None), name="kernel_site_name_once"),
            models.CheckConstraint(
                condition=models.Q(until=None) | models.Q(until__gte=models.F("since")), name="kernel_site_days"
            ),
        ]


class SiteProvider(models.Model):
    """A service provider that joined a district's platform (相关服务主体与分平台对接), from a day until it leaves."""

    site = models.ForeignKey(Site, models.PROTECT, related_name="+")
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    service_zh = models.CharField("服务", max_length=120)
    service_en = models.CharField(max_length=200, blank=True)
    since = models.DateField()
    until = models.DateField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["site", "organisation"], condition=models.Q(until=None), name="kernel_siteprovider_once"
            )
        ]
