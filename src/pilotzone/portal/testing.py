"""Settings of the test run: a throw-away state folder, the same for every process of the run."""

import os
import tempfile

if "PILOTZONE_TEST_RUN" not in os.environ:
    os.environ["PILOTZONE_TEST_RUN"] = tempfile.mkdtemp(prefix="pz-test-")
os.environ["PILOTZONE_HOME"] = os.environ["PILOTZONE_TEST_RUN"]

from pilotzone.portal.settings import *  # noqa: F403 (the state folder must be named first)

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
