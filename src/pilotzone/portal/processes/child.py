"""How a child of the supervisor begins: `python -m pilotzone.portal.processes.child MODULE` runs the module.

Logs leave as JSON lines on standard output, which the supervisor keeps (journal.py).
"""

from __future__ import annotations

import os
import runpy
import sys
from pathlib import Path

import structlog

from pilotzone.kernel import log_masking


def configure_logs() -> None:
    """Structured logs as JSON lines with time and level; a traceback becomes a field, never loose text."""
    structlog.configure(
        processors=[
            structlog.contextvars.merge_contextvars,
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            log_masking.event,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(file=sys.stdout),
        cache_logger_on_first_use=True,
    )


def main() -> None:
    """Run the module named first as if it were the program."""
    module = sys.argv[1]
    sys.argv = [module, *sys.argv[2:]]
    configure_logs()
    if folder := os.environ.get("PILOTZONE_MARKS"):
        from pilotzone.portal.processes import marks

        marks.install(Path(folder), module.rpartition(".")[2])
    runpy.run_module(module, run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
