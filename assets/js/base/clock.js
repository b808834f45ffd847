/* The gateway's clock, and the one ticker of the page.
   Every time on a screen is the gateway's: a TV's own clock may be wrong by minutes. Latency only ever makes the gateway
   look late, so the largest offset of the last frames is the best one; a step of either clock is out of the ring within
   as many frames. */
(function (floorwatch) {
  "use strict";

  const RING = 32;
  const offsets = new Float64Array(RING).fill(-Infinity);
  let heard = 0;
  let offset_ms = 0;
  const listeners = [];

  function hear(at_ms) {
    offsets[heard % RING] = at_ms - Date.now();
    heard += 1;
    let best = -Infinity;
    for (let i = 0; i < RING; i += 1) if (offsets[i] > best) best = offsets[i];
    offset_ms = best;
  }

  function now() {
    return Date.now() + offset_ms;
  }

  function tick() {
    const at_ms = now();
    for (let i = 0; i < listeners.length; i += 1) listeners[i].tick(at_ms);
    setTimeout(tick, 1000 - (at_ms % 1000) + 5);
  }

  floorwatch.clock = {
    hear,
    /** What the offset was when the page was last open: counts until a frame comes. */
    assume(ms) {
      if (heard === 0) offset_ms = ms;
    },
    now,
    /** `listener.tick(now_ms)` is called at every full second of the gateway's clock. */
    every_second(listener) {
      listeners.push(listener);
    },
    start: tick,
  };
})((window.floorwatch = window.floorwatch || {}));
