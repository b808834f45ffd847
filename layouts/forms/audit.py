"""The audit log's pages: the list with its filter and whether the log is whole, and one line with everything in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import htpy as h

from layouts.forms.fields import Option, actions, button, choice_field, form, hidden_field, link_button, text_field
from layouts.forms.notice import NoticeKind, notice
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.table import BadgeKind, Column, badge, table
from layouts.texts import Catalogue

ROOT = "/audit/"
FILTERS = ("from", "to", "actor", "action", "result", "target", "text")

_COLUMNS = ("at", "actor", "action", "target", "result", "address")
_RESULTS: dict[str, BadgeKind] = {"ok": "plain", "denied": "bad"}


@dataclass(frozen=True, slots=True)
class AuditRow:
    """A line in words. `at`: in the site's time; `utc` for machines. `result`: the log's word; `result_word` for people."""

    seq: int
    at: str
    utc: str
    who: str
    role: str
    action: str
    target: str
    target_kind: str
    result: str
    result_word: str
    address: str


@dataclass(frozen=True, slots=True)
class Chain:
    """Whether the log is whole. `is_intact` None: not looked at yet. `sentences`: what is broken, and what one should know."""

    is_intact: bool | None
    state: str
    sentences: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class AuditView:
    """The list. `filled`: what the filter holds; `actions`, `results`: what can be chosen. `newer`, `older`: addresses, "" for
    none."""

    rows: tuple[AuditRow, ...]
    filled: Mapping[str, str]
    actions: tuple[Option, ...]
    results: tuple[Option, ...]
    chain: Chain
    zone: str
    may_export: bool
    newer: str = ""
    older: str = ""
    errors: Mapping[str, str] = field(default_factory=dict)

    @property
    def is_filtered(self) -> bool:
        """Whether only some lines are wanted."""
        return any(self.filled.values())


@dataclass(frozen=True, slots=True)
class Change:
    """One field of one thing, before and after."""

    what: str
    field: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class AuditLineView:
    """One line. `details`: whatever it says besides changes. `previous`, `following`: addresses, "" for none."""

    row: AuditRow
    reason: str
    kind: str
    actor_id: str
    target_id: str
    changes: tuple[Change, ...]
    details: tuple[tuple[str, str], ...]
    previous_hash: str
    hash: str
    previous: str = ""
    following: str = ""


def audit_list(view: AuditView, texts: Catalogue) -> h.Element:
    """The whole list page."""
    empty = texts("audit.none_found" if view.is_filtered else "audit.none")
    return h.div(class_="audit")[
        h.p(class_="lead")[texts("audit.lead"), " ", texts("audit.zone", zone=view.zone)],
        _chain(view.chain, texts),
        _filter(view, texts),
        table(
            [Column(texts(f"audit.column.{name}")) for name in _COLUMNS],
            [_row(row) for row in view.rows],
            empty,
            caption=texts("title.audit"),
        ),
        _pages(view, texts),
        view.may_export and _export(view, texts),
    ]


def audit_line(view: AuditLineView, texts: Catalogue) -> h.Element:
    """Everything in one line."""
    row = view.row
    pairs: Sequence[tuple[str, h.Node]] = (
        ("at", row.at),
        ("utc", h.time(datetime=row.utc)[row.utc]),
        ("actor", _two(row.who, f"{view.kind} {view.actor_id}")),
        ("role", row.role),
        ("action", row.action),
        ("target", _two(row.target, f"{row.target_kind} {view.target_id}" if view.target_id != row.target else "")),
        ("result", _result(row)),
        ("reason", view.reason),
        ("address", row.address),
    )
    hashes = (("previous_hash", view.previous_hash), ("hash", view.hash))
    return h.div(class_="audit")[
        panel(
            f"{texts('audit.column.seq')} {row.seq}",
            facts(*(Fact(texts(f"audit.column.{name}"), value or "–") for name, value in pairs)),
        ),
        _changes(view.changes, texts) if view.changes else None,
        panel(texts("audit.details"), facts(*(Fact(name, value) for name, value in view.details)))
        if view.details
        else None,
        panel(
            texts("audit.chain"),
            facts(*(Fact(texts(f"audit.column.{name}"), h.code[value]) for name, value in hashes)),
        ),
        actions(
            link_button(texts("audit.back"), ROOT),
            view.previous and link_button(texts("audit.previous"), view.previous),
            view.following and link_button(texts("audit.next"), view.following),
        ),
    ]


def _chain(chain: Chain, texts: Catalogue) -> h.Element:
    kind: NoticeKind = "info" if chain.is_intact is None else "good" if chain.is_intact else "bad"
    sentences = chain.sentences and h.ul(class_="findings")[(h.li[sentence] for sentence in chain.sentences)]
    return h.div(class_="chain")[
        notice(kind, h.p[chain.state], sentences),
        form(f"{ROOT}check", button(texts("audit.chain.check"), "plain"), layout="row"),
    ]


def _filter(view: AuditView, texts: Catalogue) -> h.Element:
    def typed(name: str, kind: str = "text") -> h.Element:
        return text_field(
            name,
            texts(f"audit.{name}"),
            view.filled.get(name, ""),
            kind="date" if kind == "date" else "text",
            error=view.errors.get(name, ""),
            maxlength=100,
        )

    def chosen(name: str, options: tuple[Option, ...]) -> h.Element:
        every = (Option("", texts("audit.all")), *options)
        return choice_field(name, texts(f"audit.{name}"), every, view.filled.get(name, ""))

    return form(
        ROOT,
        typed("from", "date"),
        typed("to", "date"),
        typed("actor"),
        chosen("action", view.actions),
        chosen("result", view.results),
        typed("target"),
        typed("text"),
        actions(
            button(texts("audit.filter")),
            link_button(texts("audit.clear"), ROOT) if view.is_filtered else None,
        ),
        method="get",
        layout="row",
        error=view.errors.get("", ""),
    )


def _row(row: AuditRow) -> list[h.Node]:
    return [
        h.a(href=f"{ROOT}{row.seq}/")[h.time(datetime=row.utc, title=row.utc)[row.at]],
        _two(row.who, row.role),
        row.action,
        _two(row.target, row.target_kind),
        _result(row),
        row.address or "–",
    ]


def _two(first: str, second: str) -> h.Node:
    return [first or "–", second.strip() and h.small[second.strip()]]


def _result(row: AuditRow) -> h.Node:
    return badge(_RESULTS.get(row.result, "warn"), row.result_word)


def _changes(changes: Sequence[Change], texts: Catalogue) -> h.Element:
    names: tuple[str, ...] = ("field", "before", "after")
    if any(change.what for change in changes):
        names = ("what", *names)
    rows = [[getattr(change, name) or "–" for name in names] for change in changes]
    columns = [texts(f"audit.changes.{name}") for name in names]
    return panel(texts("audit.changes"), table(columns, rows, "", caption=texts("audit.changes")))


def _pages(view: AuditView, texts: Catalogue) -> h.Node:
    if not view.newer and not view.older:
        return None
    return h.nav(class_="actions", aria_label=texts("audit.pages"))[
        view.newer and link_button(texts("audit.newer"), view.newer),
        view.older and link_button(texts("audit.older"), view.older),
    ]


def _export(view: AuditView, texts: Catalogue) -> h.Element:
    kept = (hidden_field(name, value) for name, value in view.filled.items() if value)
    return panel(
        texts("audit.export"),
        form(
            f"{ROOT}export",
            kept,
            actions(*(button(texts(f"audit.export.{kind}"), "plain", "format", kind) for kind in ("csv", "xlsx"))),
        ),
        hint=texts("audit.export.hint"),
    )
