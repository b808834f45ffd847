"""docs/accounts.md says what the tables and commands say."""

from __future__ import annotations

import re
from pathlib import Path

from dashboard.access.passwords import LONGEST, SHORTEST, Cost
from dashboard.access.permissions import PERMISSIONS, TOKEN_PERMISSIONS, Permission, Role
from dashboard.access.throttle import BY_ACCOUNT, BY_ADDRESS, BY_KNOWN_ADDRESS, LONGEST_S
from dashboard.cli.user import commands

PAGE = Path(__file__).parents[2] / "docs" / "accounts.md"


def roles_table() -> str:
    """The table of roles, as the page has to have it."""
    head = ["| permission | " + " | ".join(Role) + " |", "|---" * (len(Role) + 1) + "|"]
    rows = [
        f"| `{permission}` | " + " | ".join("✓" if permission in PERMISSIONS[role] else "" for role in Role) + " |"
        for permission in Permission
    ]
    return "\n".join([*head, *rows])


def test_the_table_of_roles() -> None:
    assert roles_table() in PAGE.read_text(encoding="utf-8")


def test_what_a_token_can_have() -> None:
    words = ", ".join(f"`{one}`" for one in Permission if one in TOKEN_PERMISSIONS)
    assert words in PAGE.read_text(encoding="utf-8")


def test_every_command_and_no_other() -> None:
    told = set(re.findall(r"`floorwatch user ([a-z-]+)", PAGE.read_text(encoding="utf-8")))
    assert told == {command.name for command in commands.registered_commands}


def test_the_numbers() -> None:
    page = PAGE.read_text(encoding="utf-8")
    assert f"{SHORTEST} to {LONGEST} characters" in page
    assert (Cost().memory_kib // 1024, Cost().passes) == (46, 2)
    assert f"| sign-in, second factor | {BY_ACCOUNT.free} | {BY_ADDRESS['sign_in'].free} |" in page
    assert BY_ADDRESS["sign_in"] == BY_ADDRESS["second_factor"]
    assert f"| one's own password, asked again | {BY_ACCOUNT.free} | {BY_ADDRESS['password'].free} |" in page
    assert {BY_ADDRESS[what].free for what in ("invitation", "first_admin", "pairing")} == {10}
    assert (BY_ACCOUNT.forget_s, BY_ADDRESS["sign_in"].forget_s, LONGEST_S) == (600, 300, 900)
    assert (BY_KNOWN_ADDRESS.free, BY_KNOWN_ADDRESS.forget_s) == (200, 10)
