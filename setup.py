"""The optional compiled part; everything else is in pyproject.toml.

Without a compiler or Python's headers the install goes on without it, and messages are taken apart by regular
expressions. Wheels are built without it too: they stay the same for every machine.
"""

import sys

from setuptools import Extension, setup

TAKEN_APART = Extension(
    "pilotzone.exchange.formats._regular", ["src/pilotzone/exchange/formats/_regular.c"], optional=True
)

setup(ext_modules=[] if "bdist_wheel" in sys.argv else [TAKEN_APART])
