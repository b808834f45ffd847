"""Everybody's voice: a tone of his own, or what his websocket brings. The tones that a person hears are read from real samples.

Invariants: 16 kHz, 16 bit, mono inside; a tone goes on without a jump from frame to frame; the music is 330 Hz, agents are
400–990 Hz by extension, callers 1000–1690 Hz (the lowest that no other caller has), supervisors' phones 1700–2080 Hz.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from collectors.simulator.channels import Channel

from .hearing import MUSIC, Hearing

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from collectors.simulator.world import World

    Samples = NDArray[np.int16]

RATE = 16_000
FRAME = RATE // 50
PERIOD = RATE // 10
"""All tones are multiples of 10 Hz: a tenth of a second holds whole waves of each."""
WINDOW = RATE // 5
FULL, QUIET = 32767 * 10 ** (-15 / 20), 32767 * 10 ** (-21 / 20)
THRESHOLD_DB = -38.0
MUSIC_HZ, AGENTS_HZ, CALLERS_HZ, SUPERVISORS_HZ = 330, (400, 60), (1000, 70), (1700, 20)


class Voice(Protocol):
    """`samples(at, count)`: what is said from sample number `at` on (sample numbers count real time)."""

    def samples(self, at: int, count: int) -> Samples: ...


class Tone:
    """One wave of `hertz`, for ever."""

    def __init__(self, hertz: int, amplitude: float = FULL) -> None:
        self.hertz = hertz
        wave = amplitude * np.sin(2 * np.pi * hertz * np.arange(PERIOD + WINDOW) / RATE)
        self._wave = wave.astype(np.int16)

    def samples(self, at: int, count: int) -> Samples:
        start = at % PERIOD
        return self._wave[start : start + count]


class Voices:
    """Who says what, and what anybody hears of it."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._hearing = Hearing(world)
        self._tones: dict[int, Tone] = {}
        self._callers: dict[str, int] = {}
        self._music = Tone(MUSIC_HZ, QUIET)

    def hertz(self, channel: Channel) -> int:
        """The tone of the person at this channel."""
        kind, _, rest = channel.name.partition("/")
        extension = rest.rpartition("-")[0]
        if kind == "PJSIP" and extension in self._world.phones.desks:
            first, count = SUPERVISORS_HZ
            return first + 20 * (list(self._world.phones.desks).index(extension) % count)
        if channel.agent is not None:
            first, count = AGENTS_HZ
            return first + 10 * ((int(channel.agent.plan.extension) - 1001) % count)
        return self._caller_hertz(channel)

    def _caller_hertz(self, channel: Channel) -> int:
        known = self._callers.get(channel.unique_id)
        if known is None:
            first, count = CALLERS_HZ
            live = {each.unique_id for each in self._world.exchange.channels.values()}
            self._callers = {key: value for key, value in self._callers.items() if key in live}
            taken = set(self._callers.values())
            free = (first + 10 * number for number in range(count))
            known = self._callers[channel.unique_id] = next((each for each in free if each not in taken), first)
        return known

    def _voice(self, unique_id: str) -> Voice | None:
        if unique_id == MUSIC:
            return self._music
        line = self._world.lines.find(unique_id)
        if line is not None:
            return line.microphone
        channel = self._world.exchange.find(unique_id)
        if channel is None:
            return None
        hertz = self.hertz(channel)
        return self._tones.setdefault(hertz, Tone(hertz)) if hertz not in self._tones else self._tones[hertz]

    # -- heard

    def mixed(self, speakers: Iterable[str], at: int, count: int) -> Samples:
        """All of them at once."""
        total = np.zeros(count, dtype=np.int32)
        for each in speakers:
            voice = self._voice(each)
            if voice is not None:
                total += voice.samples(at, count)
        return np.clip(total, -32768, 32767).astype(np.int16)

    def frame_for(self, channel: Channel, at: int) -> Samples | None:
        """20 ms of what the switch sends this leg; None while it sends nothing."""
        if not self._hearing.flows_to(channel):
            return None
        return self.mixed(self._hearing.heard_by(channel), at, FRAME)

    def hears(self, channel: Channel, now: float) -> dict[str, Any]:
        """The tones (Hz) that this party hears now, by the samples of the last fifth of a second, and who makes them."""
        speakers = self._hearing.heard_by(channel)
        found = tones(self.mixed(speakers, int(now * RATE) - WINDOW, WINDOW))
        return {
            "party": channel.unique_id, "name": channel.name, "hertz": sorted(found), "levels_db": found,
            "speakers": speakers,
        }  # fmt: skip

    def everybody_hears(self, now: float) -> list[dict[str, Any]]:
        """Every party's row (Local halves have no ears)."""
        channels = [c for c in self._world.exchange.channels.values() if not c.name.startswith("Local/") and c.is_up]
        return [{**self.hears(channel, now), "own_hertz": self.own_hertz(channel)} for channel in channels]

    def own_hertz(self, channel: Channel) -> int | None:
        """The party's own tone; None where it is whatever a websocket brings."""
        return None if channel.name.startswith("WebSocket/") else self.hertz(channel)


def tones(samples: Samples) -> dict[int, float]:
    """Peaks of the spectrum: hertz (to 5), and the level of each (dBFS of its peak)."""
    count = len(samples)
    window = np.hanning(count)
    spectrum = np.abs(np.fft.rfft(samples * window)) * 2 / window.sum() / 32767
    found: dict[int, float] = {}
    for place in range(1, len(spectrum) - 1):
        level = spectrum[place]
        if level > 10 ** (THRESHOLD_DB / 20) and level >= spectrum[place - 1] and level > spectrum[place + 1]:
            found[round(place * RATE / count)] = round(float(20 * np.log10(level)), 1)
    return found
