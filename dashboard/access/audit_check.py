"""Whether the audit log is whole: no line changed, removed, put elsewhere, put in, or cut off at either end.

The chain shows everything but a cut tail and a log written anew from some line on; those show against the anchor. Lines that were
purged by rule are named by a line of the log itself, and so are lines that a restored backup did not have.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, Engine, select

from dashboard.access.audit_anchor import Anchor, Head
from dashboard.access.audit_line import FIRST_HASH, AuditLine
from dashboard.store.engine import snapshot
from dashboard.store.schema import audit_lines

PURGED: Final = "audit.purged"
RESTORED: Final = "database.restored"
LEAST_DAYS: Final = 180
"""Lines are kept this long at least."""
_DAY_MS: Final = 86_400_000
_BEFORE_ALL: Final = Head(0, FIRST_HASH, 0)
_MOST_FINDINGS = 20
_ROWS_AT_ONCE = 500

SENTENCES: Final = {
    "changed": "Line {seq} was changed: its hash does not fit what it says.",
    "unlinked": "Line {seq} does not follow the line before it: one of the two was put in, exchanged or rewritten.",
    "missing": "Missing: {span}.",
    "rewritten": "Line {seq} is not the one that was anchored on {at}: the log was written anew from there on.",
    "cut": "Cut off the end: {span}; line {to} was anchored on {at}.",
    "purged_early": "Lines up to {to} were removed on the pretext of age: one of them was anchored only on {at}.",
    "no_anchor": "There is no anchor file {path}: whether lines were cut off the end cannot be seen.",
    "anchor_unread": "The anchor file {path} cannot be read: {why}.",
    "purged": "Lines up to {to} were purged by rule on {at}.",
    "restored": "On {at} a backup was restored that did not have {span}.",
    "not_anchored": "Not anchored yet: {span}.",
    "anchor_line": "Line {seq} of the anchor file {path} cannot be read.",
}


@dataclass(frozen=True, slots=True)
class Finding:
    """`word`: one of `SENTENCES`. `seq`: the line it is about, `to`: the last one."""

    word: str
    seq: int = 0
    to: int = 0
    at_ms: int = 0
    path: str = ""
    why: str = ""

    def __str__(self) -> str:
        at = datetime.fromtimestamp(self.at_ms / 1000, UTC).strftime("%Y-%m-%d %H:%M:%S UTC")
        span = f"line {self.to}" if self.seq == self.to else f"lines {self.seq} to {self.to}"
        return SENTENCES[self.word].format(**asdict(self), at=at, span=span)


@dataclass(frozen=True, slots=True)
class Report:
    """`broken`: what must not be; `notes`: what one should know. `anchored`: the newest line that the anchor confirms."""

    count: int
    first: int
    last: int
    anchored: int
    broken: tuple[Finding, ...]
    notes: tuple[Finding, ...]

    @property
    def is_intact(self) -> bool:
        """Whether nothing is broken."""
        return not self.broken


@dataclass(slots=True)
class Chain:
    """What a walk over all lines found. `strangers`: anchored heads that are not in the log; `earlier`: those from before its
    first line."""

    count: int = 0
    first: int = 0
    before_first: str = FIRST_HASH
    last: Head = _BEFORE_ALL
    anchored: int = 0
    broken: list[Finding] = field(default_factory=list)
    purges: list[AuditLine] = field(default_factory=list)
    restores: list[AuditLine] = field(default_factory=list)
    strangers: list[Head] = field(default_factory=list)
    earlier: list[Head] = field(default_factory=list)

    def found(self, word: str, seq: int, to: int = 0, at_ms: int = 0) -> None:
        """Notes what is broken, up to a bound: after that it is not worth more."""
        if len(self.broken) < _MOST_FINDINGS:
            self.broken.append(Finding(word, seq, to, at_ms))


def verify(engine: Engine, anchor: Anchor, now_ms: int) -> Report:
    """Reads every line once. Raises `StoreError`."""
    anchored, unread = None, None
    try:
        anchored = anchor.read()  # before the lines: whatever is anchored by now has been committed
    except OSError as error:
        unread = Finding("anchor_unread", path=str(anchor.path), why=error.strerror or str(error))
    with snapshot(engine) as connection:
        chain = walk(connection, anchored.heads if anchored is not None else ())
    notes = [*purges_told(chain, now_ms), *restores_told(chain)]
    _check_strangers(chain)
    broken = list(chain.broken)
    if unread is not None:
        broken.append(unread)
    elif anchored is None and chain.count:
        broken.append(Finding("no_anchor", path=str(anchor.path)))
    elif anchored is not None:
        lines = anchored.unreadable[:_MOST_FINDINGS]
        notes += [Finding("anchor_line", number, path=str(anchor.path)) for number in lines]
        if chain.anchored < chain.last.seq:
            notes.append(Finding("not_anchored", max(chain.anchored + 1, chain.first), chain.last.seq))
    return Report(chain.count, chain.first, chain.last.seq, chain.anchored, tuple(broken), tuple(notes))


def walk(connection: Connection, heads: Iterable[Head] = ()) -> Chain:
    """All lines, oldest first, against themselves and against the anchored heads."""
    by_seq: dict[int, list[Head]] = defaultdict(list)
    for head in heads:
        by_seq[head.seq].append(head)
    chain = Chain()
    for line in _lines(connection):
        if not chain.count:
            chain.first = line.seq
            if line.seq > 1:  # what was before is looked at in the end
                chain.before_first = line.previous_hash
                chain.last = Head(line.seq - 1, line.previous_hash, 0)
        _check_line(chain, line)
        for head in by_seq.pop(line.seq, ()):
            if head.hash == line.hash:
                chain.anchored = line.seq
            else:
                chain.strangers.append(head)
        chain.count += 1
        chain.last = Head(line.seq, line.hash, line.at_ms)
    for seq in sorted(by_seq):
        (chain.earlier if seq < chain.first else chain.strangers).extend(by_seq[seq])
    return chain


def _check_line(chain: Chain, line: AuditLine) -> None:
    before = chain.last
    if line.seq != before.seq + 1:
        chain.found("missing", before.seq + 1, line.seq - 1)
    elif line.previous_hash != before.hash:
        chain.found("unlinked", line.seq)
    if not _is_whole(line):
        chain.found("changed", line.seq)
    elif line.action == PURGED:
        chain.purges.append(line)
    elif line.action == RESTORED:
        chain.restores.append(line)


def _is_whole(line: AuditLine) -> bool:
    numbers = (line.seq, line.at_ms)
    texts = (getattr(line, name) for name in line.__slots__[2:])  # SQLite keeps whatever is put into a column
    if not all(isinstance(value, int) for value in numbers) or not all(isinstance(value, str) for value in texts):
        return False
    return line.hash == line.hash_of_fields()


def purges_told(chain: Chain, now_ms: int) -> list[Finding]:
    """The first line is number 1, or the first after a purge that the log itself tells of, and that was due."""
    if chain.first <= 1:
        return []
    for purge in chain.purges:
        details = _details(purge)
        if details.get("to") == chain.first - 1 and details.get("last_hash") == chain.before_first:
            due_ms = min(purge.at_ms, now_ms) - LEAST_DAYS * _DAY_MS
            young = [head for head in chain.earlier if head.at_ms > due_ms]
            if young:
                newest = max(young, key=lambda head: head.seq)
                chain.found("purged_early", newest.seq, chain.first - 1, newest.at_ms)
            return [Finding("purged", 0, chain.first - 1, purge.at_ms)]
    chain.found("missing", 1, chain.first - 1)
    return []


def restores_told(chain: Chain) -> list[Finding]:
    """Takes out the strangers that a restore has named as lost: it has to name the newest of them by its hash."""
    told = []
    for restore in chain.restores:
        details = _details(restore)
        first, last, last_hash = (details.get(name) for name in ("lost_from", "lost_to", "lost_hash"))
        if not isinstance(first, int) or not isinstance(last, int):
            continue
        lost = [head for head in chain.strangers if first <= head.seq <= last and head.at_ms <= restore.at_ms]
        if any((head.seq, head.hash) == (last, last_hash) for head in lost):
            chain.strangers = [head for head in chain.strangers if head not in lost]
            told.append(Finding("restored", first, last, restore.at_ms))
    return told


def _check_strangers(chain: Chain) -> None:
    gaps = [(gap.seq, gap.to) for gap in chain.broken if gap.word == "missing"]  # said already
    beyond = [head for head in chain.strangers if head.seq > chain.last.seq]
    within = [
        head
        for head in chain.strangers
        if head.seq <= chain.last.seq and not any(first <= head.seq <= last for first, last in gaps)
    ]
    if within:
        first = min(within, key=lambda head: head.seq)
        chain.found("rewritten", first.seq, at_ms=first.at_ms)
    if beyond:
        newest = max(beyond, key=lambda head: head.seq)
        chain.found("cut", chain.last.seq + 1, newest.seq, newest.at_ms)


def _details(line: AuditLine) -> dict[str, Any]:
    try:
        found = json.loads(line.details)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _lines(connection: Connection) -> Iterator[AuditLine]:
    query = select(audit_lines).order_by(audit_lines.c.seq).execution_options(yield_per=_ROWS_AT_ONCE)
    for row in connection.execute(query):
        yield AuditLine(*row)
