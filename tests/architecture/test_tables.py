"""Every table is behind row-level security or in the one list of exemptions, and wears its app's name."""

from __future__ import annotations

import pytest
from django.apps import apps
from django.db import connection

from pilotzone.kernel.access.exempt import EXEMPT

pytestmark = pytest.mark.django_db
THIRD_PARTY = ("auth_", "django_", "account_", "mfa_", "axes_", "procrastinate_")


def tables(condition: str) -> set[str]:
    """Tables of the schema for which an SQL condition on pg_class c holds."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname FROM pg_class c WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p') AND "
            + condition
        )
        return {row[0] for row in cursor.fetchall()}


def test_every_table_that_is_not_exempt_is_protected_by_force_and_policy() -> None:
    roots = tables("NOT relispartition")
    closed = tables(
        "relrowsecurity AND relforcerowsecurity AND EXISTS (SELECT 1 FROM pg_policy p WHERE p.polrelid = c.oid)"
    )
    assert roots - closed - set(EXEMPT) == set()


def test_the_list_of_exemptions_names_only_open_tables_that_exist_and_says_why() -> None:
    assert set(EXEMPT) - tables("NOT relispartition AND NOT relrowsecurity") == set()
    assert all(EXEMPT.values())


def test_pages_reach_no_partition_past_its_table() -> None:
    """Row-level security is not inherited by direct access to a partition: it is closed itself, or not granted."""
    assert tables("relispartition AND NOT relrowsecurity AND has_table_privilege('pz_web', c.oid, 'SELECT')") == set()


def test_table_names_carry_their_apps_name() -> None:
    labels = tuple(f"{config.label}_" for config in apps.get_app_configs() if config.name.startswith("pilotzone."))
    assert {table for table in tables("true") if not table.startswith(labels + THIRD_PARTY)} == set()


def test_policies_survive_settings_that_are_empty() -> None:
    """After a transaction a setting is '' and not NULL: every protected table must still answer, with nothing or little."""
    with connection.cursor() as cursor:
        for setting in ("kind", "person", "organisation", "unit", "buyer", "role", "reason", "deputy"):
            cursor.execute("SELECT set_config(%s, '', true)", (f"pz.{setting}",))
        for table in sorted(tables("relrowsecurity AND NOT relispartition")):
            cursor.execute(f'SELECT count(*) FROM "{table}"')
            assert cursor.fetchone()[0] >= 0


def test_nobody_and_a_county_officer_see_no_orders_and_no_buyers() -> None:
    """The policies of trades, documents and quotas never name a county officer or the public."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT tablename, policyname FROM pg_policies WHERE cmd IN ('SELECT', 'ALL')"
            " AND (tablename ~ '^(clearance_(document|trade|receipt)|tax_(quota|reservation))')"
            " AND (qual ~ 'district' OR qual ~ '''public''' OR qual = 'true')"
        )
        assert cursor.fetchall() == []


def test_the_role_of_pages_owns_nothing_and_makes_nothing() -> None:
    assert tables("relowner = 'pz_web'::regrole") == set()
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_schema_privilege('pz_web', 'public', 'CREATE')")
        assert cursor.fetchone()[0] is False
