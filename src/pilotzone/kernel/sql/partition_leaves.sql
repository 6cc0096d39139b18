-- As pz_partition and pz_merge_month of partitions.sql, and a leaf gets what its parent cannot carry: storage parameters, and
-- indexes that only closed months need. A room says so by a function <parent>_leaf(leaf text, closed boolean) of its own.
CREATE OR REPLACE FUNCTION pz_leaf(parent text, leaf text, closed boolean) RETURNS void
LANGUAGE plpgsql SET search_path = public AS $$
BEGIN
    IF to_regprocedure(format('%I(text,boolean)', parent || '_leaf')) IS NOT NULL THEN
        EXECUTE format('SELECT %I(%L, %L)', parent || '_leaf', leaf, closed);
    END IF;
    EXECUTE format('REVOKE ALL ON %I FROM PUBLIC', leaf);
    IF to_regrole('pz_web') IS NOT NULL THEN EXECUTE format('REVOKE ALL ON %I FROM pz_web', leaf); END IF;
END $$;

CREATE OR REPLACE FUNCTION pz_partition(parent text, day date) RETURNS text
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    month date := date_trunc('month', day)::date;
    current date := date_trunc('month', pz_now() AT TIME ZONE 'Asia/Shanghai')::date;
    of_month text := parent || '_m' || to_char(day, 'YYYYMM');
    of_day text := parent || '_d' || to_char(day, 'YYYYMMDD');
    leaf text;
    first date;
    next date;
BEGIN
    IF NOT EXISTS (SELECT 1 FROM pg_class WHERE oid = to_regclass(parent) AND relkind = 'p' AND NOT relispartition
                   AND relowner = current_user::regrole) THEN
        RAISE EXCEPTION 'pz_partition: % is not a partitioned table of the zone', parent;
    END IF;
    PERFORM pg_advisory_xact_lock(20906, hashtext(parent));
    IF to_regclass(of_month) IS NOT NULL THEN RETURN of_month; END IF;
    IF to_regclass(of_day) IS NOT NULL THEN RETURN of_day; END IF;
    IF month < current AND NOT EXISTS (
        SELECT 1 FROM pg_class WHERE relname LIKE parent || '\_d' || to_char(day, 'YYYYMM') || '__'
          AND relnamespace = 'public'::regnamespace
    ) THEN
        leaf := of_month; first := month; next := (month + interval '1 month')::date;
    ELSE
        leaf := of_day; first := day; next := day + 1;
    END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING INDEXES INCLUDING STORAGE)',
                   leaf, parent);
    PERFORM pz_leaf(parent, leaf, leaf = of_month);
    -- attached rather than created in place: readers go on meanwhile
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)',
                   parent, leaf, pz_first_id(first), pz_first_id(next));
    RETURN leaf;
END $$;

CREATE OR REPLACE FUNCTION pz_merge_month(parent text, month date) RETURNS int
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE
    of_month text := parent || '_m' || to_char(month, 'YYYYMM');
    first date := date_trunc('month', month)::date;
    day text;
    days text[];
BEGIN
    IF first >= date_trunc('month', pz_now() AT TIME ZONE 'Asia/Shanghai')::date OR to_regclass(of_month) IS NOT NULL THEN
        RETURN 0;
    END IF;
    PERFORM pg_advisory_xact_lock(20906, hashtext(parent));
    SELECT array_agg(c.relname::text ORDER BY c.relname) INTO days
    FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid
    WHERE i.inhparent = to_regclass(parent) AND c.relname LIKE parent || '\_d' || to_char(month, 'YYYYMM') || '__';
    IF days IS NULL THEN RETURN 0; END IF;
    EXECUTE format('CREATE TABLE %I (LIKE %I INCLUDING DEFAULTS INCLUDING CONSTRAINTS INCLUDING STORAGE)', of_month, parent);
    FOREACH day IN ARRAY days LOOP
        EXECUTE format('LOCK TABLE %I IN SHARE ROW EXCLUSIVE MODE', day);
        EXECUTE format('INSERT INTO %I SELECT * FROM %I', of_month, day);
    END LOOP;
    PERFORM pz_leaf(parent, of_month, true);
    EXECUTE format('ANALYZE %I', of_month);
    FOREACH day IN ARRAY days LOOP
        EXECUTE format('ALTER TABLE %I DETACH PARTITION %I', parent, day);
        EXECUTE format('DROP TABLE %I', day);
    END LOOP;
    EXECUTE format('ALTER TABLE %I ATTACH PARTITION %I FOR VALUES FROM (%L) TO (%L)', parent, of_month,
                   pz_first_id(first), pz_first_id((first + interval '1 month')::date));
    RETURN array_length(days, 1);
END $$;
REVOKE ALL ON FUNCTION pz_leaf(text, text, boolean) FROM PUBLIC;
