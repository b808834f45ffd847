"""A historian's post as a process of its own, which a test kills: URL of the database, port of the mail server, the time (ms)."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from dashboard.settings import MailSettings
from dashboard.store import open_store
from tests.reports.post_room import PostRoom


def main() -> None:
    url, port, now_ms = sys.argv[1:]
    mail = MailSettings(host="localhost", port=int(port), security="none", sender="floor@example.com")
    room = PostRoom(open_store(url), Path(tempfile.mkdtemp()), mail, answer_s=60, deadline_s=60)
    room.clock.ms = int(now_ms)
    room.mailing.look()


if __name__ == "__main__":
    main()
