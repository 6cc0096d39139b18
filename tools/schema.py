"""Write down what the migrations tell the database: src/pilotzone/portal/processes/schema.sql.

    python tools/schema.py

A new zone is laid out from that file in a second (portal/processes/layout.py); a standing one is migrated. Run it after
every new migration: a test holds the two against each other.
"""

from __future__ import annotations

import os
import sys

from throwaway import zone


def main() -> int:
    """Migrate a throw-away database and write what it was told."""
    with zone() as one:
        one.server.start()
        os.environ.update(
            one.environment, PILOTZONE_DB_ROLE="owner", DJANGO_SETTINGS_MODULE="pilotzone.portal.settings"
        )
        from pilotzone.portal.processes import connections, database, layout

        admin = one.server.dsn()
        database.create_roles(admin)
        database.create_database(admin, os.environ.get("PILOTZONE_DB_NAME", connections.NAME))
        import django

        django.setup()
        layout.SCHEMA.write_text(layout.record(), encoding="utf-8")
        print(f"{layout.SCHEMA.name}: {layout.SCHEMA.stat().st_size:,} bytes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
