"""The sample formats that a websocket channel speaks, to and from 16 kHz inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.int16]

BIAS, CLIP = 0x84, 32635


class Codec(NamedTuple):
    """`frame_bytes`: 20 ms of it."""

    name: str
    frame_bytes: int
    encode: Callable[[Samples], bytes]
    decode: Callable[[bytes], Samples]


def _ulaw_of(values: NDArray[np.int32]) -> NDArray[np.uint8]:
    sign = np.where(values < 0, 0x80, 0)
    magnitude = np.minimum(np.abs(values), CLIP) + BIAS
    exponent = np.maximum(np.floor(np.log2(magnitude)).astype(np.int32) - 7, 0)
    mantissa = (magnitude >> (exponent + 3)) & 0x0F
    codes: NDArray[np.uint8] = (~(sign | (exponent << 4) | mantissa) & 0xFF).astype(np.uint8)
    return codes


def _linear_of(codes: NDArray[np.int32]) -> NDArray[np.int16]:
    plain = ~codes & 0xFF
    exponent, mantissa = (plain >> 4) & 7, plain & 0x0F
    magnitude = (((mantissa << 3) + BIAS) << exponent) - BIAS
    return np.where(plain & 0x80, -magnitude, magnitude).astype(np.int16)


TO_ULAW = _ulaw_of(np.arange(-32768, 32768, dtype=np.int32))
FROM_ULAW = _linear_of(np.arange(256, dtype=np.int32))


def _half_rate(samples: Samples) -> Samples:
    return samples[::2]


def _double_rate(samples: Samples) -> Samples:
    following = np.append(samples[1:], samples[-1:]).astype(np.int32)
    out = np.empty(2 * len(samples), dtype=np.int16)
    out[::2], out[1::2] = samples, (samples + following) // 2
    return out


def _pcm(data: bytes) -> Samples:
    return np.frombuffer(data[: len(data) // 2 * 2], dtype="<i2").astype(np.int16)


CODECS = {
    codec.name: codec
    for codec in (
        Codec("slin16", 640, lambda samples: samples.astype("<i2").tobytes(), _pcm),
        Codec(
            "slin", 320, lambda samples: _half_rate(samples).astype("<i2").tobytes(), lambda data: _double_rate(_pcm(data))
        ),
        Codec(
            "ulaw", 160,
            lambda samples: TO_ULAW[_half_rate(samples).astype(np.int32) + 32768].tobytes(),
            lambda data: _double_rate(FROM_ULAW[np.frombuffer(data, dtype=np.uint8)]),
        ),
    )
}  # fmt: skip
