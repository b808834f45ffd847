"""Files that people upload: pictures, and boards written by hand."""

from __future__ import annotations

import io
import json
from typing import Any

from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from tests.wallboards.library_room import document


def png(colour: tuple[int, int, int] = (200, 30, 60), size: tuple[int, int] = (320, 120)) -> bytes:
    """A picture."""
    out = io.BytesIO()
    Image.new("RGB", size, colour).save(out, "PNG")
    return out.getvalue()


def wrong_document() -> dict[str, Any]:
    """Mistakes in every part of a board, twenty and more."""
    board = document() | {
        "theme": "pink", "lang": "fr", "queues": "sales", "colour": "red", "rotation": {"stops_on_red": "yes"},
        "sounds": {"volume": 500, "quiet": [{"from": "25:00", "to": "08:00"}]},
        "ticker": {"seconds": 1, "messages": [{"text": {"en": "x"}, "from": "18:00", "priority": "urgent"}]},
    }  # fmt: skip
    at = {"x": 0, "y": 0, "w": 12, "h": 12}
    board["pages"] = [
        {
            "seconds": 1,
            "tiles": [
                {"id": "a", "kind": "number", "metric": "nobody_knows", "at": at},
                {"id": "b", "kind": "number", "metric": "waiting", "window": "week", "at": at},
                {"id": "UPPER", "kind": "number", "metric": "waiting", "at": at},
                {"id": "d", "kind": "piechart", "at": at},
                {"id": "e", "kind": "text", "size": "huge", "at": at},
                {"id": "f", "kind": "top_list", "rows": 99, "at": at},
                {"id": "g", "kind": "countdown", "until": "tomorrow", "at": at},
                {"id": "h", "kind": "picture", "picture": "<svg onload=alert(1)>", "at": at},
                {"id": "i", "kind": "clock", "seconds": 1, "at": {"x": 30, "y": -1, "w": 0, "h": "two"}},
            ],
        }
    ]
    return board


def send(client: FlaskClient, path: str, name: str, body: bytes, **fields: str) -> TestResponse:
    """Posts a file with other fields."""
    data: dict[str, Any] = {**fields, "file": FileStorage(io.BytesIO(body), name)}
    boundary, whole = encode_multipart(data)
    return client.post(path, data=whole, content_type=f'multipart/form-data; boundary="{boundary}"')


def as_file(board: dict[str, Any]) -> bytes:
    """As people write it."""
    return json.dumps(board, ensure_ascii=False, indent=1).encode()
