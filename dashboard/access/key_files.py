"""Files with secret keys: for their user alone, written in one piece, and of two processes that make the first one, one does."""

from __future__ import annotations

import contextlib
import os
import tempfile
from pathlib import Path


def write_key_file(file: Path, body: bytes, *, is_first: bool = False) -> None:
    """`is_first`: a file that is there meanwhile stays as it is. Raises `OSError`."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    number, name = tempfile.mkstemp(dir=file.parent, prefix=".key-")  # mode 0600
    with os.fdopen(number, "wb") as whole:
        whole.write(body)
        whole.flush()
        os.fsync(whole.fileno())
    if not is_first:
        Path(name).replace(file)
        return
    with contextlib.suppress(FileExistsError):
        os.link(name, file)
    Path(name).unlink()
