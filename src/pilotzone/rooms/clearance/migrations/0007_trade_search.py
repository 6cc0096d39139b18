"""Search over all years: a page of trades by a function that knows the caller, leaves fit for their life (operations.md)."""

from django.db import migrations

from pilotzone.kernel.rls import CUSTOMS, SYSTEM, TAX_OFFICE, ZONE_SEES_TRADES, any_of

ALL = any_of(CUSTOMS, TAX_OFFICE, ZONE_SEES_TRADES, SYSTEM)  # of the policy clearance_trade_read (0003)

# trades are updated while they are on their way: room on the page keeps updates off the indexes. A closed month rests:
# it is searched by state, which an open day need not be, so the flood pays for no further index
LEAF = """
CREATE FUNCTION clearance_trade_leaf(leaf text, closed boolean) RETURNS void
LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    IF closed THEN
        EXECUTE format('CREATE INDEX IF NOT EXISTS %I ON %I (state, id) INCLUDE (customs_code, history)', leaf || '_state', leaf);
    ELSE
        EXECUTE format('ALTER TABLE %I SET (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05,'
                       ' autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0.05)', leaf);
    END IF;
END $$;
REVOKE ALL ON FUNCTION clearance_trade_leaf(text, boolean) FROM PUBLIC;
DO $$ DECLARE leaf text; BEGIN
    FOR leaf IN SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'clearance_trade'::regclass LOOP
        PERFORM clearance_trade_leaf(leaf, leaf LIKE 'clearance\\_trade\\_m%');
    END LOOP;
END $$;
"""
SEARCH = f"""
-- whose trades the caller sees, as a condition; NULL: none. The policy of clearance_trade is asked again for every row told.
CREATE FUNCTION clearance_seen() RETURNS text LANGUAGE plpgsql STABLE SET search_path = public AS $$
DECLARE arms text[] := ARRAY[]::text[];
BEGIN
    IF {ALL} THEN RETURN 'true'; END IF;
    IF pz_organisation() IS NOT NULL THEN
        arms := arms || format('parties @> ARRAY[%s]::bigint[]', pz_organisation());
    END IF;
    IF pz_is('consumer') AND pz_buyer() <> '' THEN
        arms := arms || format('(buyer <> '''' AND buyer = %L)', pz_buyer());
    END IF;
    RETURN nullif(array_to_string(arms, ' OR '), '');
END $$;

-- the numbers of the trades the caller sees and asks for, the newest first, at most so many. Leaves are read one by
-- one, the newest first, each planned with the values asked for, until there are enough
CREATE FUNCTION clearance_page(asked jsonb, most int) RETURNS bigint[]
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE
    seen text := clearance_seen();
    told bigint[] := ARRAY[]::bigint[];
    part bigint[];
    want text;
    leaf text;
    name text;
    low bigint := coalesce((asked->>'low')::bigint, 0);
    high bigint := coalesce((asked->>'high')::bigint, 9223372036854775807);
BEGIN
    IF seen IS NULL THEN RETURN told; END IF;
    want := format('(%s) AND id >= %s AND id < %s AND history = %L', seen, low, high, coalesce((asked->>'history')::boolean, false));
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
        EXECUTE 'SELECT array_agg(id ORDER BY id DESC) FROM (SELECT id FROM clearance_trade WHERE id = ANY ($2) AND ' || want
            || ' ORDER BY id DESC LIMIT $1) x' INTO part USING most, ARRAY(SELECT jsonb_array_elements_text(asked->'ids')::bigint);
        RETURN coalesce(part, told);
    END IF;
    FOR leaf IN SELECT relname FROM clearance_leaves(low, high) LOOP
        EXECUTE format('SELECT array_agg(id ORDER BY id DESC) FROM (SELECT id FROM %I WHERE %s ORDER BY id DESC LIMIT %s) x',
                       leaf, want, most - cardinality(told)) INTO part;
        told := told || coalesce(part, ARRAY[]::bigint[]);
        EXIT WHEN cardinality(told) >= most;
    END LOOP;
    RETURN told;
END $$;

-- the leaves of clearance_trade with numbers from low to high, the newest first
CREATE FUNCTION clearance_leaves(low bigint, high bigint) RETURNS TABLE (relname text)
LANGUAGE sql STABLE SET search_path = public AS $$
    WITH l AS MATERIALIZED (  -- names of other tables must not be read as days
        SELECT c.relname::text AS name, substring(c.relname from '[dm](\\d+)$') AS days
        FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid WHERE i.inhparent = 'clearance_trade'::regclass
    )
    SELECT name FROM l
    WHERE pz_first_id(to_date(rpad(days, 8, '01'), 'YYYYMMDD')) < high AND low < pz_first_id(CASE length(days)
        WHEN 8 THEN to_date(days, 'YYYYMMDD') + 1 ELSE (to_date(days || '01', 'YYYYMMDD') + interval '1 month')::date END)
    ORDER BY days DESC
$$;

-- how many trades the caller sees stand in these states, by customs district
CREATE FUNCTION clearance_standing(wanted text[]) RETURNS TABLE (customs_code text, state text, n bigint)
LANGUAGE plpgsql STABLE SECURITY DEFINER SET search_path = public AS $$
DECLARE seen text := clearance_seen();
BEGIN
    IF seen IS NULL THEN RETURN; END IF;
    RETURN QUERY EXECUTE format('SELECT customs_code, state, count(*) FROM clearance_trade WHERE (%s) AND NOT history'
        ' AND state = ANY (%L) GROUP BY 1, 2 ORDER BY 1, 2', seen, wanted);
END $$;

-- the trades that know one of these keys (hash and text): order numbers, pre-entry numbers, list numbers
CREATE FUNCTION clearance_numbered(wanted bigint[], typed text) RETURNS TABLE (number bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    SELECT t.document_id FROM clearance_key k JOIN clearance_key t ON t.hash = k.trade_hash AND t.namespace = 100
    WHERE k.hash = ANY (wanted) AND k.key = typed AND k.namespace IN (102, 103, 104)
$$;
REVOKE ALL ON FUNCTION clearance_seen(), clearance_page(jsonb, int), clearance_leaves(bigint, bigint),
    clearance_standing(text[]), clearance_numbered(bigint[], text) FROM PUBLIC;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION clearance_page(jsonb, int), clearance_standing(text[]), clearance_numbered(bigint[], text)
            TO pz_web, pz_flood;
    END IF;
END $$;
-- asked for each urge by the trade's number, never by a list of all trades
DROP POLICY clearance_urge_read ON clearance_urge;
CREATE POLICY clearance_urge_read ON clearance_urge FOR SELECT
    USING ({SYSTEM} OR EXISTS (SELECT 1 FROM clearance_trade t WHERE t.id = trade_id));
"""


class Migration(migrations.Migration):
    dependencies = [("clearance", "0006_payment_data"), ("kernel", "0009_partition_leaves")]

    operations = [migrations.RunSQL(LEAF), migrations.RunSQL(SEARCH)]
