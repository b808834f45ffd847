"""Files in and out: choose one, see line by line what it would do, do it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import htpy as h

from layouts.forms import (
    Option,
    actions,
    badge,
    button,
    choice_field,
    file_field,
    form,
    link_button,
    notice,
    panel,
    table,
)
from layouts.forms.table import BadgeKind
from layouts.texts import Catalogue

SHEETS = "/admin/sheets/"
_BADGES: Mapping[str, BadgeKind] = {"new": "good", "changed": "warn", "unchanged": "plain", "wrong": "bad"}
OUTCOMES = ("wrong", "new", "changed", "unchanged")


@dataclass(frozen=True, slots=True)
class Change:
    """One cell."""

    column: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class LineView:
    """`problems`: sentences, with their column in front."""

    line: int
    name: str
    outcome: str
    changes: tuple[Change, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckView:
    """A file that was looked at. `lines`: wrong ones first, unchanged ones left out; `left_out`: how many more there are.
    `check_href`: where it is confirmed."""

    file: str
    kind: str
    counts: Mapping[str, int]
    lines: Sequence[LineView]
    left_out: int
    confirm_href: str


def sheets_page(texts: Catalogue, *, error: str, may_import: bool, may_export: bool) -> h.Node:
    """Both ways."""
    return h.div(class_="columns")[
        may_import and panel(texts("import.title"), _upload(texts, error), hint=texts("import.lead")),
        may_export and panel(texts("export.title"), _export(texts), hint=texts("export.lead")),
    ]


def check_page(view: CheckView, texts: Catalogue) -> h.Node:
    """What the file would do, and the button that does it."""
    return [
        panel(
            texts("import.check.title", file=view.file),
            h.p[texts("import.check.kind", kind=texts(f"import.kind.{view.kind}")), " ", _counts(view, texts)],
            _verdict(view, texts),
        ),
        bool(view.lines)
        and table(
            [texts("import.line"), texts("import.outcome"), texts("import.who"), texts("import.what")],
            [_row(line, texts) for line in view.lines],
            "",
            caption=texts("import.lines"),
        ),
        view.left_out > 0 and h.p(class_="hint")[texts("import.left_out", n=view.left_out)],
    ]


def _upload(texts: Catalogue, error: str) -> h.Element:
    return form(
        f"{SHEETS}check",
        file_field("file", texts("import.file"), accept=".csv,.xlsx,.txt", hint=texts("import.file.hint"), error=error),
        actions(button(texts("import.check"))),
        multipart=True,
    )


def _export(texts: Catalogue) -> h.Element:
    kinds = [Option(kind, texts(f"import.kind.{kind}")) for kind in ("people", "teams", "queues", "reasons")]
    return form(
        f"{SHEETS}export",
        choice_field("kind", texts("export.kind"), kinds, "people"),
        choice_field("form", texts("export.form"), [Option("xlsx", "XLSX"), Option("csv", "CSV")], "xlsx"),
        actions(button(texts("export.download"), "plain")),
    )


def _counts(view: CheckView, texts: Catalogue) -> h.Node:
    return [
        badge(_BADGES[outcome], f"{texts(f'import.outcome.{outcome}')} {view.counts[outcome]}")
        for outcome in OUTCOMES
        if view.counts.get(outcome)
    ]


def _verdict(view: CheckView, texts: Catalogue) -> h.Node:
    if view.counts.get("wrong"):
        return [notice("bad", texts("import.wrong", n=view.counts["wrong"])), _upload(texts, "")]
    if not view.counts.get("new") and not view.counts.get("changed"):
        return [notice("info", texts("import.no_change")), actions(link_button(texts("frame.back"), SHEETS))]
    return [
        notice("info", texts("import.ready")),
        form(
            view.confirm_href,
            actions(
                button(texts("import.confirm", n=view.counts.get("new", 0) + view.counts.get("changed", 0))),
                link_button(texts("form.cancel"), SHEETS),
            ),
        ),
    ]


def _row(line: LineView, texts: Catalogue) -> list[h.Node]:
    nothing = texts("import.nothing")
    what: list[h.Node] = [h.p(class_="problem")[problem] for problem in line.problems]
    if line.outcome == "changed":
        what += [
            h.p[f"{change.column}：" if texts.lang == "zh-CN" else f"{change.column}: ",
                h.del_[change.before or nothing], " → ", h.ins[change.after or nothing]]
            for change in line.changes
        ]  # fmt: skip
    elif line.outcome == "new":
        what += [h.p[" · ".join(change.after for change in line.changes if change.after)]]
    return [
        texts("import.row", n=line.line),
        badge(_BADGES[line.outcome], texts(f"import.outcome.{line.outcome}")),
        line.name or "–",
        h.div[what],
    ]
