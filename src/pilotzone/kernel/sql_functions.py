"""The SQL functions the policies are written in. Created by the kernel's first migration."""

FUNCTIONS = """
CREATE EXTENSION IF NOT EXISTS ltree;
CREATE EXTENSION IF NOT EXISTS pg_trgm;
CREATE EXTENSION IF NOT EXISTS btree_gin;
CREATE FUNCTION pz_kind() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(nullif(current_setting('pz.kind', true), ''), 'public') $$;
CREATE FUNCTION pz_is(VARIADIC kinds text[]) RETURNS boolean LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT pz_kind() = ANY (kinds) $$;
CREATE FUNCTION pz_person() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('pz.person', true), '')::bigint $$;
CREATE FUNCTION pz_role() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('pz.role', true), '') $$;
CREATE FUNCTION pz_organisation() RETURNS bigint LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('pz.organisation', true), '')::bigint $$;
CREATE FUNCTION pz_unit() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT coalesce(current_setting('pz.unit', true), '') $$;
CREATE FUNCTION pz_buyer() RETURNS text LANGUAGE sql STABLE PARALLEL SAFE
  AS $$ SELECT nullif(current_setting('pz.buyer', true), '') $$;
"""

DROP_FUNCTIONS = """
DROP FUNCTION pz_buyer();
DROP FUNCTION pz_unit();
DROP FUNCTION pz_role();
DROP FUNCTION pz_organisation();
DROP FUNCTION pz_person();
DROP FUNCTION pz_is(text[]);
DROP FUNCTION pz_kind();
"""
