"""The way in on the first day: `floorwatch web` prints a one-time code before its workers start, as long as there is no
administrator. Whoever reads the server's terminal owns the server; nobody else gets to see the code, and no default password
is ever open to all.
"""

from __future__ import annotations

import sys

from dashboard.commands.outcome import note
from dashboard.pages.services import Services
from dashboard.settings import Settings
from dashboard.store.engine import StoreError
from dashboard.store.migrate import upgrade


def announce(settings: Settings) -> None:
    """Prints a code when the server starts, if there is no administrator. Goes on without one while the database is away:
    screens need none. Raises `SettingsError`."""
    try:
        print_code(settings)
    except StoreError as error:
        note(f"whether there is an administrator cannot be told yet. {error}")


def print_code(settings: Settings) -> bool:
    """Prints a new code; False if there is an administrator. Brings the database to this release's schema, as any process may.

    Raises `StoreError`, `SettingsError`.
    """
    services = Services.of(settings)
    try:
        upgrade(services.engine)
        code = services.invitations.first_admin_code()
    finally:
        services.close()
    if code is not None:
        sys.stdout.write(_sentence(address(settings), code))
        sys.stdout.flush()
    return code is not None


def address(settings: Settings) -> str:
    """Where the page is that takes the code."""
    host = "localhost" if settings.web.host in {"0.0.0.0", "::", "127.0.0.1", "::1"} else settings.web.host  # noqa: S104 — compared, not bound
    return f"{settings.web.public_url.rstrip('/') or f'http://{host}:{settings.web.port}'}/first-admin"


def _sentence(where: str, code: str) -> str:
    return (
        f"\n  There is no administrator yet. Open {where} and type this start code there:\n\n"
        f"      {code}\n\n"
        "  It works once, within 24 hours, and not any more after the next start.\n\n"
    )
