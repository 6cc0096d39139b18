"""Tables of the room. The flood's tables are made by SQL (migrations/0001) and only read here; the desk's are Django's.

Flood tables hold checked bigints instead of foreign keys (house.md, "Two speeds").
"""

from __future__ import annotations

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import GinIndex
from django.db import models

from pilotzone.kernel.access.models import Organisation, Person
from pilotzone.rooms.clearance.models.inspections import (
    Inspection,
    InspectionEvidence,
    InspectionFacility,
    InspectionList,
    InspectionObjection,
    InspectionOpening,
    InspectionProposal,
    InspectionResult,
    InspectionRules,
    LiaisonCase,
    LiaisonContact,
    ReleaseMonth,
    ReleaseStudy,
)
from pilotzone.rooms.clearance.models.summaries import Declaration, DeclarationLine, Leg, Summary, SummaryItem

__all__ = [
    "BuyerAnswer", "BuyerCheck", "Change", "Declaration", "DeclarationLine", "Document", "Identity", "Inspection", "InspectionEvidence", "InspectionFacility",
    "InspectionList", "InspectionObjection", "InspectionOpening", "InspectionProposal", "InspectionResult", "InspectionRules",
    "Leg", "LiaisonCase", "LiaisonContact", "Mandate", "Message", "PaymentData", "PaymentRequest", "Receipt", "ReleaseMonth",
    "ReleaseStudy", "Signing", "Summary", "SummaryItem", "Trade", "Urge", "Writing",
]  # fmt: skip


class Message(models.Model):
    """One customs message as it came: who sent it, whether it waits, went on to customs or was dropped."""

    id = models.BigIntegerField(primary_key=True)
    inbox_id = models.BigIntegerField()
    name = models.CharField(max_length=20)
    edition = models.CharField(max_length=8)
    flow = models.CharField(max_length=1)
    guid = models.CharField(max_length=36)
    sender = models.BigIntegerField(null=True)
    state = models.CharField(max_length=10)
    documents = models.IntegerField()
    received_at = models.DateTimeField()
    hold_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    signature = models.JSONField()

    class Meta:
        managed = False
        db_table = "clearance_message"


class Document(models.Model):
    """One document and what became of it; what it says lies sealed with its message (queries.contents)."""

    id = models.BigIntegerField(primary_key=True)
    message_id = models.BigIntegerField()
    position = models.IntegerField()
    kind = models.SmallIntegerField()
    edition = models.CharField(max_length=8)
    key = models.TextField()
    trade_hash = models.BigIntegerField(null=True)
    app_type = models.CharField(max_length=1)
    app_time = models.CharField(max_length=14)
    sender = models.BigIntegerField(null=True)
    parties = ArrayField(models.BigIntegerField())
    buyer = models.TextField()
    state = models.CharField(max_length=10)
    reasons = models.JSONField()
    accepted_at = models.DateTimeField()
    accepted_on = models.DateField()

    class Meta:
        managed = False
        db_table = "clearance_document"


class Trade(models.Model):
    """票: the documents of one order on their way to release. Holds no personal data; `buyer` is a keyed hash."""

    id = models.BigIntegerField(primary_key=True)
    hash = models.BigIntegerField()
    key = models.TextField()
    flow = models.CharField(max_length=1)
    mode = models.CharField(max_length=4)
    order_id = models.BigIntegerField(null=True)
    payment_id = models.BigIntegerField(null=True)
    waybill_id = models.BigIntegerField(null=True)
    list_id = models.BigIntegerField(null=True)
    receipts_id = models.BigIntegerField(null=True)
    list_message = models.BigIntegerField(null=True)
    order_no = models.TextField()
    pay_no = models.TextField()
    logistics_no = models.TextField()
    cop_no = models.TextField()
    pre_no = models.TextField()
    invt_no = models.TextField()
    bill_no = models.TextField()
    state = models.CharField(max_length=16)
    customs_status = models.CharField(max_length=10)
    return_time = models.CharField(max_length=17)
    missing = ArrayField(models.TextField())
    reasons = models.JSONField()
    holder = models.TextField()
    firms = models.JSONField()
    parties = ArrayField(models.BigIntegerField())
    buyer = models.TextField()
    customs_code = models.CharField(max_length=4)
    unit = models.TextField()
    value = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    tax = models.DecimalField(max_digits=19, decimal_places=2, null=True)
    assessment = models.BinaryField(null=True)  # queries.contents.assessment
    stages = models.JSONField()
    wait_until = models.DateTimeField(null=True)
    first_at = models.DateTimeField()
    changed_at = models.DateTimeField()
    accepted_on = models.DateField(null=True)
    history = models.BooleanField()
    edition = models.SmallIntegerField(null=True)

    class Meta:
        managed = False
        db_table = "clearance_trade"


class Receipt(models.Model):
    """A receipt of customs or E-port as it came: applied, or why not."""

    id = models.BigIntegerField(primary_key=True)
    name = models.CharField(max_length=20)
    document_id = models.BigIntegerField(null=True)
    trade_id = models.BigIntegerField(null=True)
    key = models.TextField()
    return_status = models.CharField(max_length=10)
    return_time = models.CharField(max_length=17)
    info = models.TextField()
    pre_no = models.TextField()
    invt_no = models.TextField()
    applied = models.BooleanField()
    why = models.TextField()
    inbox_id = models.BigIntegerField()
    received_at = models.DateTimeField()
    parties = ArrayField(models.BigIntegerField())

    class Meta:
        managed = False
        db_table = "clearance_receipt"


class Mandate(models.Model):
    """代理授权: an express or post operator, or a declarant, may send some kinds of documents for another enterprise.

    In force from `valid_from` to the end of `valid_to`, unless it was revoked: that counts at once.
    """

    principal = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    agent = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    kinds = models.JSONField(default=list)
    undertaking = models.CharField("书面担责承诺", max_length=200)
    valid_from = models.DateField()
    valid_to = models.DateField(null=True, blank=True)
    given_at = models.DateTimeField(null=True, blank=True)
    given_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_at = models.DateTimeField(null=True, blank=True)
    revoked_by = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    revoked_reason = models.CharField(max_length=200, blank=True, default="", db_default="")


class Identity(models.Model):
    """What an authorised body answered about a buyer: keyed hashes only, never the name or number."""

    buyer = models.CharField(max_length=64)
    name_hash = models.CharField(max_length=64)
    matches = models.BooleanField()
    authority = models.CharField(max_length=80)
    checked_at = models.DateTimeField()
    valid_to = models.DateField(null=True, blank=True)
    asked_by = models.ForeignKey(Organisation, models.PROTECT, null=True, blank=True, related_name="+")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["buyer", "name_hash"], name="clearance_identity_once")]


class BuyerCheck(models.Model):
    """A list of buyers a firm had checked by the authorised body: who asked, when, whom, and how it came out."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, blank=True, related_name="+")
    asked_at = models.DateTimeField()
    channel = models.CharField(max_length=8)
    authority = models.CharField(max_length=80)
    valid_to = models.DateField()
    total = models.IntegerField()
    matched = models.IntegerField()
    mismatched = models.IntegerField()
    refused = models.IntegerField()


class BuyerAnswer(models.Model):
    """The answer to one row of such a list. Of the buyer only keyed hashes; `ref` is the firm's own number of the row."""

    check_list = models.ForeignKey(BuyerCheck, models.PROTECT, related_name="+")
    position = models.IntegerField()
    ref = models.CharField(max_length=40, blank=True)
    buyer = models.CharField(max_length=64, blank=True)
    outcome = models.CharField(max_length=10)
    findings = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["check_list", "position"], name="clearance_answer_once")]


class Urge(models.Model):
    """One party asks another to send or correct its document; at most one a day, trade and party."""

    trade_id = models.BigIntegerField()
    party = models.CharField(max_length=12)
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    urged_at = models.DateTimeField()
    urged_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["trade_id", "party", "organisation", "urged_on"], name="clearance_urge_daily"
            )
        ]


class Signing(models.Model):
    """A message composed of a firm's drafts for its card to sign, and where it went once signed.

    `body` is the unsigned message, sealed (`exchange.sealing`), and emptied when the signed one is kept. Messages of one
    sitting share `batch`; `algorithm` is a name of `exchange.signing.SUITES`, `certificate` the card's SHA-256.
    """

    batch = models.UUIDField()
    position = models.SmallIntegerField()
    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    message = models.CharField(max_length=20)
    algorithm = models.CharField(max_length=16)
    certificate = models.CharField(max_length=64)
    drafts = ArrayField(models.BigIntegerField())
    body = models.BinaryField()
    made_at = models.DateTimeField()
    receipt = models.CharField(max_length=32, default="", blank=True)
    signed_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["batch", "position"], name="clearance_signing_place")]
        indexes = [models.Index(fields=["organisation", "receipt"], name="clearance_signing_firm")]


class Change(models.Model):
    """A change, deletion, cancellation or return a firm is writing from a record of its own, until it is declared.

    `body` is head and lines as they stand, sealed (operations.changing); `revision` grows with each saving and `writer`
    is the page that saved last, so that two who write at once are told. `state`: open while it is written; kept once it lies among the firm's drafts under
    `receipt`; discarded. `kind` and `key` name the document it makes, `source` the document it was filled from.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    trade_id = models.BigIntegerField()
    order_no = models.CharField(max_length=60)
    verb = models.CharField(max_length=8)
    kind = models.SmallIntegerField()
    key = models.TextField()
    source = models.BigIntegerField()
    body = models.BinaryField()
    revision = models.IntegerField(default=1)
    writer = models.CharField(max_length=36, default="", blank=True)
    state = models.CharField(max_length=10, default="open")
    receipt = models.CharField(max_length=32, default="", blank=True)
    draft = models.BigIntegerField(null=True)
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "trade_id", "verb", "kind"],
                condition=models.Q(state="open"),
                name="clearance_change_open",
            )  # fmt: skip
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="clearance_change_firm")]


class PaymentData(models.Model):
    """Payment raw data (announcements 2018-165, 2018-179) a platform enterprise keeps here for when customs asks.

    `body` is the payment as JSON, sealed; `orders` are all orders it paid. Kept to the end of `keep_until` at least.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    pay_code = models.CharField(max_length=18)
    pay_transaction = models.CharField(max_length=60)
    orders = ArrayField(models.CharField(max_length=60))
    amount = models.DecimalField(max_digits=19, decimal_places=5)
    currency = models.CharField(max_length=4)
    traded = models.CharField(max_length=14)
    body = models.BinaryField()
    channel = models.CharField(max_length=10)
    deposited_at = models.DateTimeField()
    keep_until = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "pay_code", "pay_transaction"], name="clearance_paymentdata_once"
            )
        ]
        indexes = [
            GinIndex(fields=["orders"], name="clearance_paymentdata_orders"),
            models.Index(fields=["keep_until"], name="clearance_paymentdata_until"),
        ]


class PaymentRequest(models.Model):
    """Customs asks for the payment raw data of an order; `state` is open, queued, accepted or refused.

    `composed` is what the firm has to sign, sealed, with its own time; customs' answer stands as it was given.
    """

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    order_no = models.CharField(max_length=60)
    session = models.CharField(max_length=36)
    service_time = models.CharField(max_length=13)
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, default="open")
    composed = models.BinaryField(default=bytes)
    composed_at = models.DateTimeField(null=True)
    uploads = models.SmallIntegerField(default=0)
    certificate = models.CharField(max_length=64, default="", blank=True)
    answer_code = models.CharField(max_length=8, default="", blank=True)
    answer_message = models.CharField(max_length=1000, default="", blank=True)
    answered_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["organisation", "session"], name="clearance_paymentrequest_once")
        ]
        indexes = [models.Index(fields=["organisation", "state"], name="clearance_paymentreq_state")]


class Writing(models.Model):
    """A document a firm writes on the page, or a template of one; it becomes a draft when it is kept. `body` is sealed."""

    organisation = models.ForeignKey(Organisation, models.PROTECT, related_name="+")
    person = models.ForeignKey(Person, models.PROTECT, null=True, related_name="+")
    kind = models.SmallIntegerField()
    name = models.CharField(max_length=60, blank=True, default="")
    template = models.BooleanField(default=False)
    body = models.BinaryField()
    revision = models.IntegerField(default=1)
    writer = models.CharField(max_length=36, blank=True, default="")
    receipt = models.CharField(max_length=32, blank=True, default="")
    made_at = models.DateTimeField()
    saved_at = models.DateTimeField()
    kept_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["organisation", "template"], name="clearance_writing_firm")]
