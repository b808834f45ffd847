"""`floorwatch user …`: the whole life of an account from the terminal, in words, with no secret on the command line."""

from __future__ import annotations

import json
import re
import stat
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import Engine
from typer.testing import CliRunner, Result

from dashboard.access.accounts import Accounts
from dashboard.cli import app
from dashboard.pages.services import Services
from dashboard.settings import load
from tests.access.ledger import lines_of
from tests.access.rooms import FIREFOX, HOME, OTHER, PASSWORD
from tests.redis_server import RedisServer

User = Callable[..., Result]


@pytest.fixture
def user(
    database_url: str, shared_valkey: RedisServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Result]:
    """Runs `floorwatch user …` on a site of its own."""
    config = tmp_path / "floorwatch.toml"
    lines = [f'data = "{tmp_path}"', f'redis_url = "{shared_valkey.url}"', f'database_url = "{database_url}"']
    config.write_text("\n".join(lines), encoding="utf-8")
    monkeypatch.setenv("FLOORWATCH_CONFIG", str(config))

    def run(*words: str, stdin: str = "") -> Result:
        return CliRunner().invoke(app, ["user", *words], input=stdin)

    return run


def right(done: Result) -> str:
    """What it printed."""
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.usefixtures("redis")
def test_the_life_of_an_account(user: User, engine: Engine, tmp_path: Path) -> None:
    services = Services.of(load())
    accounts: Accounts = services.accounts
    assert "/first-admin and type this start code" in right(user("first-admin"))
    right(user("add", "root", "--name", "王芳", "--role", "admin", "--password", "--final", stdin=f"{PASSWORD}\n"))
    assert accounts.verify_password("root", PASSWORD, HOME).kind == "ok"
    assert "there is an administrator already" in user("first-admin").stderr
    added = right(user("add", "bo", "--role", "supervisor:team=sales,queue=600", "--role", "agent"))
    code = re.search(r"[2-9A-Z]{4}(-[2-9A-Z]{4}){6}", added)
    assert code is not None
    services.invitations.redeem(code[0], PASSWORD, HOME)
    (bo,) = [one for one in json.loads(right(user("list", "--json"))) if one["login"] == "bo"]
    assert bo["roles"] == ['supervisor {"queues":["600"],"teams":["sales"]}', "agent"]
    assert right(user("role", "bo", "manager")) == "bo: manager.\n"
    session = services.sessions.begin(accounts.verify_password("bo", PASSWORD, HOME).account_id, HOME, FIREFOX)
    assert "Firefox 145, Linux" in right(user("sessions", "bo"))
    assert right(user("revoke", "bo")) == "bo: 1 sessions ended.\n"
    assert services.sessions.read(session) is None
    assert "to be changed" in right(user("password", "bo", stdin=f"{OTHER}\n"))
    assert "temporary password" in right(user("list"))
    right(user("invite", "bo", "--reset"))
    assert "no password" in right(user("list"))
    right(user("disable", "bo", "--reason", "left"))
    assert "disabled" in right(user("list"))
    right(user("enable", "bo"))
    right(user("reset-second-factor", "bo"))
    right(user("rotate-key"))
    assert stat.S_IMODE((tmp_path / "secrets" / "access.key").stat().st_mode) == 0o600
    lines = lines_of(engine)
    assert [line.reason for line in lines if line.action == "account.disabled"] == ["left"]
    assert {line.actor_kind for line in lines} == {"system", "person"}
    assert not any(secret in str(lines) for secret in (PASSWORD, OTHER, code[0]))
    services.close()


BAD: list[tuple[tuple[str, ...], str, str]] = [
    (("role", "nobody", "manager"), "", "There is no such account"),
    (("role", "root", "emperor"), "", "there is no role 'emperor'. There are admin, manager,"),
    (("role", "root", "supervisor:teams=sales"), "", "write where it holds like supervisor:team=sales,queue=600"),
    (("role", "root", "admin:team=sales"), "", "cannot be limited"),
    (("role", "root"), "", "the last enabled administrator"),
    (("disable", "root"), "", "the last enabled administrator"),
    (("add", "root"), "", "The login root is taken"),
    (("add", "a b"), "", "A login begins with a letter or digit"),
    (("add", "new", "--password"), "", "no password came"),
    (("add", "new", "--password"), "password1\n", "easy to guess"),
    (("password", "root"), "short\n", "too short: 8 characters"),
]


@pytest.mark.usefixtures("redis")
def test_bad_input_is_one_sentence(user: User) -> None:
    right(user("add", "root", "--role", "admin", "--password", "--final", stdin=f"{PASSWORD}\n"))
    for words, stdin, sentence in BAD:
        done = user(*words, stdin=stdin)
        assert done.exit_code == 2, done.output
        assert len([line for line in done.stderr.splitlines() if line.startswith("floorwatch: ")]) == 1
        assert sentence in done.stderr
    assert len(json.loads(right(user("list", "--json")))) == 1


def test_a_database_without_schema(user: User, tmp_path: Path) -> None:
    text = (tmp_path / "floorwatch.toml").read_text(encoding="utf-8")
    empty = re.sub(r'database_url = ".*"', f'database_url = "sqlite:///{tmp_path}/empty.sqlite"', text)
    (tmp_path / "floorwatch.toml").write_text(empty, encoding="utf-8")
    done = user("list")
    assert done.exit_code == 1
    assert "run floorwatch db upgrade" in done.stderr


def test_no_command_takes_a_password_as_an_argument(user: User) -> None:
    """Whoever runs `ps` would read it."""
    for command in ("add", "password"):
        assert "--password TEXT" not in right(user(command, "--help"))
        assert user(command, "anna", "--password", PASSWORD).exit_code == 2
