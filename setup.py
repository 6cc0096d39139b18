"""The optional compiled parts; everything else is in pyproject.toml.

Without a compiler or Python's headers the install goes on without them: messages are taken apart by regular
expressions, and SM2 signatures are verified by the library alone. Wheels are built without them too: they stay the
same for every machine.
"""

import sys

from setuptools import Extension, setup

COMPILED = [
    Extension("pilotzone.exchange.formats._regular", ["src/pilotzone/exchange/formats/_regular.c"], optional=True),
    Extension("pilotzone.exchange.signing._sm2p256", ["src/pilotzone/exchange/signing/_sm2p256.c"], optional=True),
]

setup(ext_modules=[] if "bdist_wheel" in sys.argv else COMPILED)
