"""Where the verbs of the command line find a zone that runs on this machine."""

from __future__ import annotations

import os
from urllib.parse import urlsplit

from pilotzone.portal.processes import records
from pilotzone.portal.processes.home import home

USUAL_PORT = 8000


def portal() -> str:
    """The portal: PILOTZONE_URL, else where the zone of this state folder says it runs, else PILOTZONE_PORT of this machine."""
    told = os.environ.get("PILOTZONE_URL") or records.read(records.tree_file(home())).get("url")
    return str(told or f"http://127.0.0.1:{os.environ.get('PILOTZONE_PORT') or USUAL_PORT}").rstrip("/")


def counterpart() -> str:
    """The simulators' door: PILOTZONE_CUSTOMS_URL, PILOTZONE_COUNTERPART_PORT, else two above the portal's port."""
    if told := os.environ.get("PILOTZONE_CUSTOMS_URL"):
        return told
    port = os.environ.get("PILOTZONE_COUNTERPART_PORT") or (urlsplit(portal()).port or USUAL_PORT) + 2
    return f"http://127.0.0.1:{port}"
