"""Sealing what must be readable again (seeds of second factors, addresses of alerts' channels, secrets of business sources) with a key
that is not in the database.

The key file holds Fernet keys, one a line: the first seals, all open. It is made at need, for this user alone (mode 0600).
Whoever steals the database or its backup has no second factor; whoever loses the file has to reset them.
"""

from __future__ import annotations

from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from dashboard.access.key_files import write_key_file


class SealBroken(Exception):  # noqa: N818 — the seal's word
    """The key file cannot be used, or what was sealed was sealed with another key. The text is one sentence."""


class Seal:
    """The file is read each time: a key that was added counts at once in every process."""

    def __init__(self, file: Path) -> None:
        self._file = file

    def close(self, secret: str) -> bytes:
        """Sealed with the newest key; makes the first one. Raises `SealBroken`."""
        if not self._file.exists():
            self._write([Fernet.generate_key()], is_first=True)
        return self._fernet().encrypt(secret.encode())

    def open(self, sealed: bytes) -> str:
        """What was sealed. Raises `SealBroken`."""
        try:
            return self._fernet().decrypt(sealed).decode()
        except InvalidToken as error:
            raise SealBroken(f"{self._file} does not hold the key that this was sealed with.") from error

    def add_key(self) -> None:
        """A new key, first in the file; the others still open. Raises `SealBroken`."""
        others = self._keys() if self._file.exists() else []
        self._write([Fernet.generate_key(), *others])

    def close_again(self, sealed: bytes) -> bytes:
        """The same secret, sealed with the newest key. Raises `SealBroken`."""
        return self.close(self.open(sealed))

    def _fernet(self) -> MultiFernet:
        return MultiFernet([Fernet(key) for key in self._keys()])

    def _keys(self) -> list[bytes]:
        try:
            keys = [line.strip() for line in self._file.read_bytes().splitlines() if line.strip()]
            for key in keys:
                Fernet(key)
        except (OSError, ValueError) as error:
            raise SealBroken(f"{self._file}, the key of second factors, cannot be used ({error}).") from error
        if not keys:
            raise SealBroken(f"{self._file}, the key of second factors, is empty: bring the file back from a backup.")
        return keys

    def _write(self, keys: list[bytes], *, is_first: bool = False) -> None:
        """In one piece. Of two processes that make the first key, one does."""
        try:
            write_key_file(self._file, b"".join(key + b"\n" for key in keys), is_first=is_first)
        except OSError as error:
            raise SealBroken(f"{self._file}, the key of second factors, cannot be written ({error}).") from error
