"""`make bench`: every benchmark in turn, each in a process of its own, then one table of all figures."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

HERE = Path(__file__).parent
RESULTS = HERE / "results"


def names() -> list[str]:
    """The benchmarks: modules here that have a `main()` of their own."""
    return sorted(
        path.stem
        for path in HERE.glob("*.py")
        if not path.stem.startswith("_") and "\ndef main(" in path.read_text(encoding="utf-8")
    )


def rows(path: Path) -> list[dict[str, Any]]:
    """The figures in one result file: a list, or an object with the list under `figures`."""
    content = json.loads(path.read_text(encoding="utf-8"))
    found: list[dict[str, Any]] = content["figures"] if isinstance(content, dict) else content
    return found


def report() -> Table:
    """All figures with their targets and peers."""
    table = Table("benchmark", "figure", "value", "unit", "target", "peer", "ratio")
    for path in sorted(RESULTS.glob("*.json")):
        for row in rows(path):
            cells = [
                path.stem,
                *(str(row.get(key, "")) for key in ("name", "value", "unit", "target", "peer", "ratio")),
            ]
            table.add_row(*cells)
    return table


def main_of_all(wanted: list[str]) -> int:
    """Run the named benchmarks, or all of them. Returns 1 if one failed."""
    failed = [
        name
        for name in wanted or names()
        if subprocess.run([sys.executable, "-m", f"bench.{name}"], check=False).returncode != 0
    ]
    console = Console(width=150)
    console.print(report())
    if failed:
        console.print(f"failed: {', '.join(failed)}")
    return 1 if failed else 0


if __name__ == "__main__":
    raise SystemExit(main_of_all(sys.argv[1:]))
