"""What is detached is counted no more where trades stand; what is attached again is (kernel.archive)."""

from importlib import import_module

from django.db import migrations

before = import_module("pilotzone.rooms.clearance.migrations.0008_trade_counts")
REASON = "code, official, whose"


def summed(name: str, cells: str, rows: str, more: str = "") -> str:
    """The sums of one counter over a leaf, into a table of the transaction; for format() with leaf and sign."""
    told = "".join(f", min({one}) AS {one}" for one in more.split())
    text = rows.format(n="%2$s", of="%1$I").replace("'", "''")
    return f"""
    DROP TABLE IF EXISTS pg_temp.{name};
    EXECUTE format('CREATE TEMPORARY TABLE {name} ON COMMIT DROP AS'
        ' SELECT {cells}, sum(n) AS n{told} FROM ({text}) x GROUP BY {cells}', leaf, sign);"""


# the sums are worked out before anything is locked, the counters are changed after: two steps
GONE = f"""
CREATE FUNCTION clearance_trade_sum(leaf text, sign int) RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp SET client_min_messages = warning AS $$
BEGIN
    {summed("pz_sum_stand", before.CELL, before.STANDS)}
    {summed("pz_sum_turn", "firm, day, state", before.TURNS)}
    {summed("pz_sum_reason", REASON, before.REASONS, "zh en")}
END $$;
CREATE FUNCTION clearance_trade_summed() RETURNS void
LANGUAGE plpgsql SET search_path = public, pg_temp AS $$
BEGIN
    {before.count("clearance_stand", before.CELL, ["SELECT * FROM pz_sum_stand"])}
    {before.count("clearance_turn", "firm, day, state", ["SELECT * FROM pz_sum_turn"])}
    {before.count("clearance_reason", REASON, ["SELECT * FROM pz_sum_reason"], "zh en")}
END $$;
REVOKE ALL ON FUNCTION clearance_trade_sum(text, int), clearance_trade_summed() FROM PUBLIC;
"""


class Migration(migrations.Migration):
    dependencies = [("clearance", "0014_summaries_and_legs")]

    operations = [
        migrations.RunSQL(GONE, "DROP FUNCTION clearance_trade_sum(text, int); DROP FUNCTION clearance_trade_summed()")
    ]
