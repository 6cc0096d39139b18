"""Who sees what, and the sums the database keeps itself: entries move receipts, links move documents."""

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, audited, protect

SAFE = "(pz_is('agency') AND pz_unit() = 'zone.safe')"
OWN = "(pz_is('enterprise') AND organisation_id = pz_organisation())"
PARTIES = "(pz_is('enterprise') AND pz_organisation() IN (bank_id, organisation_id, client_id))"
RECEIPT = any_of(PARTIES, SAFE, SYSTEM)
# whoever sees the receipt sees what hangs on it: the inner query is under the receipt's own policy
OF_RECEIPT = "EXISTS (SELECT 1 FROM fx_receipt r WHERE r.id = receipt_id)"
OF_LINK = any_of("EXISTS (SELECT 1 FROM fx_link l WHERE l.document_id = key)", SYSTEM)
# a bank asks for the class of whoever has money with it
OF_BANK = (
    "(pz_is('enterprise') AND EXISTS (SELECT 1 FROM fx_receipt r WHERE r.organisation_id = fx_party.organisation_id"
    " AND r.bank_id = pz_organisation()))"
)
CONSENT = any_of("(pz_is('enterprise') AND pz_organisation() IN (bank_id, organisation_id))", SAFE, SYSTEM)
OUTLAY = any_of("(pz_is('enterprise') AND pz_organisation() IN (client_id, organisation_id))", SAFE, SYSTEM)

SUMS = """
CREATE FUNCTION fx_entry_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  UPDATE fx_receipt SET
    settled = settled + CASE NEW.event WHEN 'SETTLE' THEN NEW.amount ELSE 0 END,
    credited = credited + CASE NEW.event WHEN 'CREDIT' THEN NEW.amount ELSE 0 END,
    returned = returned + CASE NEW.event WHEN 'RETURN' THEN NEW.amount ELSE 0 END,
    refunded = refunded + CASE NEW.event WHEN 'REFUND' THEN NEW.amount ELSE 0 END
  WHERE id = NEW.receipt_id;
  IF NOT FOUND THEN RAISE EXCEPTION 'no receipt %', NEW.receipt_id USING ERRCODE = 'foreign_key_violation'; END IF;
  RETURN NULL;
END $$;
CREATE TRIGGER fx_entry_moves AFTER INSERT ON fx_entry FOR EACH ROW EXECUTE FUNCTION fx_entry_moves();
CREATE FUNCTION fx_link_moves() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE step numeric := NEW.usd;
BEGIN
  IF TG_OP = 'UPDATE' THEN
    IF NEW.receipt_id <> OLD.receipt_id OR NEW.document_id <> OLD.document_id OR NEW.usd <> OLD.usd
       OR OLD.undone_at IS NOT NULL THEN
      RAISE EXCEPTION 'a link is undone, never changed' USING ERRCODE = 'restrict_violation';
    END IF;
    IF NEW.undone_at IS NULL THEN RETURN NULL; END IF;
    step := -OLD.usd;
  ELSIF NEW.undone_at IS NOT NULL THEN
    RAISE EXCEPTION 'a link begins standing' USING ERRCODE = 'restrict_violation';
  END IF;
  UPDATE fx_document SET used_usd = used_usd + step WHERE key = NEW.document_id;
  UPDATE fx_receipt SET linked_usd = linked_usd + step WHERE id = NEW.receipt_id;
  RETURN NULL;
END $$;
CREATE TRIGGER fx_link_moves AFTER INSERT OR UPDATE ON fx_link FOR EACH ROW EXECUTE FUNCTION fx_link_moves();
CREATE FUNCTION fx_kept() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION 'rows of % are never changed or removed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END $$;
CREATE TRIGGER fx_entry_kept BEFORE UPDATE OR DELETE ON fx_entry FOR EACH ROW EXECUTE FUNCTION fx_kept();
CREATE TRIGGER fx_decision_kept BEFORE UPDATE OR DELETE ON fx_decision FOR EACH ROW EXECUTE FUNCTION fx_kept();
CREATE TRIGGER fx_link_kept BEFORE DELETE ON fx_link FOR EACH ROW EXECUTE FUNCTION fx_kept();
"""
NO_SUMS = """
DROP TRIGGER fx_entry_moves ON fx_entry;
DROP TRIGGER fx_link_moves ON fx_link;
DROP TRIGGER fx_entry_kept ON fx_entry;
DROP TRIGGER fx_decision_kept ON fx_decision;
DROP TRIGGER fx_link_kept ON fx_link;
DROP FUNCTION fx_entry_moves, fx_link_moves, fx_kept;
"""


class Migration(migrations.Migration):
    dependencies = [("fx", "0001_initial"), ("kernel", "0002_protect"), ("kernel", "0003_clock_audit_events")]

    operations = [
        protect("fx_receipt", read=RECEIPT, insert=SYSTEM, update=SYSTEM),
        protect("fx_party", read=any_of(OWN, OF_BANK, SAFE, SYSTEM), insert=SYSTEM, update=SYSTEM),
        protect("fx_rate", read="true", insert=SYSTEM, update=SYSTEM),
        protect("fx_consent", read=CONSENT, insert=SYSTEM, update=SYSTEM),
        protect("fx_link", read=OF_RECEIPT, insert=SYSTEM, update=SYSTEM),
        protect("fx_document", read=OF_LINK, insert=SYSTEM, update=SYSTEM),
        protect("fx_entry", read=OF_RECEIPT, insert=SYSTEM),
        protect("fx_decision", read=OF_RECEIPT, insert=SYSTEM),
        protect("fx_credit_report", read=OF_RECEIPT, insert=SYSTEM, update=SYSTEM),
        protect("fx_outlay", read=OUTLAY, insert=SYSTEM, update=SYSTEM),
        protect("fx_quota", read=any_of(OWN, SAFE, SYSTEM), insert=SYSTEM, update=SYSTEM),
        protect("fx_check_month", read=any_of(OWN, SAFE, SYSTEM), insert=SYSTEM, update=SYSTEM),
        audited("fx_party"),
        audited("fx_outlay"),
        migrations.RunSQL(SUMS, NO_SUMS),
    ]
