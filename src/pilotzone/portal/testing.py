"""Settings of the test run: a throw-away state folder, the same for every process of the run, and compiled modules kept."""

import os
import sys
import tempfile

if "PILOTZONE_TEST_RUN" not in os.environ:
    os.environ["PILOTZONE_TEST_RUN"] = tempfile.mkdtemp(prefix="pz-test-")
os.environ["PILOTZONE_HOME"] = os.environ["PILOTZONE_TEST_RUN"]

from pilotzone.portal.settings import *  # noqa: F403 (the state folder must be named first)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]

# the run starts hundreds of processes: what one of them compiled is there for the next, whatever the shell says
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False
