"""Write a Postman collection (v2.1) of the API for programs; a running zone serves the same at /api/v1/postman.json.

.venv/bin/python tools/postman.py [--out FILE]
"""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path


def main() -> int:
    """Write the file, or print it."""
    wanted = argparse.ArgumentParser(description=__doc__)
    wanted.add_argument("--out", type=Path)
    asked = wanted.parse_args()
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "pilotzone.portal.settings")
    import django

    django.setup()
    from pilotzone.portal.api.postman import collection
    from pilotzone.portal.api.service import api

    text = json.dumps(collection(api.get_openapi_schema()), ensure_ascii=False, indent=1, default=str) + "\n"
    if asked.out:
        asked.out.write_text(text, encoding="utf-8")
    else:
        sys.stdout.write(text)
    return 0


if __name__ == "__main__":
    sys.exit(main())
