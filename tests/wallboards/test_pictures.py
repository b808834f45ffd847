"""Pictures that people upload, good ones and such as are made to break something; their copy in Redis."""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Callable
from typing import Any

import pytest
from PIL import Image, PngImagePlugin

from dashboard.access.actor import Denied
from dashboard.access.permissions import Role
from dashboard.access.unavailable import AccessUnavailable
from dashboard.refusal import Refused
from dashboard.wallboards.picture_reading import LONGEST_SIDE, MOST_BYTES, MOST_BYTES_OUT, drawn
from dashboard.wallboards.pictures import Pictures, UnknownPicture
from tests.wallboards.library_room import HELPER, MANAGER, SELLER, SITE, TRAINER, LibraryRoom, person, with_picture
from tests.wallboards.test_published import away

RED, BLUE = (220, 30, 40), (20, 40, 200)


def halves(mode: str = "RGB", size: tuple[int, int] = (40, 20)) -> Image.Image:
    """Left half red, right half blue."""
    image = Image.new("RGB", size, RED)
    image.paste(BLUE, (size[0] // 2, 0, *size))
    return image.convert(mode)


def saved(image: Image.Image, kind: str, **options: Any) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def dots(body: bytes) -> Image.Image:
    with Image.open(io.BytesIO(body)) as image:
        return image.convert("RGBA")


def is_near(found: Any, wanted: tuple[int, ...]) -> bool:
    return all(abs(one - other) < 16 for one, other in zip(found, wanted, strict=False))


def refusal(body: bytes) -> str:
    with pytest.raises(Refused) as refused:
        drawn(body)
    return refused.value.word.removeprefix("boards.refused.picture_")


@pytest.mark.parametrize(
    "body",
    [
        saved(halves(), "PNG"),
        saved(halves(), "JPEG", quality=95),
        saved(halves("CMYK"), "JPEG", quality=95),
        saved(halves().quantize(8), "PNG"),
        saved(halves("RGBA"), "WEBP", lossless=True),
        saved(halves(), "PNG", save_all=True, append_images=[Image.new("RGB", (40, 20))]),
        saved(halves(), "WEBP", save_all=True, append_images=[Image.new("RGB", (40, 20))], lossless=True),
    ],
    ids=["png", "jpeg", "cmyk", "palette", "webp", "animated png", "animated webp"],
)
def test_the_first_frame_of_what_people_upload(body: bytes) -> None:
    found = drawn(body)
    image = dots(found.body)
    assert (found.width, found.height) == image.size == (40, 20)
    assert is_near(image.getpixel((5, 10)), RED)
    assert is_near(image.getpixel((35, 10)), BLUE)
    with Image.open(io.BytesIO(found.body)) as written:
        assert getattr(written, "n_frames", 1) == 1


def test_sixteen_bits_of_grey_stay_grey() -> None:
    grey = Image.new("I;16", (4, 4), 0x8000)
    assert dots(drawn(saved(grey, "PNG")).body).getpixel((1, 1)) == (128, 128, 128, 255)


@pytest.mark.parametrize("mode", ["1", "L", "LA", "RGBA"])
def test_what_is_see_through_stays_so(mode: str) -> None:
    image = Image.new("RGBA", (8, 8), (0, 0, 0, 0)).convert(mode)
    found = dots(drawn(saved(image, "PNG")).body)
    assert found.getpixel((1, 1)) == ((0, 0, 0, 0) if mode in {"LA", "RGBA"} else (0, 0, 0, 255))


@pytest.mark.parametrize(("orientation", "left_top"), [(1, RED), (3, BLUE), (6, RED), (8, BLUE), (99, RED)])
def test_the_camera_was_held_otherwise(orientation: int, left_top: tuple[int, int, int]) -> None:
    notes = Image.Exif()
    notes[0x0112] = orientation
    notes[0x8825] = {1: "N", 2: (31.0, 14.0, 3.0)}
    found = drawn(saved(halves(), "JPEG", quality=95, exif=notes))
    assert (found.width, found.height) == ((20, 40) if orientation in {6, 8} else (40, 20))
    assert is_near(dots(found.body).getpixel((2, 2)), left_top)


def test_nothing_but_dots_goes_on() -> None:
    notes = PngImagePlugin.PngInfo()
    notes.add_text("Comment", "secret place")
    exif = Image.Exif()
    exif[0x010E] = "secret place"
    polyglot = saved(halves(), "PNG", pnginfo=notes, exif=exif, icc_profile=b"secret place" * 20)
    polyglot += b"PK\x03\x04<script>alert(1)</script>secret place"
    found = drawn(polyglot)
    assert b"secret" not in found.body
    assert b"script" not in found.body
    with Image.open(io.BytesIO(found.body)) as image:
        image.load()
        assert image.info.get("icc_profile") is None
        assert dict(image.getexif()) == {}
        assert not getattr(image, "text", {})


def chunk(name: bytes, body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + name + body + struct.pack(">I", zlib.crc32(name + body))


def bomb(width: int, height: int, *more: bytes) -> bytes:
    """A PNG of a few bytes that says it is this large."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0" * 1000)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(more) + chunk(b"IDAT", body) + chunk(b"IEND", b"")


def test_what_is_made_to_break_something() -> None:
    for width, height in ((6400, 6400), (12_000, 12_000), (60_000, 60_000), (2**31 - 1, 2**31 - 1)):
        assert refusal(bomb(width, height)) == "dots"
    assert refusal(bomb(0, 0)) == "broken"
    text = chunk(b"zTXt", b"x\0\0" + zlib.compress(b"a" * 80_000_000))
    assert refusal(bomb(10, 10, text)) == "broken"
    good = saved(halves(), "PNG")
    assert refusal(good[: len(good) // 2]) == "broken"
    jpeg = saved(halves(size=(400, 400)), "JPEG")
    assert refusal(jpeg[: len(jpeg) // 2]) == "broken"
    webp = saved(halves(), "WEBP")
    assert refusal(webp[: len(webp) // 2]) == "broken"
    assert refusal(b"RIFF\x04\0\0\0WAVE") == "broken"
    assert refusal(b"\xff\xd8\xff\xe1\xff\xff" + b"\xff" * 100) == "broken"
    assert refusal(good + b"\0" * MOST_BYTES) == "bytes"


@pytest.mark.parametrize(
    ("body", "word"),
    [
        (b"", "kind"),
        (b"GIF89a" + b"\0" * 50, "kind"),
        (b"BM" + b"\0" * 50, "kind"),
        (b"%!PS-Adobe-3.0 EPSF-3.0", "kind"),
        (b"II*\0" + b"\0" * 50, "kind"),
        (b"<!DOCTYPE html><script>", "kind"),
        (b"\x89PNG", "kind"),
        (b'<?xml version="1.0"?><!-- --><SVG onload="alert(1)">', "svg"),
    ],
)
def test_only_three_kinds_are_looked_at(body: bytes, word: str) -> None:
    assert refusal(body) == word


def test_large_pictures_become_small_enough() -> None:
    noise = Image.effect_noise((4000, 3000), 120).convert("RGB")
    found = drawn(saved(noise, "JPEG", quality=15))
    assert max(found.width, found.height) <= LONGEST_SIDE
    assert abs(found.width / found.height - 4 / 3) < 0.01
    assert len(found.body) <= MOST_BYTES_OUT
    thin = drawn(saved(Image.new("RGB", (9000, 3), RED), "PNG"))
    assert (thin.width, thin.height) == (LONGEST_SIDE, 1)


def test_the_shelf(room: LibraryRoom) -> None:
    pictures = room.pictures
    first = pictures.add(SELLER, " logo \n one ", saved(halves(), "PNG"))
    assert pictures.add(HELPER, "the same", saved(halves(), "PNG")) == first, "the same dots are kept once"
    (card,) = pictures.listed(HELPER)
    assert (card.name, card.made_by, card.width, card.height, card.is_used) == ("logo one", "Sally", 40, 20, False)
    assert room.actions == ["picture.added"]
    assert pictures.file(TRAINER, first).media_type == "image/png"
    room.library.imported(MANAGER, _bytes(first), scope=room.library.scope_of(MANAGER), board_id="logo")
    for actor, names, others in ((MANAGER, "Logo wall", 0), (SELLER, "–", 1)):
        with pytest.raises(Refused) as refused:
            pictures.remove(actor, first)
        assert refused.value.values == {"names": names, "others": others}
    room.library.remove(MANAGER, "logo")
    pictures.remove(HELPER, first)
    assert pictures.listed(SELLER) == []
    assert room.actions[-1] == "picture.removed"
    for deed in (lambda: pictures.remove(SELLER, first), lambda: pictures.file(SELLER, first)):
        with pytest.raises(UnknownPicture):
            deed()
    for name in ("", " ", "x" * 101, "a\x00b"):
        with pytest.raises(Refused):
            pictures.add(SELLER, name, saved(halves(), "PNG"))
    denied: list[Callable[[], Any]] = [
        lambda: pictures.listed(TRAINER),
        lambda: pictures.add(TRAINER, "x", saved(halves(), "PNG")),
        lambda: pictures.remove(TRAINER, first),
        lambda: pictures.file(person(Role.AGENT), first),
    ]
    for deed in denied:
        with pytest.raises(Denied):
            deed()


def test_a_wall_has_its_pictures_while_the_database_is_away(room: LibraryRoom) -> None:
    shown = room.pictures.add(SELLER, "shown", saved(halves(), "PNG"))
    other = room.pictures.add(SELLER, "other", saved(halves(size=(60, 20)), "PNG"))
    room.library.imported(MANAGER, _bytes(shown), scope=room.library.scope_of(MANAGER), board_id="logo")
    room.library.publish(MANAGER, "logo", 1)
    bodies = {picture: room.pictures.file(TRAINER, picture) for picture in (shown, other)}
    engine = away()
    lonely = Pictures(engine, room.audit, room.redis, SITE, room.clock, room.published)
    assert lonely.file(TRAINER, shown) == bodies[shown]
    with pytest.raises(AccessUnavailable):
        lonely.file(TRAINER, other)
    engine.dispose()


def test_a_board_names_only_pictures_that_are_there(room: LibraryRoom) -> None:
    from dashboard.boards.reading import BoardRefused

    with pytest.raises(BoardRefused) as refused:
        room.library.imported(MANAGER, _bytes("0" * 32), scope=room.library.scope_of(MANAGER), board_id="logo")
    assert [(one.word, one.page, one.tile, one.field) for one in refused.value.mistakes] == [
        ("picture_gone", 1, "logo", "picture")
    ]
    assert room.actions == []


def _bytes(picture_id: str) -> bytes:
    import json

    return json.dumps(with_picture(picture_id)).encode()
