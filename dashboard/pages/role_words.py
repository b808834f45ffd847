"""Roles and scopes in words, as people read them."""

from __future__ import annotations

from collections.abc import Iterable

from dashboard.access.account_view import RoleGiven
from dashboard.access.actor import Actor
from dashboard.access.permissions import Permission, Role
from dashboard.access.scope import Scope
from dashboard.directory import Directory
from dashboard.pages.scope_choice import queue_names, team_names
from layouts.forms.account import RoleLine
from layouts.texts import Catalogue


def role_name(role: str, texts: Catalogue) -> str:
    """A role that this release does not know keeps its id."""
    return texts.words.get(f"role.{role}", role)


class ScopeWords:
    """Names of queues and teams, asked for once. `reader`: without `DIRECTORY_VIEW` they read ids."""

    def __init__(self, directory: Directory, reader: Actor, texts: Catalogue) -> None:
        self._texts = texts
        may = reader.may(Permission.DIRECTORY_VIEW)
        self._queues = queue_names(directory, reader, texts.lang) if may else {}
        self._teams = team_names(directory, reader, texts.lang) if may else {}

    def of(self, scope: Scope) -> str:
        """`Sales, Support`, or that it is everything."""
        if scope.is_everything:
            return self._texts("scope.everything")
        names = [self._queues.get(queue, queue) for queue in sorted(scope.queues or ())]
        names += [self._teams.get(team, team) for team in sorted(scope.teams)]
        return self._texts.listing(names) or self._texts("form.none")

    def lines(self, roles: Iterable[RoleGiven]) -> tuple[RoleLine, ...]:
        """Each role with where it holds; an agent's follows from the person."""
        return tuple(
            RoleLine(
                role_name(given.role, self._texts),
                self._texts("role.agent.where") if given.role == Role.AGENT else self.of(given.scope),
            )
            for given in roles
        )
