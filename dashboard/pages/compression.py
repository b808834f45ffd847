"""Answers in gzip, for screens without a proxy in between. What never changes is compressed once."""

from __future__ import annotations

import gzip
from functools import lru_cache

from flask import Request, Response

_WORTH_IT = ("text/", "application/json", "application/javascript", "image/svg+xml")
_SMALLEST_BYTES = 1_000


@lru_cache(maxsize=128)
def _packed(body: bytes) -> bytes:
    return gzip.compress(body, compresslevel=6, mtime=0)


def compressed(response: Response, request: Request) -> Response:
    """`response`, in gzip where the browser takes it and it pays."""
    accepts = "gzip" in request.headers.get("Accept-Encoding", "")
    is_text = (response.mimetype or "").startswith(_WORTH_IT)
    if not (accepts and is_text) or response.status_code != 200 or response.content_encoding:
        return response
    response.direct_passthrough = False
    body = response.get_data()
    if len(body) < _SMALLEST_BYTES:
        return response
    response.set_data(_packed(body))
    response.headers["Content-Encoding"] = "gzip"
    response.vary.add("Accept-Encoding")
    etag, is_weak = response.get_etag()
    if etag and not is_weak:
        response.set_etag(etag, weak=True)
    return response
