"""Custom measures: what a site counts besides what every site does. Declared by people, used by systems, shown like any other metric.

A measure reaches the floor with the site's settings, in the same transaction. Its way of counting never changes: what was told under
its name would mean something else. One that is removed takes no more; what it told stays in the history.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import asdict, dataclass
from typing import Any, Final, Literal, get_args

from sqlalchemy import Connection, Engine, select

from collectors.events import MeasureSettings
from dashboard.access.actor import Actor, Denied
from dashboard.access.audit import Audit, Target
from dashboard.access.permissions import Permission
from dashboard.access.reach import require_everywhere
from dashboard.directory import outbox
from dashboard.directory.settings_of import measure_settings
from dashboard.refusal import Refused
from dashboard.store.engine import reading
from dashboard.store.schema import business_measures
from dashboard.typed_text import in_one_line

NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}", re.ASCII)
Worse = Literal["above", "below"]
Sums = Literal["total", "mean"]
WORSE: Final[tuple[Worse, ...]] = get_args(Worse)
SUMS: Final[tuple[Sums, ...]] = get_args(Sums)
LONGEST_NAME: Final = 40
LONGEST_UNIT: Final = 12
MOST: Final = 50
_NEED: Final = Permission.BUSINESS_SOURCES


@dataclass(frozen=True, slots=True)
class Measure:
    """`name`: as items say it. `worse`: which side is bad. `sums`: whether its amounts are added up or averaged."""

    name: str
    name_zh: str = ""
    name_en: str = ""
    unit_zh: str = ""
    unit_en: str = ""
    worse: str = "below"
    sums: str = "total"


class Measures:
    """The measures of one site. Calls block on the database."""

    def __init__(self, engine: Engine, audit: Audit, site: str, now_ms: Callable[[], int]) -> None:
        self._engine = engine
        self._audit = audit
        self._site = site
        self._now_ms = now_ms

    def listed(self, actor: Actor) -> list[Measure]:
        """Those that count, by name; for who tells, too."""
        if not actor.may(_NEED):
            actor.require(Permission.BUSINESS_TELL)
        with reading(self._engine) as connection:
            query = select(business_measures).where(self._mine()).order_by(business_measures.c.name)
            return [_measure(row) for row in connection.execute(query)]

    def declared(self, actor: Actor) -> dict[str, MeasureSettings]:
        """The same as the floor has them, for who sets up boards that show them. Raises `Denied`."""
        actor.require(Permission.BOARDS_EDIT)
        with reading(self._engine) as connection:
            query = select(business_measures).where(self._mine()).order_by(business_measures.c.name)
            return {row.name: measure_settings(row) for row in connection.execute(query)}

    def put(self, actor: Actor, measure: Measure) -> None:
        """Declares one, or changes what it is called. Measures belong to the whole site. Raises `Refused`, `Denied`."""
        require_everywhere(actor, _NEED)
        measure = _checked(measure)
        with self._audit.writing() as connection:
            is_it = (business_measures.c.site == self._site) & (business_measures.c.name == measure.name)
            row = connection.execute(select(business_measures).where(is_it)).one_or_none()
            if row is not None and (row.sums, row.worse) != (measure.sums, measure.worse):
                raise Refused("business.refused.measure_changed", "sums", name=measure.name)
            if row is None or row.is_removed:
                self._require_room(connection)
            if row is None:
                values = {**asdict(measure), "site": self._site, "is_removed": False}
                connection.execute(business_measures.insert().values(values))
            else:
                connection.execute(
                    business_measures.update().where(is_it).values({**asdict(measure), "is_removed": False})
                )
            details: dict[str, Any] = {"after": asdict(measure)}
            if row is not None:
                details["before"] = asdict(_measure(row))
            target = Target("business_measure", measure.name, measure.name_zh or measure.name_en)
            self._audit.append(connection, actor, "business.measure_put", target, details=details)
            outbox.note(connection, [self._site], actor.name or actor.id, self._now_ms())

    def remove(self, actor: Actor, name: str) -> None:
        """It takes no more. Raises `Denied`."""
        require_everywhere(actor, _NEED)
        with self._audit.writing() as connection:
            is_it = self._mine() & (business_measures.c.name == name)
            row = connection.execute(select(business_measures).where(is_it)).one_or_none()
            if row is None:
                raise Denied(_NEED, f"business measure {name[:64]}")
            connection.execute(business_measures.update().where(is_it).values(is_removed=True))
            target = Target("business_measure", row.name, row.name_zh or row.name_en)
            self._audit.append(connection, actor, "business.measure_removed", target)
            outbox.note(connection, [self._site], actor.name or actor.id, self._now_ms())

    def _require_room(self, connection: Connection) -> None:
        """For one more that counts."""
        there = connection.execute(select(business_measures.c.name).where(self._mine())).all()
        if len(there) >= MOST:
            raise Refused("business.refused.too_many_measures", "", most=MOST)

    def _mine(self) -> Any:
        return (business_measures.c.site == self._site) & business_measures.c.is_removed.is_(False)


def _measure(row: Any) -> Measure:
    return Measure(row.name, row.name_zh, row.name_en, row.unit_zh, row.unit_en, row.worse, row.sums)


def _checked(measure: Measure) -> Measure:
    if not NAME.fullmatch(measure.name):
        raise Refused("business.refused.measure_name", "name")
    shown = {name: in_one_line(getattr(measure, name)) for name in ("name_zh", "name_en", "unit_zh", "unit_en")}
    for name, text in shown.items():
        most = LONGEST_NAME if name.startswith("name") else LONGEST_UNIT
        if len(text) > most:
            raise Refused("business.refused.long", name, most=most)
    if not (shown["name_zh"] or shown["name_en"]):
        raise Refused("business.refused.measure_unnamed", "name_zh")
    if measure.worse not in WORSE or measure.sums not in SUMS:
        raise Refused("business.refused.measure_kind", "sums")
    return Measure(measure.name, **shown, worse=measure.worse, sums=measure.sums)
