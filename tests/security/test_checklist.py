"""The checklist of docs/security.md is whole: each requirement once, and each claim with a proof that is there or a reason.

The ids are those of OWASP ASVS 5.0.0, levels 1 and 2. A proof names a test, which is looked for in its file without importing
it, or a document. A claim without a proof says in its own words why there is none.
"""

from __future__ import annotations

import ast
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "security.md"

WANTED: Final = {
    "1.1": range(1, 3),
    "1.2": range(1, 10),
    "1.3": range(1, 12),
    "1.4": range(1, 4),
    "1.5": range(1, 3),
    "2.1": range(1, 4),
    "2.2": range(1, 4),
    "2.3": range(1, 5),
    "2.4": range(1, 2),
    "3.2": range(1, 3),
    "3.3": range(1, 5),
    "3.4": range(1, 7),
    "3.5": range(1, 6),
    "3.7": range(1, 3),
    "4.1": range(1, 4),
    "4.2": range(1, 2),
    "4.3": range(1, 3),
    "4.4": range(1, 5),
    "5.1": range(1, 2),
    "5.2": range(1, 4),
    "5.3": range(1, 3),
    "5.4": range(1, 4),
    "6.1": range(1, 4),
    "6.2": range(1, 13),
    "6.3": range(1, 5),
    "6.4": range(1, 5),
    "6.5": range(1, 6),
    "6.6": range(1, 4),
    "6.8": range(1, 5),
    "7.1": range(1, 4),
    "7.2": range(1, 5),
    "7.3": range(1, 3),
    "7.4": range(1, 6),
    "7.5": range(1, 3),
    "7.6": range(1, 3),
    "8.1": range(1, 3),
    "8.2": range(1, 4),
    "8.3": range(1, 2),
    "8.4": range(1, 2),
    "9.1": range(1, 4),
    "9.2": range(1, 5),
    "10.1": range(1, 3),
    "10.2": range(1, 3),
    "10.3": range(1, 5),
    "10.4": range(1, 12),
    "10.5": range(1, 6),
    "10.6": range(1, 3),
    "10.7": range(1, 4),
    "11.1": range(1, 3),
    "11.2": range(1, 4),
    "11.3": range(1, 4),
    "11.4": range(1, 5),
    "11.5": range(1, 2),
    "11.6": range(1, 2),
    "12.1": range(1, 4),
    "12.2": range(1, 3),
    "12.3": range(1, 5),
    "13.1": range(1, 2),
    "13.2": range(1, 6),
    "13.3": range(1, 3),
    "13.4": range(1, 6),
    "14.1": range(1, 3),
    "14.2": range(1, 5),
    "14.3": range(1, 4),
    "15.1": range(1, 4),
    "15.2": range(1, 4),
    "15.3": range(1, 8),
    "16.1": range(1, 2),
    "16.2": range(1, 6),
    "16.3": range(1, 5),
    "16.4": range(1, 4),
    "16.5": range(1, 4),
    "17.1": range(1, 2),
    "17.2": range(1, 5),
    "17.3": range(1, 3),
}
"""Section → its requirements of levels 1 and 2. Those of level 3 are left out, hence the holes."""

_ROW = re.compile(r"\| (?P<id>\d+\.\d+\.\d+) \| (?P<asks>[^|]+) \| (?P<how>[^|]+) \| (?P<proof>[^|]+) \|")
_PROOF = re.compile(r"`([^`]+)`")
_TEST = re.compile(r"(?P<file>tests/[\w/]+\.py)::(?P<name>test_\w+)")


@dataclass(frozen=True)
class Row:
    """A line of the checklist."""

    id: str
    asks: str
    how: str
    proof: str

    @property
    def proofs(self) -> list[str]:
        return _PROOF.findall(self.proof)


def _rows() -> list[Row]:
    lines = [line for line in PAGE.read_text(encoding="utf-8").splitlines() if re.match(r"\| \d+\.\d+\.\d+ ", line)]
    found = [_ROW.fullmatch(line) for line in lines]
    assert [line for line, match in zip(lines, found, strict=True) if match is None] == [], "four columns"
    return [Row(**{name: text.strip() for name, text in match.groupdict().items()}) for match in found if match]


@cache
def _tests_in(file: Path) -> frozenset[str]:
    tree = ast.parse(file.read_text(encoding="utf-8"))
    return frozenset(node.name for node in tree.body if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef))


def test_every_requirement_stands_there_once() -> None:
    wanted = {f"{section}.{number}" for section, numbers in WANTED.items() for number in numbers}
    assert len(wanted) == 253
    counted = Counter(row.id for row in _rows())
    assert sorted(wanted - counted.keys()) == [], "missing"
    assert sorted(counted.keys() - wanted) == [], "not of these levels"
    assert [one for one, count in counted.items() if count > 1] == []


@pytest.mark.parametrize("row", _rows(), ids=lambda row: row.id)
def test_a_claim_has_a_proof_or_a_reason(row: Row) -> None:
    assert len(row.how.split()) > 1, "says how, or why not"
    if row.proof == "—":
        return
    assert row.proofs, "a proof stands between backticks; where there is none: —"
    assert re.fullmatch(r"`[^`]+`(, `[^`]+`){0,2}", row.proof), "one to three, with commas"
    for proof in row.proofs:
        test = _TEST.fullmatch(proof)
        if test is None:
            assert not proof.startswith("tests/"), f"{proof} names no test"
            assert (ROOT / proof).is_file(), f"{proof} is no file"
        else:
            assert (ROOT / test["file"]).is_file(), f"{test['file']} is no file"
            assert test["name"] in _tests_in(ROOT / test["file"]), f"{proof} is no test"


def test_every_proof_that_the_chapters_name_is_a_test() -> None:
    chapters = PAGE.read_text(encoding="utf-8").split("## Checklist", 1)[0]
    named = re.findall(r"`(tests/[^`:]+\.py)::([^`]+)`", chapters)
    assert len(named) > 15
    assert [f"{file}::{name}" for file, name in named if name not in _tests_in(ROOT / file)] == []


def test_what_is_not_met_stands_in_the_list_above_it() -> None:
    """Whoever reads the chapters before the tables is told everything that is not, or not wholly, met."""
    text = PAGE.read_text(encoding="utf-8")
    chapter = text.split("## Not met", 1)[1].split("\n## ", 1)[0]
    told = set(re.findall(r"\b\d+\.\d+\.\d+\b", chapter))
    marked = {row.id for row in _rows() if re.search(r"\*\*(in part|not met|not proven here)\*\*", row.how)}
    assert told == marked
    assert marked
