/* A tile that turns red may ring, once: chime, bell or alarm, made here of a few tones. One at a time, not more often than every
   20 s, the most urgent first; none during the board's quiet hours (the site's clock), none for a number that has
   stopped, none on a screen that was made black. What is celebrated may ring too, when no alarm just did. Browsers let no sound out before somebody has touched the page, unless they were
   started with --autoplay-policy=no-user-gesture-required: until then `state()` is "blocked", and the header says so. */
(function (floorwatch) {
  "use strict";

  const APART_MS = 20000;
  /** Red that began longer ago is no news. */
  const FRESH_MS = 30000;
  const LOUDEST = 0.5;
  const URGENCY = { chime: 1, bell: 2, alarm: 3 };

  /** Voices: `notes` begin at `at_s`, each of some `partials` `[ratio, strength, lasts_s]` over its `hertz`. */
  const VOICES = {
    chime: {
      wave: "sine",
      notes: [
        { at_s: 0, hertz: 659.26, strength: 0.8, partials: [[1, 1, 0.7], [2, 0.25, 0.4]] },
        { at_s: 0.17, hertz: 987.77, strength: 1, partials: [[1, 1, 1], [2, 0.2, 0.5]] },
      ],
    },
    bell: {
      wave: "sine",
      notes: [{ at_s: 0, hertz: 523.25, strength: 1, partials: [[1, 0.9, 1.4], [2, 0.6, 1.1], [2.76, 0.45, 0.7], [5.4, 0.25, 0.3]] }],
    },
    alarm: {
      wave: "triangle",
      notes: [0, 1, 2, 3, 4, 5].map((i) => (
        { at_s: i * 0.19, hertz: i % 2 === 0 ? 784 : 1046.5, strength: 1, partials: [[1, 1, 0.17], [3, 0.18, 0.12]] }
      )),
    },
  };

  let root = null;
  let tiles = [];
  let may_ring = false;
  let context = null;
  let was_unlocked = false;
  let rang_at_ms = -Infinity;
  let waiting = null;
  const counts = { chime: 0, bell: 0, alarm: 0 };
  const listeners = [];

  /** Writes a sound into `audio` (real or offline), from `at_s` on, `volume` 0 to 1. Returns when it is over, in its seconds. */
  function compose(audio, kind, at_s, volume) {
    const { wave, notes } = VOICES[kind];
    let over_s = at_s;
    for (const note of notes) {
      for (const [ratio, strength, lasts_s] of note.partials) {
        const tone = audio.createOscillator();
        const loudness = audio.createGain();
        const begins_s = at_s + note.at_s;
        tone.type = wave;
        tone.frequency.value = note.hertz * ratio;
        loudness.gain.setValueAtTime(0.0001, begins_s);
        loudness.gain.exponentialRampToValueAtTime(Math.max(0.0002, volume * LOUDEST * 0.4 * note.strength * strength), begins_s + 0.012);
        loudness.gain.exponentialRampToValueAtTime(0.0001, begins_s + lasts_s);
        tone.connect(loudness);
        loudness.connect(audio.destination);
        tone.start(begins_s);
        tone.stop(begins_s + lasts_s);
        over_s = Math.max(over_s, begins_s + lasts_s);
      }
    }
    return over_s;
  }

  function state() {
    if (root === null || root.dataset.sounds !== "on" || !may_ring) return "off";
    return context !== null && (context.state === "running" || was_unlocked) ? "on" : "blocked";
  }

  function tell() {
    root.dataset.sound_state = state();
    for (let i = 0; i < listeners.length; i += 1) listeners[i]();
  }

  async function unlock() {
    if (context === null || was_unlocked) return;
    await context.resume();
    if (context.state === "running") {
      was_unlocked = true;
      tell();
    }
  }

  async function ring(kind) {
    rang_at_ms = performance.now();
    if (context.state !== "running") await context.resume();
    counts[kind] += 1;
    const volume = Number(root.dataset.volume) / 100;
    compose(context, kind, context.currentTime + 0.05, volume);
  }

  function is_quiet_hour(now_ms) {
    const at = floorwatch.words.hour(now_ms);
    return JSON.parse(root.dataset.soundsQuiet || "[]").some(([from, to]) => (
      from <= to ? from <= at && at < to : at >= from || at < to
    ));
  }

  function is_silent(now_ms) {
    const is_black = document.querySelector(".blank:not([hidden])") !== null;
    return is_black || is_quiet_hour(now_ms);
  }

  /** Since when the tile is red, as far as one can believe it now: null while it is not, undefined while nobody knows. */
  function red_since(tile) {
    const value = floorwatch.floor.values.get(tile.root.dataset.tile);
    if (!value || floorwatch.ages.of(tile.root).state === "stale") return undefined;
    if (value.level !== "red") return null;
    return value.level_at || tile.seen_at || floorwatch.clock.now();
  }

  /** What began to be red since the last look. What is red at the first one is no news. */
  function begun(now_ms) {
    let most = null;
    for (const tile of tiles) {
      const since = red_since(tile);
      if (since === undefined) continue;
      const is_new = tile.is_known && since !== null && since !== tile.seen_at && now_ms - since < FRESH_MS;
      tile.is_known = true;
      tile.seen_at = since;
      if (is_new && (most === null || URGENCY[tile.kind] > URGENCY[most.kind])) most = tile;
    }
    return most;
  }

  function tick(now_ms) {
    const found = begun(now_ms);
    if (waiting !== null && !red_since(waiting)) waiting = null; // it is over: nothing to ring for
    if (found !== null && (waiting === null || URGENCY[found.kind] > URGENCY[waiting.kind])) waiting = found;
    if (waiting === null || performance.now() - rang_at_ms < APART_MS) return;
    const kind = waiting.kind;
    waiting = null;
    if (state() === "on" && !is_silent(now_ms)) ring(kind);
  }

  /** Good news rings at once or not at all: nobody waits for it. */
  function celebrate(kind, now_ms) {
    if (VOICES[kind] === undefined || state() !== "on" || is_silent(now_ms) || waiting !== null) return;
    if (performance.now() - rang_at_ms >= APART_MS / 4) ring(kind);
  }

  function start(wall) {
    root = wall;
    tiles = [...root.querySelectorAll("[data-sound]")]
      .filter((tile) => VOICES[tile.dataset.sound] !== undefined)
      .map((tile) => ({ root: tile, kind: tile.dataset.sound, seen_at: null, is_known: false }));
    may_ring = tiles.length > 0 || root.querySelector('[data-widget="celebration"]') !== null;
    if (root.dataset.sounds === "on" && may_ring) {
      context = new AudioContext();
      context.addEventListener("statechange", tell);
      for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, unlock, { passive: true });
      floorwatch.clock.every_second({ tick });
    }
    tell();
  }

  floorwatch.sounds = {
    start,
    state,
    celebrate,
    compose,
    VOICES,
    /** How often each has rung. */
    counts,
    on_change(listener) {
      listeners.push(listener);
    },
  };
})((window.floorwatch = window.floorwatch || {}));
