"""`/audit/`: the audit log for who may read it: filtered, opened line by line, checked, exported."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from typing import Final
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from flask import Response, abort, request

from dashboard.access.audit_check import Finding
from dashboard.access.audit_line import AuditLine
from dashboard.access.audit_reading import AuditReader, Checked, Question
from dashboard.access.audit_sheet import COLUMNS, XLSX_LINES, cells
from dashboard.access.permissions import Permission
from dashboard.pages import forms
from dashboard.pages.audit_details import changes_of, details_of
from dashboard.pages.doors import Doors, needs
from dashboard.pages.services import Services
from dashboard.refusal import Refused
from dashboard.sheets import csv_chunks, write_xlsx
from layouts.forms.audit import FILTERS, ROOT, AuditLineView, AuditRow, AuditView, Chain, audit_line, audit_list
from layouts.forms.fields import Option
from layouts.texts import Catalogue

VIEW: Final = needs(Permission.AUDIT_VIEW)
EXPORT: Final = needs(Permission.AUDIT_EXPORT)
RESULTS: Final = ("ok", "denied")
_LAST: Final = 2**63 - 2
"""The highest number that a line could have."""
_YEARS: Final = (1970, 9998)
"""Within these every day has a midnight, and one that follows it, in every zone."""
_ROOMS: Final = ("access", "directory_pages", "screens", "audit")
_STYLES: Final = ("css/forms/audit.css",)
_TYPES: Final = {
    "csv": "text/csv; charset=utf-8",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


def register(doors: Doors, services: Services) -> None:
    """Enters the routes."""
    pages = AuditPages(services)
    doors.route(ROOT, "audit", pages.listed, VIEW)
    doors.route(f"{ROOT}<int:seq>/", "audit_line", pages.one, VIEW)
    doors.route(f"{ROOT}check", "audit_check", pages.check, VIEW, methods=("POST",))
    doors.route(f"{ROOT}export", "audit_export", pages.export, EXPORT, methods=("POST",))


class AuditPages:
    """The pages of one server."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._reader = AuditReader(services.audit)

    def listed(self) -> Response:
        """The lines that the address asks for: the filter, and `older` or `newer` than a line."""
        return self._list({name: request.args.get(name, "").strip()[:100] for name in FILTERS})

    def one(self, seq: int) -> Response:
        """One line."""
        actor, texts = forms.actor(), forms.texts(*_ROOMS)
        line = self._reader.line(actor, seq) if seq <= _LAST else None
        if line is None:
            abort(404)
        has_next = self._reader.line(actor, seq + 1) is not None
        has_previous = self._reader.line(actor, seq - 1) is not None
        view = AuditLineView(
            row=_row(line, self._services.directory.rules.time_zone(), texts),
            reason=line.reason,
            kind=texts(f"audit.kind.{line.actor_kind}"),
            actor_id=line.actor_id,
            target_id=line.target_id,
            changes=changes_of(line, texts),
            details=details_of(line, texts),
            previous_hash=line.previous_hash,
            hash=line.hash,
            previous=f"{ROOT}{seq - 1}/" if has_previous else "",
            following=f"{ROOT}{seq + 1}/" if has_next else "",
        )
        return self._page("title.audit_line", audit_line(view, texts))

    def check(self) -> Response:
        """Looks at the whole log now."""
        self._reader.checked(forms.actor(), again=True)
        return forms.see_other(ROOT)

    def export(self) -> Response:
        """The lines of the filter as a file, on record before its first byte."""
        posted = forms.posted()
        filled = {name: posted[name][:100] for name in FILTERS}
        kind = "xlsx" if posted["format"] == "xlsx" else "csv"
        try:
            return self._file(self._question(filled), kind)
        except Refused as refused:
            return self._list(filled, refused)

    def _file(self, question: Question, kind: str) -> Response:
        actor = forms.actor()
        count = self._reader.count(actor, question)
        if kind == "xlsx" and count > XLSX_LINES:
            raise Refused("audit.refused.too_many", count=count, most=XLSX_LINES)
        rows = map(cells, self._reader.export(actor, question, kind))
        day = datetime.now(UTC).strftime("%Y-%m-%d")
        body = csv_chunks(COLUMNS, rows) if kind == "csv" else write_xlsx(COLUMNS, rows)
        named = f'attachment; filename="floorwatch-audit-{day}.{kind}"'
        return Response(body, content_type=_TYPES[kind], headers={"Content-Disposition": named})

    def _list(self, filled: Mapping[str, str], refused: Refused | None = None) -> Response:
        actor, texts = forms.actor(), forms.texts(*_ROOMS)
        try:
            question = self._question(filled)
        except Refused as wrong:
            question, refused = Question(), wrong
        older, newer = (max(0, min(request.args.get(name, 0, type=int), _LAST)) for name in ("older", "newer"))
        found = self._reader.page(actor, question, older_than=older, newer_than=newer)
        zone = self._services.directory.rules.time_zone()
        view = AuditView(
            rows=tuple(_row(line, zone, texts) for line in found.lines),
            filled=filled,
            actions=_options(self._reader.actions(actor), texts),
            results=tuple(Option(result, texts(f"audit.result.{result}")) for result in RESULTS),
            chain=_chain(self._reader.checked(actor), zone, texts),
            zone=zone.key,
            may_export=actor.may(Permission.AUDIT_EXPORT),
            newer=_href(filled, newer=found.lines[0].seq) if found.has_newer and found.lines else "",
            older=_href(filled, older=found.lines[-1].seq) if found.has_older and found.lines else "",
            errors=forms.field_errors(refused, texts) if refused else {},
        )
        return self._page("title.audit", audit_list(view, texts), status=422 if refused else 200)

    def _question(self, filled: Mapping[str, str]) -> Question:
        zone = self._services.directory.rules.time_zone()
        first, last = _day(filled, "from"), _day(filled, "to")
        if first and last and first > last:
            raise Refused("audit.refused.days", "from")
        return Question(
            from_ms=_midnight_ms(first, zone) if first else None,
            before_ms=_midnight_ms(last + timedelta(days=1), zone) if last else None,
            **{name: filled[name] for name in ("actor", "action", "result", "target", "text")},
        )

    def _page(self, title: str, content: object, status: int = 200) -> Response:
        return forms.page("audit", title, content, rooms=_ROOMS, status=status, styles=_STYLES)  # type: ignore[arg-type]


def _day(filled: Mapping[str, str], name: str) -> date | None:
    if not filled[name]:
        return None
    try:
        day = date.fromisoformat(filled[name])
    except ValueError:
        raise Refused("audit.refused.day", name) from None
    if not _YEARS[0] <= day.year <= _YEARS[1]:
        raise Refused("audit.refused.day", name)
    return day


def _midnight_ms(day: date, zone: ZoneInfo) -> int:
    return round(datetime.combine(day, time(), zone).timestamp() * 1000)


def _row(line: AuditLine, zone: ZoneInfo, texts: Catalogue) -> AuditRow:
    at = datetime.fromtimestamp(line.at_ms / 1000, UTC)
    words = texts.words
    return AuditRow(
        seq=line.seq,
        at=at.astimezone(zone).strftime("%Y-%m-%d %H:%M:%S"),
        utc=at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        who=line.actor_name or words.get(f"audit.kind.{line.actor_kind}", line.actor_kind),
        role=texts.listing(
            words.get(f"role.{role}", words.get(f"audit.kind.{role}", role)) for role in line.role.split(",") if role
        ),
        action=action_word(line.action, texts),
        target=line.target_name or line.target_id,
        target_kind=words.get(f"audit.target.{line.target_kind}", line.target_kind),
        result=line.result,
        result_word=words.get(f"audit.result.{line.result}", line.result),
        address=line.address,
    )


def action_word(action: str, texts: Catalogue) -> str:
    """The action in words; as it is where another release wrote it."""
    return texts.words.get(f"action.{action}", action)


def _options(actions: tuple[str, ...], texts: Catalogue) -> tuple[Option, ...]:
    return tuple(Option(action, f"{action_word(action, texts)} ({action})") for action in actions)


def _chain(checked: Checked | None, zone: ZoneInfo, texts: Catalogue) -> Chain:
    if checked is None:
        return Chain(None, texts("audit.chain.unasked"))
    report, at = checked.report, _moment(checked.at_ms, zone)
    if report.is_intact:
        values = {"first": report.first, "last": report.last, "anchored": report.anchored}
        state = texts("audit.chain.intact", **values, at=at)
    else:
        state = texts("audit.chain.broken", count=report.count, at=at)
    findings = (*report.broken, *report.notes)
    return Chain(report.is_intact, state, tuple(_sentence(finding, zone, texts) for finding in findings))


def _sentence(finding: Finding, zone: ZoneInfo, texts: Catalogue) -> str:
    return texts(
        f"audit.chain.{finding.word}",
        seq=finding.seq,
        to=finding.to,
        at=_moment(finding.at_ms, zone),
        path=finding.path,
        why=finding.why,
    )


def _moment(at_ms: int, zone: ZoneInfo) -> str:
    return datetime.fromtimestamp(at_ms / 1000, zone).strftime("%Y-%m-%d %H:%M:%S")


def _href(filled: Mapping[str, str], **where: int) -> str:
    kept = {name: value for name, value in filled.items() if value}
    return f"{ROOT}?{urlencode(kept | where)}"
