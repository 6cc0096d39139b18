"""What is detached is counted no more where trades stand; what is attached again is (kernel.archive)."""

from importlib import import_module

from django.db import migrations

counts = import_module("pilotzone.rooms.clearance.migrations.0008_trade_counts").counts


def changed(n: int) -> str:
    """The counters' change by every trade of the leaf, as text for format()."""
    return counts([("%1$I", n)]).replace("'", "''")


GONE = f"""
CREATE FUNCTION clearance_trade_gone(leaf text, gone boolean) RETURNS void
LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    IF gone THEN EXECUTE format('{changed(-1)}', leaf);
    ELSE EXECUTE format('{changed(1)}', leaf);
    END IF;
END $$;
REVOKE ALL ON FUNCTION clearance_trade_gone(text, boolean) FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("clearance", "0011_flood_cost")]

    operations = [migrations.RunSQL(GONE, "DROP FUNCTION clearance_trade_gone(text, boolean)")]
