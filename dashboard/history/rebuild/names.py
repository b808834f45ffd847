"""Who the names in a log are: the log writes what a member is called, everything else knows him by his interface.

From the newest checkpoint (what the switch calls its members), the directory (what people call them), and a file of names that
nobody uses any more. Later ones of these lists win.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from collectors.asterisk.log_facts import Name
from collectors.events import FloorSettings
from dashboard.floor.checkpoint import FOLD_VERSION, CheckpointError, load
from dashboard.history.rebuild.errors import RebuildError
from dashboard.store import Checkpoints


def known_names(engine: Engine, site: str, settings: FloorSettings, file: Path | None) -> list[Name]:
    """All names, those that count last. Raises `RebuildError` for a file that is none, `StoreError`."""
    named = [(agent, own.name, "") for agent, own in settings.agents.items() if own.name]
    return [*named, *_of_checkpoint(engine, site), *(_of_file(file) if file is not None else ())]


def _of_checkpoint(engine: Engine, site: str) -> Iterator[Name]:
    checkpoints = Checkpoints(engine, site, FOLD_VERSION)
    for stream_id in checkpoints.positions()[:1]:
        found = checkpoints.load(stream_id)
        if found is None:
            return
        try:
            floor = load(found.state)
        except CheckpointError:
            return  # an older release's: the directory has most of the names
        for agent in floor.agents.values():
            if agent.name:
                yield agent.id, agent.name, ""
                yield from ((agent.id, agent.name, one.queue) for one in agent.memberships.values())


def _of_file(file: Path) -> Iterator[Name]:
    try:
        rows = list(csv.reader(file.read_text(encoding="utf-8-sig").splitlines()))
    except FileNotFoundError:
        raise RebuildError(f"{file}: there is no such file.") from None
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise RebuildError(f"{file} cannot be read ({error}): write a CSV file in UTF-8.") from error
    for number, row in enumerate(rows, 1):
        cells = [cell.strip() for cell in row]
        if not any(cells):
            continue
        if len(cells) < 2 or not cells[0] or "/" not in cells[1]:
            raise RebuildError(
                f"{file}, line {number}: write the name and the interface, as in: Alice Martin,PJSIP/1001"
            )
        yield cells[1], cells[0], ""
