"""A process of its own that draws: papers as JSON on stdin, a PDF (or the PNG of one page) on stdout.

Bounded by the system: processor seconds and memory; whoever starts it bounds the time. Texts go in as data, never as
markup; no file is read but the template and the fonts, nothing is fetched.
"""

from __future__ import annotations

import json
import resource
import sys
from pathlib import Path

import typst

TEMPLATE = Path(__file__).with_name("paper.typ")
CPU_S, MEMORY = 40, 3 * 1024**3
PPI = 110


def main() -> int:
    """Reads {papers, family, folders, format} and writes what was drawn; 1 and the reason on stderr where it cannot."""
    resource.setrlimit(resource.RLIMIT_CPU, (CPU_S, CPU_S))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    asked = json.load(sys.stdin.buffer)
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=True, font_paths=asked["folders"])
    inputs = {"papers": json.dumps(asked["papers"], ensure_ascii=False), "family": asked["family"]}
    compiler = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, font_paths=fonts, sys_inputs=inputs)
    try:
        if asked["format"] == "png":
            told = compiler.compile(format="png", ppi=PPI)
        else:
            told = compiler.compile(format="pdf", timestamp=0)
    except typst.TypstError as failed:
        sys.stderr.write(failed.message[:500])
        return 1
    drawn = told[int(asked.get("page", 0))] if isinstance(told, list) else told
    assert drawn is not None
    sys.stdout.buffer.write(drawn)
    return 0


if __name__ == "__main__":
    sys.exit(main())
