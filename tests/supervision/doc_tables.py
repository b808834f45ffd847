"""The tables of docs/monitoring.md and docs/monitoring.zh-CN.md, as the code and the catalogues have them.

`python -m tests.supervision.doc_tables` writes them anew, for who adds a reason or changes its sentence.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from collectors.events import CommandKind, MonitorMode
from dashboard.access.permissions import Role, permissions_of
from dashboard.supervision.reasons import Reason
from dashboard.supervision.rights import MODE_NEEDS, NEEDS
from layouts.texts import LANGUAGES, catalogue

DOCS: Final = Path(__file__).parents[2] / "docs"

ROLES: Final = (Role.MANAGER, Role.SUPERVISOR, Role.QUALITY, Role.TRAINER)
"""Those who may anything of it."""

MODES: Final[dict[MonitorMode, tuple[str, str]]] = {
    "listen": ("监听", "listen"),
    "whisper": ("密语", "whisper"),
    "private": ("单向密语", "private whisper"),
    "barge": ("强插", "barge"),
    "takeover": ("接管", "take over"),
}
KINDS: Final[dict[CommandKind, tuple[str, str]]] = {
    "call.hang_up": ("强制挂断", "hang up"),
    "call.move": ("移到其他队列", "move a waiting caller to another queue"),
    "call.pull": ("代接", "pull a waiting caller to oneself"),
    "agent.pause": ("强制示忙", "pause"),
    "agent.resume": ("强制示闲", "resume"),
    "agent.sign_out": ("强制签出", "sign out"),
    "agent.add": ("加入队列", "add to a queue"),
    "agent.penalty": ("修改优先级", "change the penalty"),
}


def rights_table(lang: str) -> str:
    """Who may what."""
    place = 0 if lang == "zh-CN" else 1
    words = catalogue(lang, "access")
    head = [("操作", "what")[place], *(words(f"role.{role}") for role in ROLES)]
    needs = [(MODES[mode][place], MODE_NEEDS[mode]) for mode in MODES]
    needs += [(KINDS[kind][place], NEEDS[kind]) for kind in KINDS]
    rows = [
        f"| {name} | " + " | ".join("✓" if need <= permissions_of(role) else "" for role in ROLES) + " |"
        for name, need in needs
    ]
    return "\n".join(["| " + " | ".join(head) + " |", "|---" * len(head) + "|", *rows])


def reasons_table(lang: str) -> str:
    """Every reason with its sentence."""
    words = catalogue(lang, "monitor")
    head = "| 词 | 提示 |" if lang == "zh-CN" else "| word | sentence |"
    return "\n".join([head, "|---|---|", *(f"| `{reason}` | {words(f'reason.{reason}')} |" for reason in Reason)])


def page_of(lang: str) -> Path:
    """The page in this language."""
    return DOCS / ("monitoring.zh-CN.md" if lang == "zh-CN" else "monitoring.md")


def _written_anew(text: str, table: str) -> str:
    """The page with this table in place of the one of the same heading."""
    head = re.escape(table.splitlines()[0])
    return re.sub(rf"^{head}\n(?:\|.*\n?)*", lambda _: table + "\n", text, flags=re.MULTILINE)


if __name__ == "__main__":
    for tongue in LANGUAGES:
        file = page_of(tongue)
        written = file.read_text(encoding="utf-8")
        for made in (rights_table(tongue), reasons_table(tongue)):
            written = _written_anew(written, made)
        file.write_text(written, encoding="utf-8")
