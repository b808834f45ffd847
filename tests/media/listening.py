"""A browser that hears: Chromium whose microphone plays a tone, and what comes out of a session's ear, as tones."""

from __future__ import annotations

import json
import math
import struct
import time
import wave
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from tests.chromium import chromium
from tests.media.stage import TICKET, Stage
from tests.patience import HANG_S

MICROPHONE_HZ = 2100
RATE = 48_000
TONE = tuple(0.18 * math.sin(2 * math.pi * MICROPHONE_HZ * i / RATE) for i in range(RATE))
"""One second: whole waves, so that it goes on without a jump."""

WITHOUT_TREATMENT = """
  const ask = navigator.mediaDevices.getUserMedia.bind(navigator.mediaDevices);
  window.asked = [];
  navigator.mediaDevices.getUserMedia = (wanted) => {
    window.asked.push(structuredClone(wanted.audio));
    return ask({ audio: { ...wanted.audio, echoCancellation: false, noiseSuppression: false, autoGainControl: false } });
  };
"""
"""A steady tone is what a browser takes for noise: here it must come through as it is. What the page asked for is kept."""

HEARS = """() => {
  const node = window.ear_of_test;
  const bins = new Float32Array(node.frequencyBinCount);
  node.getFloatFrequencyData(bins);
  const found = [];
  for (let i = 1; i < bins.length - 1; i += 1) {
    if (bins[i] > -45 && bins[i] >= bins[i - 1] && bins[i] > bins[i + 1]) found.push(i * node.context.sampleRate / node.fftSize);
  }
  return found;
}"""
OPEN = """([url, id, ticket]) => new Promise((done) => {
  window.overs = [];
  window.states = [];
  window.sound = floorwatch.audio.open({
    url, id, ticket,
    on_change: (sound) => { window.states.push([sound.state, sound.mode, sound.microphone]); if (sound.state === "ready") done(); },
    on_over: (reason) => { window.overs.push(reason); done(); },
  });
  const wire = () => {
    if (window.sound.ear === null) { setTimeout(wire, 5); return; }
    const node = window.sound.ear.context.createAnalyser();
    node.fftSize = 16384;
    node.smoothingTimeConstant = 0;
    window.sound.ear.connect(node);
    window.ear_of_test = node;
  };
  wire();
})"""


@contextmanager
def browser(folder: Path, samples: Iterable[float] = TONE) -> Iterator[Browser]:
    """Chromium that lets every page have its microphone, which plays `samples` (48 kHz, -1 to 1) again and again."""
    file = folder / "microphone.wav"
    _write(file, samples)
    flags = ("--use-fake-ui-for-media-stream", "--use-fake-device-for-media-stream")
    with chromium(*flags, f"--use-file-for-fake-audio-capture={file}") as found:
        yield found


def _write(file: Path, samples: Iterable[float]) -> None:
    with wave.open(str(file), "wb") as made:
        made.setnchannels(1)
        made.setsampwidth(2)
        made.setframerate(RATE)
        made.writeframes(b"".join(struct.pack("<h", int(32767 * sample)) for sample in samples))


class Listener:
    """The page of somebody who hears calls."""

    def __init__(self, page: Page, stage: Stage) -> None:
        self.page = page
        self._stage = stage

    def open(self, command: str) -> None:
        """From the click on; returns when the session is let in, or is over."""
        self.page.click("p")
        self.page.evaluate("floorwatch.audio.unlock()")
        self.page.evaluate(OPEN, [self._stage.sound_address, command, TICKET])
        self.until("window.ear_of_test !== undefined")

    def hears(self) -> set[int]:
        """Tones, to 10 Hz."""
        return {round(hertz / 10) * 10 for hertz in self.page.evaluate(HEARS)}

    def do(self, what: str) -> None:
        """Something of the session's own: `talk(true)`."""
        self.page.evaluate(f"window.sound.{what}")

    def until(self, is_so: str) -> None:
        """Waits for what is said in the page's own words. (Playwright's own waiting needs `eval`, which our policy forbids.)"""
        until = time.monotonic() + HANG_S
        while not self.page.evaluate(is_so):
            assert time.monotonic() < until, is_so
            self.page.wait_for_timeout(20)

    def get(self, what: str) -> object:
        found: object = json.loads(self.page.evaluate(f"JSON.stringify(window.{what})"))
        return found


@contextmanager
def listener(browser: Browser, stage: Stage) -> Iterator[Listener]:
    """A page of Wang's; the test fails on an error in it."""
    context = browser.new_context()
    context.add_cookies([{"name": "floorwatch_session", "value": "wang", "url": stage.address}])
    context.add_init_script(WITHOUT_TREATMENT)
    page = context.new_page()
    faults: list[str] = []
    page.on("pageerror", lambda error: faults.append(str(error)))
    page.on("console", lambda said: faults.append(said.text) if said.type == "error" else None)
    page.goto(stage.address)
    yield Listener(page, stage)
    context.close()
    assert faults == []
