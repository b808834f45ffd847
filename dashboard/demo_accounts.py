"""The demo's people: one account for each role, with random passwords that are printed and kept in the demo's data folder.

Nobody is signed in by it: a demo has the same doors as a site. A demo that is started again on its folder has the same people.
"""

from __future__ import annotations

import json
import os
import secrets
from dataclasses import asdict, dataclass
from pathlib import Path

from dashboard.access.accounts import RoleGiven
from dashboard.access.actor import Actor, system
from dashboard.access.permissions import Role
from dashboard.access.scope import EVERYTHING, Scope
from dashboard.pages.services import Services
from layouts.texts import catalogue

FILE = "accounts.json"
_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Without look-alikes: people type these from a terminal."""


@dataclass(frozen=True, slots=True)
class DemoAccount:
    """What to type to be `role`. `of`: what a supervisor sees, or who the agent is; "" for the whole floor."""

    role: str
    login: str
    password: str
    of: str = ""


def demo_accounts(folder: Path, services: Services, *, team: str, queue: str) -> list[DemoAccount]:
    """The accounts of the demo in `folder`, made at the first start. `team`, `queue`: the supervisor's own; "" for none.

    The agent is the first person that the directory knows an agent of the switch for.
    """
    file = folder / FILE
    if file.is_file():
        return [DemoAccount(**row) for row in json.loads(file.read_text(encoding="utf-8"))]
    actor = system("floorwatch demo")
    made = [_make(services, actor, role, team, queue) for role in Role]
    _keep(file, made)
    return made


def _make(services: Services, actor: Actor, role: Role, team: str, queue: str) -> DemoAccount:
    scope, of, person_id = EVERYTHING, "", None
    if role is Role.SUPERVISOR and (team or queue):
        scope = Scope(frozenset({queue} - {""}), frozenset({team} - {""}))
        of = ", ".join(name for name in (team, queue) if name)
    if role is Role.AGENT:
        person = next((one for one in services.directory.people.listed(actor) if one.agents), None)
        person_id, of = (person.id, person.display_name) if person is not None else (None, "")
    account = DemoAccount(str(role), str(role), password(), of)
    name = catalogue("zh-CN", "access")(f"role.{role}")
    services.accounts.create(
        actor, account.login, name, password=account.password, roles=[RoleGiven(role, scope)], person_id=person_id
    )
    return account


def password() -> str:
    """Random, 79 bits, in groups of four."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(16))
    return "-".join(letters[start : start + 4] for start in range(0, 16, 4))


def lines(accounts: list[DemoAccount], folder: Path) -> list[str]:
    """What the demo prints."""
    width = max(len(account.login) for account in accounts)
    rows = [f"  {one.login:{width}}  {one.password}  {one.of}".rstrip() for one in accounts]
    return [f"Sign in as one of these (kept in {folder / FILE}):", *rows]


def _keep(file: Path, accounts: list[DemoAccount]) -> None:
    body = json.dumps([asdict(account) for account in accounts], ensure_ascii=False, indent=1)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as out:
        out.write(body + "\n")
