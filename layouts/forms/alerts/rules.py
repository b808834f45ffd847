"""`/admin/alerts/`: the rules, and one of them with its preview."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field

import htpy as h

from layouts.forms.fields import (
    Option,
    actions,
    area_field,
    button,
    check_field,
    checks_field,
    choice_field,
    form,
    link_button,
    text_field,
)
from layouts.forms.panel import Fact, facts, panel
from layouts.forms.table import BadgeKind, Column, badge, table
from layouts.texts import Catalogue

ROOT = "/admin/alerts/"
RULES = f"{ROOT}rules/"


@dataclass(frozen=True, slots=True)
class RuleRow:
    """One rule in words."""

    id: str
    name: str
    limit: str
    subject: str
    now: str
    unknown: str
    fired: int
    state: BadgeKind
    state_word: str
    is_on: bool


@dataclass(frozen=True, slots=True)
class RuleFilled:
    """A form as it stands: `values` of its fields, `lists` of those that may be chosen several times, `errors` by field."""

    values: Mapping[str, str]
    lists: Mapping[str, Collection[str]]
    errors: Mapping[str, str] = field(default_factory=dict)

    def value(self, name: str) -> str:
        """What stands in a field."""
        return self.values.get(name, "")

    def error(self, name: str) -> str:
        """What is wrong with it."""
        return self.errors.get(name, "")


@dataclass(frozen=True, slots=True)
class RuleChoices:
    """What can be chosen."""

    metrics: Sequence[Option]
    windows: Sequence[Option]
    queues: Sequence[Option]
    teams: Sequence[Option]
    channels: Sequence[Option]


@dataclass(frozen=True, slots=True)
class Preview:
    """`would` None: nothing can be told from the past."""

    now: str
    fired: str
    would: str


def rules_page(rows: Sequence[RuleRow], templates: Sequence[Option], texts: Catalogue) -> h.Node:
    """The list, and beginnings for more."""
    columns = [
        Column(texts("rules.name")),
        Column(texts("rules.limit")),
        Column(texts("rules.now"), "number"),
        Column(texts("rules.fired"), "number"),
        Column(texts("rules.state")),
        Column(texts("rules.actions"), "actions"),
    ]
    cells: list[list[h.Node]] = [
        [
            h.a(href=f"{RULES}{row.id}/")[row.name],
            [row.limit, h.small[row.subject]],
            [row.now, row.unknown and h.small[row.unknown]],
            str(row.fired),
            badge(row.state, row.state_word),
            form(
                f"{RULES}{row.id}/{'off' if row.is_on else 'on'}",
                button(texts("rules.off" if row.is_on else "rules.on"), "plain"),
                layout="row",
            ),
        ]
        for row in rows
    ]
    return [
        h.div(class_="lead_row")[
            h.p(class_="lead")[texts("rules.lead")], link_button(texts("rules.new"), f"{RULES}new/", "primary")
        ],
        table(columns, cells, texts("rules.none"), caption=texts("title.alert_rules")),
        panel(
            texts("alert.template"),
            h.ul(class_="templates")[
                (h.li[h.a(href=f"{RULES}new/?template={one.value}")[one.label]] for one in templates)
            ],
            hint=texts("alert.template.hint"),
            name="templates",
        ),
    ]


def rule_page(
    rule_id: str, filled: RuleFilled, choices: RuleChoices, preview: Preview | None, texts: Catalogue, *, is_on: bool
) -> h.Node:
    """One rule. `rule_id` "": a new one; `is_on`: as it stands."""
    action = f"{RULES}{rule_id}/" if rule_id else f"{RULES}new/"
    wrong = filled.error("") or (texts("form.wrong") if filled.errors else "")
    fields = form(
        action,
        text_field(
            "name", texts("rules.name"), filled.value("name"), error=filled.error("name"), required=True, maxlength=60
        ),
        h.div(class_="parts")[_what(filled, choices, texts), _when(filled, texts), _whom(filled, choices, texts)],
        actions(button(texts("form.save")), link_button(texts("form.cancel"), ROOT)),
        error=wrong,
        layout="wide",
    )
    return h.div(class_=["columns", "rule", not rule_id and "alone"])[
        panel(texts("rules.new") if not rule_id else filled.value("name"), fields),
        bool(rule_id) and h.div(class_="stack")[_preview(preview, texts), _switching(rule_id, texts, is_on=is_on)],
    ]


def _what(filled: RuleFilled, choices: RuleChoices, texts: Catalogue) -> h.Element:
    of = [Option(name, texts(f"rules.of.{name}")) for name in ("queues", "teams", "agents")]
    worse = [Option("", texts("rules.worse.own")), *_options("rules.worse", ("above", "below"), texts)]
    return h.fieldset(class_="part")[
        h.legend[texts("rules.part.what")],
        _choice("metric", choices.metrics, filled, texts),
        _choice("window", choices.windows, filled, texts),
        h.div(class_="pair")[
            _choice("worse", worse, filled, texts),
            text_field(
                "threshold",
                texts("rules.threshold"),
                filled.value("threshold"),
                hint=texts("rules.threshold.hint"),
                error=filled.error("threshold"),
                inputmode="decimal",
                maxlength=12,
            ),
        ],
        _choice("of", of, filled, texts),
        check_field("each", texts("rules.each"), is_checked=bool(filled.value("each")), hint=texts("rules.each.hint")),
        checks_field(
            "queues",
            texts("rules.queues"),
            choices.queues,
            filled.lists.get("queues", ()),
            error=filled.error("ids") if filled.value("of") == "queues" else "",
            empty=texts("rules.queues.none"),
        ),
        checks_field(
            "teams",
            texts("rules.teams"),
            choices.teams,
            filled.lists.get("teams", ()),
            error=filled.error("ids") if filled.value("of") == "teams" else "",
            empty=texts("rules.teams.none"),
        ),
        area_field(
            "agents",
            texts("rules.agents"),
            filled.value("agents"),
            hint=texts("rules.agents.hint"),
            error=filled.error("agents") or (filled.error("ids") if filled.value("of") == "agents" else ""),
        ),
    ]


def _when(filled: RuleFilled, texts: Catalogue) -> h.Element:
    days = [Option(str(day), texts(f"rules.weekday.{day}")) for day in range(1, 8)]
    return h.fieldset(class_="part")[
        h.legend[texts("rules.part.when")],
        h.div(class_="pair")[
            (
                text_field(
                    name,
                    texts(f"rules.{name}"),
                    filled.value(name),
                    error=filled.error(name),
                    inputmode="numeric",
                    maxlength=4,
                )
                for name in ("hold_s", "recover_s")
            )
        ],
        h.div(class_="in_a_row")[
            checks_field(
                "weekdays",
                texts("rules.weekdays"),
                days,
                filled.lists.get("weekdays", ()),
                error=filled.error("weekdays"),
            )
        ],
        (
            text_field(
                name,
                texts(f"rules.{name}"),
                filled.value(name),
                hint=texts(f"rules.{name}.hint"),
                error=filled.error(name),
            )
            for name in ("hours", "quiet")
        ),
    ]


def _whom(filled: RuleFilled, choices: RuleChoices, texts: Catalogue) -> h.Element:
    levels = [Option(name, texts(f"alert.level.{name}")) for name in ("amber", "red")]
    sounds = list(_options("rules.sound", ("none", "chime", "bell", "alarm"), texts))
    return h.fieldset(class_="part")[
        h.legend[texts("rules.part.whom")],
        _choice("level", levels, filled, texts),
        check_field("desks", texts("rules.desks"), is_checked=bool(filled.value("desks")), error=filled.error("desks")),
        _choice("sound", sounds, filled, texts),
        checks_field(
            "channels",
            texts("rules.channels"),
            choices.channels,
            filled.lists.get("channels", ()),
            error=filled.error("channels"),
            empty=texts("rules.channels.none"),
        ),
    ]


def _preview(preview: Preview | None, texts: Catalogue) -> h.Node:
    if preview is None:
        return None
    return panel(
        texts("rules.preview"),
        facts(
            Fact(texts("rules.preview.now"), preview.now),
            Fact(texts("rules.preview.fired"), preview.fired),
            Fact(texts("rules.preview.would"), preview.would),
        ),
        name="preview",
    )


def _switching(rule_id: str, texts: Catalogue, *, is_on: bool) -> h.Element:
    word = "off" if is_on else "on"
    return panel(
        texts("rules.state"),
        form(f"{RULES}{rule_id}/{word}", actions(button(texts(f"rules.{word}"), "plain" if is_on else "primary"))),
        form(
            f"{RULES}{rule_id}/remove",
            h.p(class_="hint")[texts("rules.remove.hint")],
            actions(button(texts("rules.remove"), "danger")),
        ),
    )


def _choice(name: str, options: Sequence[Option], filled: RuleFilled, texts: Catalogue) -> h.Element:
    return choice_field(name, texts(f"rules.{name}"), options, filled.value(name), error=filled.error(name))


def _options(prefix: str, names: Sequence[str], texts: Catalogue) -> Sequence[Option]:
    return [Option(name, texts(f"{prefix}.{name}")) for name in names]
