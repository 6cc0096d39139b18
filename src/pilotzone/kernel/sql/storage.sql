-- Care of the tables by day: partitions ahead, closed days into months, statistics (kernel/storage.py drives it).
-- Whoever is role web may call these as the platform only.
CREATE FUNCTION pz_storage_may() RETURNS void LANGUAGE plpgsql STABLE AS $$
BEGIN
    IF session_user = 'pz_web' AND NOT pz_is('system') THEN
        RAISE insufficient_privilege USING MESSAGE = 'kernel.storage.denied: storage is the platform''s own care';
    END IF;
END $$;

-- Numbers of rows that changed while their day was being copied into its month.
CREATE TABLE kernel_merge_change (
    parent text NOT NULL,
    number bigint NOT NULL
);
-- What lies in files instead of here.
CREATE TABLE kernel_detached (
    leaf text PRIMARY KEY,
    parent text NOT NULL,
    month date NOT NULL,
    first date NOT NULL,
    until date NOT NULL,              -- the first day no longer in it
    rows bigint NOT NULL,
    bytes bigint NOT NULL,            -- of the file
    sha256 text NOT NULL,
    file text NOT NULL,
    detached_at timestamptz NOT NULL  -- zone time
);

-- The partitions of all tables by day, with the days they hold. Rows as the statistics have them.
CREATE FUNCTION pz_storage_leaves()
RETURNS TABLE (parent text, leaf text, first date, until date, rows bigint, bytes bigint, analysed timestamptz)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
    WITH l AS MATERIALIZED (
        SELECT p.relname::text AS parent, c.relname::text AS leaf, substring(c.relname from '_[dm](\d+)$') AS days, c.oid
        FROM pg_partitioned_table t JOIN pg_class p ON p.oid = t.partrelid AND NOT p.relispartition
            AND p.relnamespace = 'public'::regnamespace
        JOIN pg_inherits i ON i.inhparent = p.oid JOIN pg_class c ON c.oid = i.inhrelid
        WHERE t.partstrat = 'r' AND c.relname ~ '_(d\d{8}|m\d{6})$'
    ), dated AS (
        SELECT l.*, to_date(rpad(days, 8, '01'), 'YYYYMMDD') AS first FROM l
    )
    SELECT parent, leaf, first, CASE length(days) WHEN 8 THEN first + 1 ELSE (first + interval '1 month')::date END,
        pg_stat_get_live_tuples(oid), pg_total_relation_size(oid),
        greatest(pg_stat_get_last_analyze_time(oid), pg_stat_get_last_autoanalyze_time(oid))
    FROM dated ORDER BY parent, first
$$;

-- Makes the partitions of today and so many days after it; answers how many were missing.
CREATE FUNCTION pz_storage_ahead(days int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '2s' AS $$
DECLARE
    today date := (pz_now() AT TIME ZONE 'Asia/Shanghai')::date;
    table_ text;
    day date;
    made int := 0;
BEGIN
    PERFORM pz_storage_may();
    IF days NOT BETWEEN 0 AND 62 THEN RAISE EXCEPTION 'pz_storage_ahead: at most 62 days'; END IF;
    FOR table_, day IN
        SELECT p.relname::text, today + n FROM pg_partitioned_table t JOIN pg_class p ON p.oid = t.partrelid
            AND NOT p.relispartition AND p.relnamespace = 'public'::regnamespace, generate_series(0, days) n
        WHERE t.partstrat = 'r' ORDER BY 2, 1
    LOOP
        IF NOT EXISTS (SELECT 1 FROM pz_storage_leaves() l WHERE l.parent = table_ AND day >= l.first AND day < l.until) THEN
            PERFORM pz_partition(table_, day);
            made := made + 1;
        END IF;
    END LOOP;
    IF made > 0 THEN
        INSERT INTO kernel_audit (action, object_kind, object_id, after)
        VALUES ('storage.ahead', 'storage', to_char(today + days, 'YYYY-MM-DD'), jsonb_build_object('partitions', made));
    END IF;
    RETURN made;
END $$;

-- Statistics of partitions whose last day is over and that were never looked at since by us; answers how many.
CREATE FUNCTION pz_storage_analyse(most int) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '2s' AS $$
DECLARE
    leaf text;
    done int := 0;
BEGIN
    PERFORM pz_storage_may();
    FOR leaf IN
        SELECT l.leaf FROM pz_storage_leaves() l
        WHERE l.until <= (pz_now() AT TIME ZONE 'Asia/Shanghai')::date
            AND pg_stat_get_last_analyze_time(to_regclass(l.leaf)) IS NULL
        ORDER BY l.first LIMIT most
    LOOP
        EXECUTE format('ANALYZE %I', leaf);
        done := done + 1;
    END LOOP;
    RETURN done;
END $$;

-- As in partition_leaves.sql, and an open day is analysed early and vacuumed for its inserts late: it is merged soon.
CREATE OR REPLACE FUNCTION pz_leaf(parent text, leaf text, closed boolean) RETURNS void
LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    IF NOT closed THEN
        EXECUTE format('ALTER TABLE %I SET (autovacuum_vacuum_insert_scale_factor = 0.5, autovacuum_analyze_scale_factor = 0.05)', leaf);
    END IF;
    IF to_regprocedure(format('%I(text,boolean)', parent || '_leaf')) IS NOT NULL THEN
        EXECUTE format('SELECT %I(%L, %L)', parent || '_leaf', leaf, closed);
    END IF;
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', leaf);
    IF to_regrole('pz_web') IS NOT NULL THEN EXECUTE format('REVOKE ALL ON %I FROM pz_web', leaf); END IF;
END $$;

CREATE FUNCTION pz_merge_note() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE number bigint;
BEGIN
    IF TG_OP = 'DELETE' THEN
        EXECUTE format('SELECT ($1).%I', TG_ARGV[1]) INTO number USING OLD;
    ELSE
        EXECUTE format('SELECT ($1).%I', TG_ARGV[1]) INTO number USING NEW;
    END IF;
    INSERT INTO kernel_merge_change VALUES (TG_ARGV[0], number);
    RETURN NULL;
END $$;

-- The column whose numbers begin with their day.
CREATE FUNCTION pz_day_column(parent text) RETURNS text LANGUAGE sql STABLE SET search_path = public AS $$
    SELECT a.attname::text FROM pg_partitioned_table t JOIN pg_attribute a ON a.attrelid = t.partrelid AND a.attnum = t.partattrs[0]
    WHERE t.partrelid = to_regclass(parent) AND t.partstrat = 'r'
$$;

CREATE FUNCTION pz_merge_days(parent text, month date) RETURNS text[] LANGUAGE sql STABLE SET search_path = public AS $$
    SELECT array_agg(c.relname::text ORDER BY c.relname) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass(parent) AND c.relname LIKE parent || '\_d' || to_char(month, 'YYYYMM') || '__'
$$;

-- 1. An empty table for the month. Answers the number of days, 0: nothing to do. What an interrupted merge left is removed
-- first: until the switch nobody reads it.
CREATE FUNCTION pz_merge_begin(parent text, month date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '500ms' AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    merging text := parent || '_m' || to_char(month, 'YYYYMM') || '_merging';
    days text[] := pz_merge_days(parent, first);
    column_ text := pz_day_column(parent);
BEGIN
    PERFORM pz_storage_may();
    IF days IS NULL OR column_ IS NULL OR first >= date_trunc('month', pz_now() AT TIME ZONE 'Asia/Shanghai')::date THEN
        RETURN 0;
    END IF;
    EXECUTE format('DROP TABLE IF EXISTS %I', merging);
    DELETE FROM kernel_merge_change c WHERE c.parent = pz_merge_begin.parent;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE,'
                   ' CONSTRAINT %I CHECK (%I >= %L AND %I < %L))', merging, parent, 'pz_merge_bounds',
                   column_, pz_first_id(first), column_, pz_first_id((first + interval '1 month')::date));
    -- a table beside its parent is not under the parent's row-level security: closed to all that are bound by it
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', merging);
    RETURN array_length(days, 1);
END $$;

-- 2. From now on a day notes what changes; called until it answers 0, the number of days that do not yet. One day in a transaction:
-- whoever holds none while it waits for one cannot be part of a deadlock.
CREATE FUNCTION pz_merge_watch(parent text, month date, tries int DEFAULT 20) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '400ms' AS $$
DECLARE
    days text[];
    try int := 0;
BEGIN
    PERFORM pz_storage_may();
    SELECT array_agg(day ORDER BY day) INTO days FROM unnest(pz_merge_days(parent, month)) day
    WHERE NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass(day) AND tgname = 'pz_merge_note');
    IF days IS NULL THEN RETURN 0; END IF;
    LOOP
        BEGIN
            EXECUTE format('CREATE TRIGGER pz_merge_note AFTER INSERT OR UPDATE OR DELETE ON %I FOR EACH ROW'
                           ' EXECUTE FUNCTION pz_merge_note(%L, %L)', days[1], parent, pz_day_column(parent));
            RETURN array_length(days, 1) - 1;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            try := try + 1;
            IF try >= tries THEN RAISE; END IF;
            PERFORM pg_sleep(0.05 * try);
        END;
    END LOOP;
END $$;

-- 3. The rows of the days, as they are; readers and writers go on.
CREATE FUNCTION pz_merge_copy(parent text, month date) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    merging text := parent || '_m' || to_char(month, 'YYYYMM') || '_merging';
    day text;
    n bigint;
    told bigint := 0;
BEGIN
    PERFORM pz_storage_may();
    FOREACH day IN ARRAY pz_merge_days(parent, month) LOOP
        IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass(day) AND tgname = 'pz_merge_note') THEN
            RAISE EXCEPTION 'pz_merge_copy: % is not watched; begin again', day;
        END IF;
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', merging, day);
        GET DIAGNOSTICS n = ROW_COUNT;
        told := told + n;
    END LOOP;
    PERFORM pz_leaf(parent, merging, true);
    EXECUTE format('ANALYZE %I', merging);
    RETURN told;
END $$;

-- What the days noted, brought into the month.
CREATE FUNCTION pz_merge_catch_up(parent text, merging text, days text[]) RETURNS int
LANGUAGE plpgsql SET search_path = public AS $$
DECLARE
    column_ text := pz_day_column(parent);
    changed bigint[];
    day text;
BEGIN
    WITH gone AS (DELETE FROM kernel_merge_change c WHERE c.parent = pz_merge_catch_up.parent RETURNING number)
    SELECT array_agg(DISTINCT number) INTO changed FROM gone;
    IF changed IS NULL THEN RETURN 0; END IF;
    EXECUTE format('DELETE FROM %I WHERE %I = ANY ($1)', merging, column_) USING changed;
    FOREACH day IN ARRAY days LOOP
        EXECUTE format('INSERT INTO %I SELECT * FROM %I WHERE %I = ANY ($1)', merging, day, column_) USING changed;
    END LOOP;
    RETURN array_length(changed, 1);
END $$;

-- 4. The month takes the place of its days. Everybody waits for the moment of the switch, and it waits for nobody longer
-- than 400 ms at a time: less than the second after which a deadlock is looked for, so that it is never a writer that is ended.
-- The days are left beside the table for readers that have just asked for their names; pz_storage_sweep removes them.
CREATE FUNCTION pz_merge_switch(parent text, month date, tries int DEFAULT 20) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '400ms' AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    of_month text := parent || '_m' || to_char(month, 'YYYYMM');
    merging text := of_month || '_merging';
    days text[];
    day text;
    index_ record;
    try int := 0;
BEGIN
    PERFORM pz_storage_may();
    IF to_regclass(merging) IS NULL THEN RETURN 0; END IF;
    PERFORM pz_merge_catch_up(parent, merging, pz_merge_days(parent, first));
    LOOP
        BEGIN
            PERFORM pg_advisory_xact_lock(20906, hashtext(parent));
            EXECUTE format('LOCK TABLE ONLY %I IN ACCESS EXCLUSIVE MODE', parent);
            days := pz_merge_days(parent, first);
            FOREACH day IN ARRAY days LOOP
                IF NOT EXISTS (SELECT 1 FROM pg_trigger WHERE tgrelid = to_regclass(day) AND tgname = 'pz_merge_note') THEN
                    RAISE EXCEPTION 'pz_merge_switch: % is new; begin again', day;
                END IF;
                EXECUTE format('LOCK TABLE %I IN ACCESS EXCLUSIVE MODE', day);
            END LOOP;
            PERFORM pz_merge_catch_up(parent, merging, days);
            FOREACH day IN ARRAY days LOOP
                EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parent, day);
                EXECUTE format('DROP TRIGGER pz_merge_note ON %I', day);
                EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY', day);
            END LOOP;
            EXECUTE format('ALTER TABLE %I RENAME TO %I', merging, of_month);
            EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, of_month,
                           pz_first_id(first), pz_first_id((first + interval '1 month')::date));
            EXIT;
        EXCEPTION WHEN lock_not_available OR deadlock_detected THEN
            try := try + 1;
            IF try >= tries THEN RAISE; END IF;
            PERFORM pg_sleep(0.05 * try);
        END;
    END LOOP;
    EXECUTE format('ALTER TABLE %I DROP CONSTRAINT pz_merge_bounds', of_month);
    FOR index_ IN SELECT c.relname FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
                  WHERE i.indrelid = to_regclass(of_month) AND c.relname LIKE '%\_merging\_%' LOOP
        EXECUTE format('ALTER INDEX %I RENAME TO %I', index_.relname, replace(index_.relname, '_merging_', '_'));
    END LOOP;
    INSERT INTO kernel_audit (action, object_kind, object_id, after)
    VALUES ('storage.merge', 'storage', of_month, jsonb_build_object('days', array_length(days, 1)));
    RETURN array_length(days, 1);
END $$;

-- Drops what lies beside its table and is read by nobody any more: days that are in their month, months that are in files.
CREATE FUNCTION pz_storage_sweep() RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public SET lock_timeout = '500ms' AS $$
DECLARE
    name text;
    done int := 0;
BEGIN
    PERFORM pz_storage_may();
    FOR name IN
        SELECT c.relname::text FROM pg_class c
        WHERE c.relnamespace = 'public'::regnamespace AND c.relkind = 'r' AND NOT c.relispartition AND c.relowner = current_user::regrole
          AND (EXISTS (SELECT 1 FROM kernel_detached d WHERE d.leaf = c.relname)
               OR EXISTS (SELECT 1 FROM pz_storage_leaves() l
                          WHERE c.relname ~ ('^' || l.parent || '_d\d{8}$') AND l.leaf = l.parent || '_m' || left(right(c.relname, 8), 6)))
    LOOP
        BEGIN
            EXECUTE format('DROP TABLE %I', name);
            done := done + 1;
        EXCEPTION WHEN lock_not_available THEN
            NULL;  -- somebody reads it; next time
        END;
    END LOOP;
    RETURN done;
END $$;

REVOKE ALL ON FUNCTION pz_storage_leaves(), pz_storage_ahead(int), pz_storage_analyse(int), pz_merge_note(), pz_storage_sweep(),
    pz_merge_begin(text, date), pz_merge_watch(text, date, int), pz_merge_copy(text, date), pz_merge_switch(text, date, int), pz_merge_catch_up(text, text, text[])
    FROM PUBLIC;
-- All of it in the caller's transaction: writers of that month wait until it ends.
CREATE OR REPLACE FUNCTION pz_merge_month(parent text, month date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
    IF pz_merge_begin(parent, month) = 0 THEN RETURN 0; END IF;
    WHILE pz_merge_watch(parent, month) > 0 LOOP NULL; END LOOP;
    PERFORM pz_merge_copy(parent, month);
    RETURN pz_merge_switch(parent, month);
END $$;
DO $$ BEGIN
    IF to_regrole('pz_web') IS NOT NULL THEN
        GRANT EXECUTE ON FUNCTION pz_storage_leaves(), pz_storage_ahead(int), pz_storage_analyse(int), pz_storage_sweep(),
            pz_merge_begin(text, date), pz_merge_watch(text, date, int), pz_merge_copy(text, date), pz_merge_switch(text, date, int) TO pz_web, pz_flood;
    END IF;
END $$;
