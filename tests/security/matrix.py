"""Who may what, written down a second time, by people for people: the tests hold the product to it.

It names no permission and asks no table of the product: a permission that is given to a wrong role, or a route with a wrong
need, disagrees with this file. Every route of the page server must match exactly one line of `PAGES`, so that a new page without a
line here fails.
"""

from __future__ import annotations

import re

ADMIN, MANAGER, SUPERVISOR, QUALITY = "admin", "manager", "supervisor", "quality"
TRAINER, ANALYST, AGENT, AUDITOR = "trainer", "analyst", "agent", "auditor"
SCREEN = "screen"
"""No role: a paired TV, signed in by its device."""

PEOPLE = frozenset({ADMIN, MANAGER, SUPERVISOR, QUALITY, TRAINER, ANALYST, AGENT, AUDITOR})
FLOOR = frozenset({ADMIN, MANAGER, SUPERVISOR, QUALITY, TRAINER, ANALYST})
DIRECTORY = frozenset({ADMIN, MANAGER, SUPERVISOR, ANALYST, AUDITOR})
EDITORS = frozenset({ADMIN, MANAGER})

LISTENERS = frozenset({MANAGER, SUPERVISOR, QUALITY, TRAINER})

REPORTERS = frozenset({MANAGER, SUPERVISOR, QUALITY, ANALYST})

PAGES: tuple[tuple[str, str, frozenset[str]], ...] = (
    ("GET", r"/", PEOPLE | {SCREEN}),
    ("GET", r"/floor/(?!assets|_dash-component).*", FLOOR),
    ("POST", r"/floor/_dash-update-component", FLOOR),
    ("GET", r"/monitor/(?!assets|_dash-component).*", LISTENERS),
    ("POST", r"/monitor/(_dash-update-component|note)", LISTENERS),
    ("GET", r"/(today|queues)/(?!assets|_dash-component).*", REPORTERS),
    ("POST", r"/(today|queues)/_dash-update-component", REPORTERS),
    ("GET", r"/wall/(?!assets|_dash-component).*", FLOOR | {SCREEN}),
    ("POST", r"/wall/_dash-update-component", FLOOR | {SCREEN}),
    ("GET", r"/leaderboard/(?!assets|_dash-component).*", FLOOR - {ADMIN} | {SCREEN}),
    ("POST", r"/leaderboard/_dash-update-component", FLOOR - {ADMIN} | {SCREEN}),
    ("GET", r"/me/(?!assets|_dash-component|appearance).*", frozenset({AGENT})),
    ("GET", r"/me/appearance/", PEOPLE),
    ("POST", r"/me/appearance/(picture(/remove)?)?", PEOPLE),
    ("GET", r"/avatars/<avatar_id>", PEOPLE | {SCREEN}),
    ("GET", r"/admin/leaderboards/appearances/(<person_id>/)?", frozenset({MANAGER, SUPERVISOR})),
    ("POST", r"/admin/leaderboards/appearances/<person_id>/", frozenset({MANAGER, SUPERVISOR})),
    ("GET", r"/admin/leaderboards/", FLOOR - {ADMIN}),
    (
        "GET",
        r"/admin/leaderboards/(<leaderboard_id>/standings|results/<result_id>/)",
        frozenset({MANAGER, SUPERVISOR, ANALYST}),
    ),
    ("GET", r"/admin/leaderboards/(new|<leaderboard_id>)/", frozenset({MANAGER, SUPERVISOR})),
    ("POST", r"/admin/leaderboards/(new|<leaderboard_id>)/(on|off|copy|remove)?", frozenset({MANAGER, SUPERVISOR})),
    ("POST", r"/admin/leaderboards/results/<result_id>/(publish|correct)", frozenset({MANAGER, SUPERVISOR})),
    (
        "POST",
        r"/admin/leaderboards/(results/<result_id>|<leaderboard_id>)/export",
        frozenset({MANAGER, SUPERVISOR, ANALYST}),
    ),
    ("POST", r"/me/_dash-update-component", frozenset({AGENT})),
    ("GET", r"/screens/(<screen_id>/(revoke)?)?", frozenset({ADMIN, MANAGER, SUPERVISOR})),
    ("POST", r"/screens/(pair|<screen_id>/.*)", frozenset({ADMIN, MANAGER, SUPERVISOR})),
    ("GET", r"/screens/announce", frozenset({ADMIN, MANAGER, SUPERVISOR})),
    ("POST", r"/screens/announce(/<announcement_id>/withdraw)?", frozenset({ADMIN, MANAGER, SUPERVISOR})),
    ("GET", r"/calls/(<path:key>)?|/agents/<path:agent>", REPORTERS),
    ("POST", r"/calls/<path:key>/number", REPORTERS - {ANALYST}),
    ("GET", r"/admin/(people|teams|agents|queues|reasons|business-day)/", DIRECTORY),
    ("GET", r"/admin/people/<person_id>", DIRECTORY),
    ("GET", r"/admin/people/new|/admin/(teams|agents|queues|reasons)/(new|one)|/admin/first-run/", EDITORS),
    ("POST", r"/admin/(people|teams|agents|queues|reasons|business-day|first-run)/.*", EDITORS),
    ("GET", r"/admin/sheets/", EDITORS | {ANALYST}),
    ("POST", r"/admin/sheets/export", EDITORS | {ANALYST}),
    ("GET", r"/admin/sheets/check/<upload_id>", EDITORS),
    ("POST", r"/admin/sheets/check(/<upload_id>)?", EDITORS),
    (
        "GET",
        r"/admin/boards/(new|import|pictures/|<board_id>/(history|restore|export|remove))?",
        frozenset({ADMIN, MANAGER, SUPERVISOR}),
    ),
    (
        "POST",
        r"/admin/boards/(new|import|pictures/(<picture_id>/remove)?|<board_id>/(restore|remove))",
        frozenset({ADMIN, MANAGER, SUPERVISOR}),
    ),
    ("GET", r"/admin/boards/<board_id>(/draft)?", frozenset({ADMIN, MANAGER, SUPERVISOR})),
    ("POST", r"/admin/boards/<board_id>/(draft|publish)", frozenset({ADMIN, MANAGER, SUPERVISOR})),
    ("GET", r"/admin/accounts/(<account_id>/)?", frozenset({ADMIN, AUDITOR})),
    ("GET", r"/admin/accounts/new/", frozenset({ADMIN})),
    ("POST", r"/admin/accounts/.*", frozenset({ADMIN})),
    ("GET", r"/audit/(<int:seq>/)?", frozenset({ADMIN, AUDITOR})),
    ("POST", r"/audit/check", frozenset({ADMIN, AUDITOR})),
    ("GET", r"/audit/export.*", frozenset({AUDITOR})),
    ("POST", r"/audit/export.*", frozenset({AUDITOR})),
    ("GET", r"/alerts/", REPORTERS),
    ("POST", r"/alerts/<alert_id>/(acknowledge|snooze)", frozenset({MANAGER, SUPERVISOR})),
    ("GET", r"/admin/alerts/", frozenset({ADMIN, MANAGER, SUPERVISOR})),
    ("GET", r"/admin/alerts/rules/(new|<rule_id>)/", frozenset({MANAGER, SUPERVISOR})),
    ("POST", r"/admin/alerts/rules/(new|<rule_id>)/(on|off|remove)?", frozenset({MANAGER, SUPERVISOR})),
    ("GET", r"/admin/alerts/channels/((new|<channel_id>)/)?", EDITORS),
    ("POST", r"/admin/alerts/channels/(new|<channel_id>)/(test|remove)?", EDITORS),
    ("GET", r"/admin/business/", frozenset({ADMIN, MANAGER, QUALITY})),
    ("GET", r"/admin/business/(sources/(new)?|measures/)", EDITORS),
    ("POST", r"/admin/business/(sources/(new|<source_id>/remove)|measures/(<name>/remove)?)", EDITORS),
    ("GET", r"/admin/business/import/(check/<upload_id>)?", frozenset({MANAGER, QUALITY})),
    ("POST", r"/admin/business/import/check(/<upload_id>)?", frozenset({MANAGER, QUALITY})),
    ("GET", r"/admin/monitoring/", EDITORS),
    ("POST", r"/admin/monitoring/(queues|spare|unspare)?", EDITORS),
    ("GET", r"/reports/(<report>/)?", REPORTERS),
    ("POST", r"/reports/<report>/export", REPORTERS - {QUALITY}),
    ("GET", r"/reports/schedules/(new|<schedule_id>/)?", REPORTERS - {QUALITY}),
    ("POST", r"/reports/schedules/(new|<schedule_id>/(change|on|off|remove|test))", REPORTERS - {QUALITY}),
    ("GET", r"/account/(?!set-up|phone).*", PEOPLE),
    ("POST", r"/account/(?!set-up|phone).*", PEOPLE),
    ("GET", r"/account/phone/", LISTENERS),
    ("POST", r"/account/phone/(remove)?", LISTENERS),
)
"""(method, rule as Flask writes it, who may)."""

ANYBODY = re.compile(
    r"/healthz|/assets/.*|/(wall|floor|me|monitor|today|queues|leaderboard)/(assets/.*|_dash-component-suites/.*|_favicon\.ico)"
    r"|/sign-in(/.*)?|/sign-out|/first-admin|/welcome|/tv(/.*)?|/account/set-up/|/api/v1/events"
)
"""Doors that decide by themselves: nobody is known yet, or has nothing set up yet."""

TEMPLATES = ("default", "outbound", "escalation", "centre", "team", "agents", "agents-200", "agents-500", "number")
BOARDS: dict[str, frozenset[str]] = dict.fromkeys(TEMPLATES, FLOOR | {SCREEN}) | {
    "floor": FLOOR,
    "monitor": LISTENERS,
    "me": frozenset({AGENT}),
    "today": REPORTERS,
}
"""Whom the gateway shows a board that we ship; the templates are walls, which pages show as well."""

BOARD_EDITORS = frozenset({ADMIN, MANAGER, SUPERVISOR})
NOBODY: frozenset[str] = frozenset()

STORED: dict[str, tuple[frozenset[str], frozenset[str]]] = {
    "ours": (FLOOR, FLOOR),
    "theirs": (FLOOR, NOBODY),
    "of-all": (FLOOR, FLOOR),
    "drafted": (NOBODY, NOBODY),
    "none": (NOBODY, NOBODY),
    "draft:ours": (BOARD_EDITORS, BOARD_EDITORS),
    "draft:theirs": (BOARD_EDITORS, NOBODY),
    "draft:of-all": (BOARD_EDITORS, NOBODY),
    "draft:drafted": (BOARD_EDITORS, BOARD_EDITORS),
    "draft:none": (NOBODY, NOBODY),
    "draft:default": (NOBODY, NOBODY),
}
"""Whom gateway and pages show a board that people made: those who see everything; those who see a narrow scope. `ours` is of that
scope, `theirs` of another one, `of-all` of everything; `drafted` is ours and was never published. For everybody else who may see
walls it is not there."""

API: dict[str, frozenset[str]] = {
    "/api/v1/floor": FLOOR | {AGENT},
    "/api/v1/queues": FLOOR | {AGENT},
    "/api/v1/agents": FLOOR | {AGENT},
    "/api/v1/metrics": FLOOR | {AGENT},
    "/metrics": frozenset({ADMIN}),
}
"""Whom the gateway answers. An agent: about themselves, which a test of its own looks at."""


def who_may(method: str, rule: str) -> frozenset[str]:
    """The one line's roles. Raises `LookupError` for a route that no line knows, or that two do."""
    found = [roles for known, pattern, roles in PAGES if known == method and re.fullmatch(pattern, rule)]
    if len(found) != 1:
        raise LookupError(
            f"{method} {rule}: {len(found)} lines of tests/security/matrix.py know it; write exactly one."
        )
    return found[0]
