"""From whatever somebody uploads to a picture that we have written ourselves.

Nothing of the file goes on but its first frame's dots: they are decoded, turned as the camera held it, made small enough, and
encoded anew. What else a file may carry (text, places, profiles, scripts, a second file behind the first) ends here. Only PNG,
JPEG and WebP are looked at, by what they begin with and not by their name; sizes are looked at before anything is decoded.
"""

from __future__ import annotations

import io
import threading
from dataclasses import dataclass
from typing import Final

from PIL import Image, ImageOps

from dashboard.refusal import Refused

MOST_BYTES: Final = 5 * 1024 * 1024
MOST_DOTS: Final = 40_000_000
LONGEST_SIDE: Final = 1920
MOST_BYTES_OUT: Final = 1024 * 1024

_FORMATS: Final = {b"\x89PNG\r\n\x1a\n": "PNG", b"\xff\xd8\xff": "JPEG", b"RIFF": "WEBP"}
_ORIENTATION: Final = 0x0112
_TURNS: Final = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
_QUALITIES: Final = (90, 75, 60)
_one_at_a_time: Final = threading.Lock()
"""A large picture takes a quarter of a gigabyte while it is decoded."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """A picture as we have encoded it."""

    media_type: str
    width: int
    height: int
    body: bytes


def drawn(uploaded: bytes) -> Drawn:
    """The picture of an uploaded file. Raises `Refused` for what is none, or too large."""
    kind = _kind(uploaded)
    with _one_at_a_time:
        return _encoded(_dots(uploaded, kind))


def portrait(uploaded: bytes, side: int) -> bytes:
    """The middle of an uploaded picture as a square of `side` dots, on white where it is see-through: WebP. Raises `Refused` as `drawn`
    does."""
    kind = _kind(uploaded)
    with _one_at_a_time:
        found = _dots(uploaded, kind)
        image = ImageOps.fit(found, (side, side), Image.Resampling.LANCZOS).convert("RGBA")
        on_white = Image.alpha_composite(Image.new("RGBA", image.size, "white"), image).convert("RGB")
        bare = Image.frombytes("RGB", on_white.size, on_white.tobytes())
        return _written(bare, "WEBP", quality=_QUALITIES[0], method=4)


def _kind(uploaded: bytes) -> str:
    if len(uploaded) > MOST_BYTES:
        raise Refused("boards.refused.picture_bytes", "file", most=MOST_BYTES // 1024**2)
    kind = next((name for begin, name in _FORMATS.items() if uploaded.startswith(begin)), "")
    if not kind:
        is_svg = b"<svg" in uploaded[:4096].lower()
        raise Refused("boards.refused.picture_svg" if is_svg else "boards.refused.picture_kind", "file")
    return kind


def _dots(uploaded: bytes, kind: str) -> Image.Image:
    """RGB or RGBA, upright, no side longer than `LONGEST_SIDE`."""
    try:
        with Image.open(io.BytesIO(uploaded), formats=(kind,)) as image:
            _require_dots(image.width * image.height)
            orientation = _orientation(image)
            image.draft("RGB", (2 * LONGEST_SIDE, 2 * LONGEST_SIDE))  # a JPEG is made smaller while it is decoded
            image.seek(0)
            image.load()
            found = _coloured(image)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise _too_many_dots() from None
    except Refused:
        raise
    except Exception as error:  # whatever a decoder raises for bytes that are made to break it
        raise Refused("boards.refused.picture_broken", "file") from error
    found.thumbnail((LONGEST_SIDE, LONGEST_SIDE))
    turn = _TURNS.get(orientation)
    return found if turn is None else found.transpose(turn)


def _require_dots(count: int) -> None:
    if count > MOST_DOTS:
        raise _too_many_dots()


def _too_many_dots() -> Refused:
    return Refused("boards.refused.picture_dots", "file", most=MOST_DOTS // 1_000_000)


def _orientation(image: Image.Image) -> int:
    """How the camera was held; 1 for what says nothing that can be read."""
    try:
        found = image.getexif().get(_ORIENTATION, 1)
    except Exception:  # noqa: BLE001 — the picture may be good whatever its notes are
        return 1
    return found if isinstance(found, int) else 1


def _coloured(image: Image.Image) -> Image.Image:
    if image.mode.startswith("I"):  # 16 bits of grey: the upper eight of them
        return image.convert("I").point(lambda dot: dot * (1 / 256)).convert("L").convert("RGB")
    has_alpha = image.mode in {"RGBA", "LA", "PA", "La", "RGBa"} or "transparency" in image.info
    return image.convert("RGBA" if has_alpha else "RGB")


def _encoded(image: Image.Image) -> Drawn:
    """As PNG where that is small (logos), else as WebP, made smaller until it is small enough."""
    bare = Image.frombytes(image.mode, image.size, image.tobytes())  # nothing but dots: no profile, no text
    body = _written(bare, "PNG", optimize=True)
    if len(body) <= MOST_BYTES_OUT // 4:
        return Drawn("image/png", *bare.size, body)
    while True:
        for quality in _QUALITIES:
            body = _written(bare, "WEBP", quality=quality, method=4)
            if len(body) <= MOST_BYTES_OUT:
                return Drawn("image/webp", *bare.size, body)
        bare = bare.resize((max(1, bare.width * 3 // 4), max(1, bare.height * 3 // 4)))


def _written(image: Image.Image, kind: str, **options: int) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()
