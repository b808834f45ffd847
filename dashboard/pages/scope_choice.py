"""Between a scope and the fields in which a person chooses one: only what lies within their own is offered, by name."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from dashboard.access.actor import Actor, Grant
from dashboard.access.permissions import Permission
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.directory import Directory
from dashboard.directory.settings_of import OTHERS
from dashboard.pages.forms import Posted
from layouts.forms.fields import Option
from layouts.forms.scope_fields import ScopeChoice


def offered(directory: Directory, actor: Actor, within: Scope, chosen: Scope, lang: str) -> ScopeChoice:
    """The fields for `chosen`. `within`: where the actor's permission holds. Needs `DIRECTORY_VIEW`, for the names."""
    teams = directory.teams.listed(actor)
    reach = within.with_subteams({team.id: team.parent_id or "" for team in teams})
    return ScopeChoice(
        queues=tuple(
            Option(queue, name)
            for queue, name in queue_names(directory, actor, lang).items()
            if within.has_queue(queue)
        ),
        teams=tuple(
            Option(team.id, "\u3000" * team.depth + name_in(lang, team.name_zh, team.name_en, team.id))
            for team in teams
            if within.is_everything or reach.has_team(team.id)
        ),
        may_everything=within.is_everything,
        is_everything=chosen.is_everything,
        chosen_queues=chosen.queues or frozenset(),
        chosen_teams=chosen.teams,
    )


def reader_of(actor: Actor, within: Scope) -> Actor:
    """The same, to whom queues and teams `within` have names. For scopes of the floor: who sees it reads the names there."""
    return replace(actor, grants=(*actor.grants, Grant("", within, frozenset({Permission.DIRECTORY_VIEW}))))


def posted_scope(posted: Posted) -> Scope:
    """What the fields say; not checked against anybody's scope."""
    if posted["everything"]:
        return EVERYTHING
    return Scope(frozenset(posted.all("queues")), frozenset(posted.all("teams")))


def queue_names(directory: Directory, actor: Actor, lang: str) -> Mapping[str, str]:
    """The actor's queues by id: the confirmed ones by name, then those that the switch alone knows."""
    known = {
        row.id: name_in(lang, row.entry.name_zh, row.entry.name_en, row.id)
        for row in directory.queues.listed(actor)
        if row.id != OTHERS
    }
    return known | {queue: queue for queue in directory.queues.unconfirmed(actor)}


def team_names(directory: Directory, actor: Actor, lang: str) -> Mapping[str, str]:
    """The actor's teams by id."""
    return {team.id: name_in(lang, team.name_zh, team.name_en, team.id) for team in directory.teams.listed(actor)}


def name_in(lang: str, zh: str, en: str, fallback: str) -> str:
    """A name in a language, else in the other, else the id."""
    return ((zh or en) if lang.startswith("zh") else (en or zh)) or fallback
