from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, any_of, reprotect

WRITES = {"insert": SYSTEM, "update": SYSTEM, "delete": SYSTEM}
OF_TRADE = "trade_id IN (SELECT id FROM tracking_trade)"  # read every trade of all years before the first row


def of_its_trade(table: str) -> str:
    """The trade's own policy decides, asked by its number."""
    return any_of(SYSTEM, f"EXISTS (SELECT 1 FROM tracking_trade t WHERE t.id = {table}.trade_id)")


# the trades that know one exact number: their own policy decides what is read of them
NUMBERED = """
CREATE FUNCTION tracking_numbered(wanted text) RETURNS TABLE (trade bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT DISTINCT n.trade_id FROM tracking_number n WHERE n.number = wanted ORDER BY 1 DESC LIMIT 10000
$$;
REVOKE ALL ON FUNCTION tracking_numbered(text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION tracking_numbered(text) TO pz_web;
"""


class Migration(migrations.Migration):
    """Timelines are found by number and read by their trade, at any number of trades."""

    dependencies = [("tracking", "0003_months")]

    operations = [
        *(
            reprotect(table, before={"read": OF_TRADE, **WRITES}, read=of_its_trade(table), **WRITES)
            for table in ("tracking_number", "tracking_event")
        ),
        migrations.RunSQL(NUMBERED, "DROP FUNCTION tracking_numbered(text)"),
    ]
