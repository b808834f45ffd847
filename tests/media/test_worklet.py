"""What runs in the browser's audio thread, with a clock of the test's own: sound through good and bad networks, at every rate.

The file itself runs in Chromium, outside of the audio thread, so that minutes of sound take milliseconds and each run is the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import Page

from dashboard.pages.asset_addresses import ASSETS
from tests.chromium import chromium

pytestmark = pytest.mark.browser

SURROUNDINGS = """
  class Port { sent = []; postMessage(data) { this.sent.push(data.slice()); } }
  globalThis.AudioWorkletProcessor = class { port = new Port(); };
  globalThis.registerProcessor = (name, made) => { globalThis[name] = made; };
  globalThis.sampleRate = 16000;
  globalThis.currentTime = 0;
"""
TOOLS = """
  /** Frames of a 1 kHz tone come as `arrivals(ms)` says (how many until then); what is heard in `seconds`. */
  globalThis.listen = (rate, seconds, arrivals) => {
    globalThis.sampleRate = rate;
    globalThis.currentTime = 0;
    const Made = globalThis["floorwatch-ear"];
    const ear = new Made();
    const out = new Float32Array(128);
    const heard = [];
    const depths = [];
    let came = 0;
    let jump = 0;
    let last = 0;
    for (let done = 0; done < seconds * rate; done += 128) {
      globalThis.currentTime = done / rate;
      while (came < arrivals(1000 * currentTime)) {
        const frame = new Int16Array(320);
        for (let i = 0; i < 320; i += 1) frame[i] = 8000 * Math.sin(2 * Math.PI * 1000 * (came * 320 + i) / 16000);
        ear.hear(frame.buffer);
        came += 1;
      }
      depths.push(ear.depth() / 16);
      ear.process([], [[out]]);
      for (let i = 0; i < 128; i += 1) { jump = Math.max(jump, Math.abs(out[i] - last)); last = out[i]; heard.push(out[i]); }
    }
    const late = heard.slice(-rate);
    let waves = 0;
    for (let i = 1; i < late.length; i += 1) waves += late[i - 1] <= 0 && late[i] > 0 ? 1 : 0;
    const mean = (list) => list.reduce((sum, value) => sum + value, 0) / list.length;
    const loud = Math.sqrt(mean(late.map((value) => value * value)));
    const end = depths.slice(-Math.round(rate / 128));
    return { waves, loud, jump, most_ms: Math.max(...depths), end_ms: mean(end), dry: ear.counts.dry, dropped: ear.counts.dropped };
  };
  /** One second of a tone into the microphone; how loud which tone comes out, in dB. */
  globalThis.speak = (rate, hertz, at_hertz) => {
    globalThis.sampleRate = rate;
    const Made = globalThis["floorwatch-mouth"];
    const mouth = new Made();
    const block = new Float32Array(128);
    for (let done = 0; done < rate; done += 128) {
      if (done > rate / 4) mouth.is_open = true;
      for (let i = 0; i < 128; i += 1) block[i] = 0.5 * Math.sin(2 * Math.PI * hertz * (done + i) / rate);
      mouth.process([[block]]);
    }
    const said = mouth.port.sent.flatMap((frame) => [...frame]);
    let re = 0;
    let im = 0;
    const count = Math.floor(said.length / 160) * 160;
    for (let i = 0; i < count; i += 1) {
      re += said[i] * Math.cos(2 * Math.PI * at_hertz * i / 16000);
      im += said[i] * Math.sin(2 * Math.PI * at_hertz * i / 16000);
    }
    return { frames: mouth.port.sent.length, db: 20 * Math.log10(2 * Math.hypot(re, im) / count / 16384 + 1e-9) };
  };
"""

IN_TIME = "(ms) => Math.floor(ms / 20)"
LEAST_JUMP = 8000 / 32768 * 2 * 3.1416 * 1000
"""The steepest a 1 kHz tone of this loudness is, per second."""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with chromium() as browser:
        made = browser.new_page()
        made.evaluate(SURROUNDINGS)
        made.add_script_tag(content=(ASSETS / "js" / "worklets" / "sound.js").read_text(encoding="utf-8"))
        made.evaluate(f"() => {{ {TOOLS} }}")
        yield made


def listen(page: Page, rate: int, seconds: int, arrivals: str) -> dict[str, float]:
    heard: dict[str, float] = page.evaluate(f"listen({rate}, {seconds}, {arrivals})")
    return heard


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_a_good_network_is_heard_as_it_is_and_at_once(page: Page, rate: int) -> None:
    heard = listen(page, rate, 20, IN_TIME)
    assert heard["waves"] == pytest.approx(1_000, abs=2)
    assert heard["loud"] == pytest.approx(8000 / 32768 / 2**0.5, rel=0.02)
    assert heard["jump"] < 1.1 * LEAST_JUMP / rate, "no click"
    assert (heard["dry"], heard["dropped"]) == (0, 0)
    assert heard["most_ms"] <= 60
    assert heard["end_ms"] <= 45


@pytest.mark.parametrize("gap_ms", [60, 300, 2_000])
def test_a_network_that_stood_still_costs_no_delay_for_good(page: Page, gap_ms: int) -> None:
    """What was held up comes as a heap, after 10 s of peace."""
    stalls = f"(ms) => ms > 10000 && ms < {10_000 + gap_ms} ? 500 : Math.floor(ms / 20)"
    heard = listen(page, 16_000, 30, stalls)
    assert heard["most_ms"] <= 120
    assert heard["end_ms"] <= 60
    assert heard["loud"] == pytest.approx(8000 / 32768 / 2**0.5, rel=0.02)


def test_a_restless_network_gets_a_longer_buffer_and_keeps_it_short_enough(page: Page) -> None:
    """Frames come in heaps of three: 60 ms apart."""
    heard = listen(page, 48_000, 30, "(ms) => 3 * Math.floor(ms / 60)")
    assert heard["dry"] <= 5, "it has learnt"
    assert heard["most_ms"] <= 120
    late = listen(page, 48_000, 30, "(ms) => ms < 15000 ? 3 * Math.floor(ms / 60) : Math.floor(ms / 20)")
    assert late["end_ms"] <= 50, "and it forgets again"


@pytest.mark.parametrize("off", [0.9995, 1.0005])
def test_clocks_that_differ_are_caught_up_with(page: Page, off: float) -> None:
    heard = listen(page, 16_000, 240, f"(ms) => Math.floor(ms * {off} / 20)")
    assert heard["dropped"] == 0
    assert heard["dry"] <= 1
    assert heard["end_ms"] <= 60


@pytest.mark.parametrize("rate", [16_000, 44_100, 48_000])
def test_a_microphone_of_any_rate_is_said_at_16_khz(page: Page, rate: int) -> None:
    def speak(hertz: int, at_hertz: int) -> dict[str, Any]:
        said: dict[str, Any] = page.evaluate(f"speak({rate}, {hertz}, {at_hertz})")
        return said

    for hertz in (300, 1_000, 3_400):
        said = speak(hertz, hertz)
        assert said["frames"] == pytest.approx(37, abs=1)
        assert said["db"] == pytest.approx(0, abs=1)
    if rate > 16_000:
        assert speak(10_000, 6_000)["db"] < -35, "what 16 kHz cannot hold is not folded down"
