"""How many trades stand where, counted as they are written; a page of trades that ends within its time (operations.md)."""

from importlib import import_module

from django.db import migrations

from pilotzone.kernel.rls import SYSTEM, protect

before = import_module("pilotzone.rooms.clearance.migrations.0007_trade_search").SEARCH

# the day a number was given on, and back (kernel/partitions.py)
DAY = "(date '2000-01-01' + (id >> 38)::int)"
CELL = "day, customs_code, flow, mode, state, holder"
# the holder's word -> the role under which a trade knows the firm (queries/todo.py)
ROLES = "(VALUES ('ebp', 'ebp'), ('ebc', 'ebc'), ('pay', 'pay'), ('logi', 'logi'), ('declarant', 'agent'), ('area', 'area')) r(word, role)"
STANDS = f"SELECT {DAY} AS day, customs_code, flow, mode, state, holder, {{n}} AS n FROM {{of}} WHERE NOT history"
TURNS = (
    f"SELECT DISTINCT id, (firms->>r.role)::bigint AS firm, {DAY} AS day, state, {{n}} AS n FROM {{of}} JOIN {ROLES}"
    " ON position(r.word in holder) > 0 AND firms ? r.role WHERE NOT history AND holder NOT IN ('', 'customs')"
)
# why a trade stands refused (queries/todo.py MENDS); the sentences are the first of their kind, as an example
REASONS = (
    "SELECT id, r->>'code' AS code, coalesce(r->>'official', '') AS official, coalesce(r->>'whose', '') AS whose,"
    " min(coalesce(r->>'zh', '')) AS zh, min(coalesce(r->>'en', '')) AS en, {n} AS n"
    " FROM {of} CROSS JOIN jsonb_array_elements(reasons) r WHERE NOT history"
    " AND state IN ('refused', 'expired', 'returned', 'error') AND r->>'weight' = 'refuses' GROUP BY 1, 2, 3, 4"
)


def count(told: str, cells: str, parts: list[str], more: str = "") -> str:
    """Add what the parts say (1 and -1 a row) to the counters; cells in one order, so that two writers never wait crosswise."""
    columns = "".join(f", {name}" for name in more.split())
    values = "".join(f", min({name})" for name in more.split())
    return f"""INSERT INTO {told} AS c ({cells}, n{columns})
        SELECT {cells}, sum(n){values} FROM ({" UNION ALL ".join(parts)}) x GROUP BY {cells} HAVING sum(n) <> 0 ORDER BY {cells}
        ON CONFLICT ({cells}) DO UPDATE SET n = c.n + excluded.n;"""


def counts(parts: list[tuple[str, int]]) -> str:
    """Both counters from tables of trades."""
    stands = [STANDS.format(n=n, of=of) for of, n in parts]
    turns = [TURNS.format(n=n, of=of) for of, n in parts]
    reasons = [REASONS.format(n=n, of=of) for of, n in parts]
    return (
        count("clearance_stand", CELL, stands)
        + count("clearance_turn", "firm, day, state", turns)
        + count("clearance_reason", "code, official, whose", reasons, "zh en")
    )


TABLES = f"""
-- trades of a day by where they stand, the past left out
CREATE TABLE clearance_stand (
    day date NOT NULL, customs_code text NOT NULL, flow text NOT NULL, mode text NOT NULL, state text NOT NULL,
    holder text NOT NULL, n bigint NOT NULL, PRIMARY KEY ({CELL})
) WITH (fillfactor = 70);
-- trades of a day that wait for a firm in a role it plays there
CREATE TABLE clearance_turn (
    firm bigint NOT NULL, day date NOT NULL, state text NOT NULL, n bigint NOT NULL, PRIMARY KEY (firm, day, state)
) WITH (fillfactor = 70);
-- trades by why they stand refused
CREATE TABLE clearance_reason (
    code text NOT NULL, official text NOT NULL, whose text NOT NULL, zh text NOT NULL, en text NOT NULL, n bigint NOT NULL,
    PRIMARY KEY (code, official, whose)
) WITH (fillfactor = 70);
"""
COUNTERS = f"""
CREATE FUNCTION clearance_count() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN {counts([("news", 1)])}
    ELSIF TG_OP = 'DELETE' THEN {counts([("olds", -1)])}
    ELSE {counts([("news", 1), ("olds", -1)])}
    END IF;
    RETURN NULL;
END $$;
REVOKE ALL ON FUNCTION clearance_count() FROM PUBLIC;
CREATE TRIGGER clearance_trade_counted_in AFTER INSERT ON clearance_trade
    REFERENCING NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION clearance_count();
CREATE TRIGGER clearance_trade_counted_on AFTER UPDATE ON clearance_trade
    REFERENCING OLD TABLE AS olds NEW TABLE AS news FOR EACH STATEMENT EXECUTE FUNCTION clearance_count();
CREATE TRIGGER clearance_trade_counted_out AFTER DELETE ON clearance_trade
    REFERENCING OLD TABLE AS olds FOR EACH STATEMENT EXECUTE FUNCTION clearance_count();
"""
UNCOUNT = """
DROP TRIGGER clearance_trade_counted_in ON clearance_trade;
DROP TRIGGER clearance_trade_counted_on ON clearance_trade;
DROP TRIGGER clearance_trade_counted_out ON clearance_trade;
DROP FUNCTION clearance_count();
"""

SEARCH = """
DROP FUNCTION clearance_page(jsonb, int);
DROP FUNCTION clearance_standing(text[]);
DROP FUNCTION clearance_leaves(bigint, bigint);

-- the ranges of numbers in which something may be found, the newest first: days of a leaf, so many together as hold about
-- fifty thousand trades
CREATE FUNCTION clearance_stretches(low bigint, high bigint) RETURNS TABLE (leaf text, first bigint, next bigint)
LANGUAGE plpgsql STABLE SET search_path = public AS $$
DECLARE
    one record;
    upper date;
    days int;
BEGIN
    FOR one IN
        WITH l AS MATERIALIZED (  -- names of other tables must not be read as days
            SELECT c.relname::text AS name, substring(c.relname from '[dm](\\d+)$') AS days, greatest(c.reltuples, 0) AS rows
            FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'clearance_trade'::regclass
        ), spans AS (
            SELECT l.name, l.rows, to_date(rpad(l.days, 8, '01'), 'YYYYMMDD') AS began, CASE length(l.days)
                WHEN 8 THEN to_date(l.days, 'YYYYMMDD') + 1
                ELSE (to_date(l.days || '01', 'YYYYMMDD') + interval '1 month')::date END AS ended FROM l
        )
        SELECT * FROM spans WHERE pz_first_id(began) < high AND low < pz_first_id(ended) ORDER BY began DESC
    LOOP
        days := greatest(1, least(one.ended - one.began, floor((one.ended - one.began) * 50000 / greatest(one.rows, 1))));
        upper := one.ended;
        WHILE upper > one.began LOOP
            leaf := one.name;
            first := pz_first_id(greatest(one.began, upper - days));
            next := pz_first_id(upper);
            IF first < high AND low < next THEN RETURN NEXT; END IF;
            upper := upper - days;
        END LOOP;
    END LOOP;
END $$;

-- the days on which something stands as asked for; NULL: any may
CREATE FUNCTION clearance_days(asked jsonb) RETURNS date[] LANGUAGE plpgsql STABLE SET search_path = public AS $$
DECLARE
    want text := '';
    name text;
    days date[];
    turns date[];
BEGIN
    IF coalesce((asked->>'history')::boolean, false) THEN RETURN NULL; END IF;
    FOREACH name IN ARRAY ARRAY['flow', 'mode', 'customs_code'] LOOP
        IF asked ? name THEN want := want || format(' AND %I = %L', name, asked->>name); END IF;
    END LOOP;
    IF asked ? 'holder' THEN want := want || format(' AND position(%L in holder) > 0', asked->>'holder'); END IF;
    IF asked ? 'state' THEN
        want := want || format(' AND state = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(asked->'state')));
    END IF;
    IF want <> '' THEN
        EXECUTE 'SELECT coalesce(array_agg(DISTINCT day), ''{}'') FROM clearance_stand WHERE n > 0' || want INTO days;
    END IF;
    IF asked ? 'mine' THEN
        SELECT coalesce(array_agg(DISTINCT day), '{}') INTO turns FROM clearance_turn
        WHERE firm = pz_organisation() AND n > 0
          AND (NOT asked ? 'state' OR state IN (SELECT jsonb_array_elements_text(asked->'state')));
        days := CASE WHEN days IS NULL THEN turns ELSE ARRAY(SELECT unnest(days) INTERSECT SELECT unnest(turns)) END;
    END IF;
    RETURN days;
END $$;

-- the numbers of the trades the caller sees and asks for, the newest first, at most so many. Stretches are read one by one,
-- the newest first, each planned with the values asked for, until there are enough or the time is over; then `back` is
-- the number below which nobody has looked yet
CREATE FUNCTION clearance_page(asked jsonb, most int, within interval, OUT told bigint[], OUT back bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
    seen text := clearance_seen();
    part bigint[];
    want text;
    name text;
    one record;
    days date[];
    low bigint := coalesce((asked->>'low')::bigint, 0);
    high bigint := coalesce((asked->>'high')::bigint, 9223372036854775807);
    ends timestamptz := clock_timestamp() + within;
    looked boolean := false;  -- the first stretch always is, so that who goes on comes further
BEGIN
    told := ARRAY[]::bigint[];
    IF seen IS NULL THEN RETURN; END IF;
    want := format('(%s) AND history = %L', seen, coalesce((asked->>'history')::boolean, false));
    FOREACH name IN ARRAY ARRAY['flow', 'mode', 'customs_code', 'unit'] LOOP
        IF asked ? name THEN want := want || format(' AND %I = %L', name, asked->>name); END IF;
    END LOOP;
    IF asked ? 'state' THEN
        -- one state alone can be read in order from the index of a closed month
        want := want || CASE jsonb_array_length(asked->'state')
            WHEN 1 THEN format(' AND state = %L', asked->'state'->>0)
            ELSE format(' AND state = ANY (%L::text[])', ARRAY(SELECT jsonb_array_elements_text(asked->'state'))) END;
    END IF;
    IF asked ? 'holder' THEN want := want || format(' AND position(%L in holder) > 0', asked->>'holder'); END IF;
    IF asked ? 'mine' THEN
        want := want || format(' AND holder <> '''' AND EXISTS (SELECT 1 FROM jsonb_each_text(%L::jsonb) r'
            ' WHERE position(r.key in holder) > 0 AND firms->>r.value = %L)', asked->'mine', coalesce(pz_organisation()::text, ''));
    END IF;
    IF asked ? 'since' THEN want := want || format(' AND first_at >= %L', (asked->>'since')::timestamptz); END IF;
    IF asked ? 'before' THEN want := want || format(' AND first_at < %L', (asked->>'before')::timestamptz); END IF;
    IF asked ? 'ids' THEN
        EXECUTE 'SELECT array_agg(id ORDER BY id DESC) FROM (SELECT id FROM clearance_trade WHERE id = ANY ($2) AND id >= $3'
            || ' AND id < $4 AND ' || want || ' ORDER BY id DESC LIMIT $1) x'
            INTO part USING most, ARRAY(SELECT jsonb_array_elements_text(asked->'ids')::bigint), low, high;
        told := coalesce(part, told);
        RETURN;
    END IF;
    days := clearance_days(asked);
    IF days = '{}' THEN RETURN; END IF;
    FOR one IN SELECT * FROM clearance_stretches(low, high) LOOP
        CONTINUE WHEN days IS NOT NULL AND NOT EXISTS (
            SELECT 1 FROM unnest(days) d WHERE pz_first_id(d) >= one.first AND pz_first_id(d) < one.next);
        IF looked AND clock_timestamp() > ends THEN
            back := one.next;
            RETURN;
        END IF;
        EXECUTE format('SELECT array_agg(id ORDER BY id DESC) FROM (SELECT id FROM %I WHERE id >= %s AND id < %s AND %s'
                       ' ORDER BY id DESC LIMIT %s) x',
                       one.leaf, greatest(low, one.first), least(high, one.next), want, most - cardinality(told)) INTO part;
        looked := true;
        told := told || coalesce(part, ARRAY[]::bigint[]);
        EXIT WHEN cardinality(told) >= most;
    END LOOP;
END $$;

-- how many trades the caller sees stand in these states, by customs district; who sees all is told by the counters
CREATE FUNCTION clearance_standing(wanted text[]) RETURNS TABLE (customs_code text, state text, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE seen text := clearance_seen();
BEGIN
    IF seen IS NULL THEN RETURN; END IF;
    IF seen = 'true' THEN
        RETURN QUERY SELECT s.customs_code, s.state, sum(s.n)::bigint FROM clearance_stand s WHERE s.n > 0
            AND s.state = ANY (wanted) GROUP BY 1, 2 ORDER BY 1, 2;
    ELSE
        RETURN QUERY EXECUTE format('SELECT customs_code, state, count(*) FROM clearance_trade WHERE (%s) AND NOT history'
            ' AND state = ANY (%L) GROUP BY 1, 2 ORDER BY 1, 2', seen, wanted);
    END IF;
END $$;

-- why trades stand refused, told to who sees all of them and to nobody else
CREATE FUNCTION clearance_findings(most int)
RETURNS TABLE (code text, official text, whose text, n bigint, zh text, en text)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF clearance_seen() IS DISTINCT FROM 'true' THEN RETURN; END IF;
    RETURN QUERY SELECT f.code, f.official, f.whose, f.n, f.zh, f.en FROM clearance_reason f WHERE f.n > 0
        ORDER BY f.n DESC, f.code LIMIT most;
END $$;

-- how many trades wait for the caller's firm in a role it plays there, by state
CREATE FUNCTION clearance_turns() RETURNS TABLE (state text, n bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT t.state, sum(t.n)::bigint FROM clearance_turn t WHERE t.firm = pz_organisation() AND t.n > 0 GROUP BY 1
$$;
REVOKE ALL ON FUNCTION clearance_page(jsonb, int, interval), clearance_stretches(bigint, bigint), clearance_days(jsonb),
    clearance_standing(text[]), clearance_findings(int), clearance_turns() FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_page(jsonb, int, interval), clearance_standing(text[]), clearance_findings(int),
            clearance_turns() TO pz_web, pz_flood;
    END IF;
END $$;
"""


def function(name: str) -> str:
    """A function as the migration before made it, with who may call it."""
    start = before.index(f"CREATE FUNCTION {name}(")
    return before[start : before.index("$$;", start) + 3]


BACK = f"""
DROP FUNCTION clearance_page(jsonb, int, interval);
DROP FUNCTION clearance_standing(text[]);
DROP FUNCTION clearance_findings(int);
DROP FUNCTION clearance_turns();
DROP FUNCTION clearance_days(jsonb);
DROP FUNCTION clearance_stretches(bigint, bigint);
{function("clearance_page")}
{function("clearance_leaves")}
{function("clearance_standing")}
REVOKE ALL ON FUNCTION clearance_page(jsonb, int), clearance_leaves(bigint, bigint), clearance_standing(text[]) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_page(jsonb, int), clearance_standing(text[]) TO pz_web, pz_flood;
    END IF;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("clearance", "0007_trade_search")]

    operations = [
        migrations.RunSQL(TABLES, "DROP TABLE clearance_stand, clearance_turn, clearance_reason"),
        # counts of everybody's: told by functions that know the caller
        protect("clearance_stand", read=SYSTEM),
        protect("clearance_turn", read=SYSTEM),
        protect("clearance_reason", read=SYSTEM),
        migrations.RunSQL(COUNTERS, UNCOUNT),
        migrations.RunSQL(counts([("clearance_trade", 1)]), migrations.RunSQL.noop),
        migrations.RunSQL(SEARCH, BACK),
    ]
