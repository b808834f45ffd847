/* What runs in the browser's audio thread: the ear (sound from the server, through a jitter buffer) and the mouth (the microphone
   in frames for the server). Frames are 20 ms of 16 kHz, 16 bit, mono; the context may run at any rate.

   Invariants: the ear holds at most 120 ms, whatever comes: what is too much is left out, the oldest first. It keeps as little
   as the network lets it: the buffer grows when it ran dry and shrinks when it never gets low. The two clocks differ a little:
   that is taken up by playing a trace faster or slower, not by clicks. The mouth keeps nothing. No garbage while they run. */
"use strict";

const RATE = 16000;
const FRAME = 320;
const MS = RATE / 1000;

class Ear extends AudioWorkletProcessor {
  static LONGEST = 120 * MS;
  static FIRST_TARGET = 40 * MS;
  static LEAST_TARGET = 30 * MS;
  static MOST_TARGET = 90 * MS;
  static STEP = 15 * MS;
  /** What stays in the buffer when it is at its lowest, beside what is played at once. */
  static RESERVE = 12 * MS;
  static LAX = 5 * MS;
  static WINDOW_S = 2;
  static FADE = 4 * MS;
  /** Nobody hears a pitch that is so little higher or lower. */
  static MOST_QUICKER = 0.004;

  constructor() {
    super();
    this.ring = new Float32Array(4096);
    this.mask = 4095;
    this.written = 0;
    this.read = 0; // a place between two samples
    this.target = Ear.FIRST_TARGET;
    this.is_dry = true;
    this.gain = 0;
    this.speed = 1;
    this.least = Infinity;
    this.reserve = Ear.RESERVE + 128 * (RATE / sampleRate);
    this.until = 0;
    this.counts = { dropped: 0, dry: 0, depth_ms: 0, target_ms: 0 };
    this.port.onmessage = (message) => this.hear(message.data);
  }

  depth() {
    return this.written - this.read;
  }

  hear(data) {
    if (data === "flush") {
      this.read = this.written;
      this.is_dry = true;
      return;
    }
    if (data === "how") {
      this.counts.depth_ms = this.depth() / MS;
      this.counts.target_ms = this.target / MS;
      this.port.postMessage(this.counts);
      return;
    }
    const frame = new Int16Array(data);
    for (let i = 0; i < frame.length; i += 1) this.ring[(this.written + i) & this.mask] = frame[i] / 32768;
    this.written += frame.length;
    if (this.depth() > Ear.LONGEST) {
      this.counts.dropped += Math.round((this.depth() - this.target) / FRAME);
      this.read = this.written - this.target;
      this.gain = 0; // joins softly
    }
  }

  /** Between four samples (Catmull-Rom): at 16 kHz a straight line would be heard. */
  at(place) {
    const base = Math.floor(place);
    const x = place - base;
    const a = this.ring[(base - 1) & this.mask];
    const b = this.ring[base & this.mask];
    const c = this.ring[(base + 1) & this.mask];
    const d = this.ring[(base + 2) & this.mask];
    return b + 0.5 * x * (c - a + x * (2 * a - 5 * b + 4 * c - d + x * (3 * (b - c) + d - a)));
  }

  /** Once in a while: as little as the network lets us, and no less. */
  adapt() {
    if (currentTime < this.until) return;
    if (this.least < Infinity) {
      const spare = this.least - this.reserve;
      const wanted = spare > Ear.LAX || spare < 0 ? spare / (2 * Ear.WINDOW_S * RATE) : 0;
      this.speed = 1 + Math.max(-Ear.MOST_QUICKER, Math.min(Ear.MOST_QUICKER, wanted));
      if (spare > Ear.LAX) this.target = Math.max(Ear.LEAST_TARGET, this.target - Ear.STEP / 3);
    }
    this.least = Infinity;
    this.until = currentTime + Ear.WINDOW_S;
  }

  process(inputs, outputs) {
    const out = outputs[0][0];
    const step = (RATE / sampleRate) * this.speed;
    const fade = 1 / (Ear.FADE / step);
    if (this.is_dry && this.depth() >= this.target) this.is_dry = false;
    if (!this.is_dry) this.least = Math.min(this.least, this.depth());
    for (let i = 0; i < out.length; i += 1) {
      if (!this.is_dry && this.depth() < 3) {
        this.is_dry = true;
        this.counts.dry += 1;
        this.target = Math.min(Ear.MOST_TARGET, this.target + Ear.STEP);
      }
      this.gain = this.is_dry ? Math.max(0, this.gain - fade) : Math.min(1, this.gain + fade);
      out[i] = this.gain > 0 ? this.at(this.read) * this.gain : 0;
      if (!this.is_dry) this.read += step;
    }
    this.adapt();
    return true;
  }
}

class Mouth extends AudioWorkletProcessor {
  static TAPS = 48;

  constructor() {
    super();
    this.is_open = false;
    this.step = sampleRate / RATE;
    this.history = new Float32Array(1024);
    this.mask = 1023;
    this.written = 0;
    this.place = 0;
    this.frame = new Int16Array(FRAME);
    this.filled = 0;
    this.weights = this.step === 1 ? null : Mouth.low_pass(this.step);
    this.port.onmessage = (message) => {
      this.is_open = message.data === "open";
      this.filled = 0;
    };
  }

  /** What a lower rate cannot hold is taken out first: a windowed sinc, 7.2 kHz. */
  static low_pass(step) {
    const weights = new Float32Array(Mouth.TAPS);
    const cut = 0.45 / step;
    let sum = 0;
    for (let i = 0; i < Mouth.TAPS; i += 1) {
      const x = i - (Mouth.TAPS - 1) / 2;
      const sinc = x === 0 ? 2 * cut : Math.sin(2 * Math.PI * cut * x) / (Math.PI * x);
      weights[i] = sinc * (0.54 - 0.46 * Math.cos((2 * Math.PI * i) / (Mouth.TAPS - 1)));
      sum += weights[i];
    }
    for (let i = 0; i < Mouth.TAPS; i += 1) weights[i] /= sum;
    return weights;
  }

  filtered(end) {
    let sum = 0;
    for (let i = 0; i < Mouth.TAPS; i += 1) sum += this.history[(end - i) & this.mask] * this.weights[i];
    return sum;
  }

  say(value) {
    this.frame[this.filled] = Math.max(-32768, Math.min(32767, Math.round(value * 32767)));
    this.filled += 1;
    if (this.filled < FRAME) return;
    this.filled = 0;
    if (this.is_open) this.port.postMessage(this.frame);
  }

  process(inputs) {
    const own = inputs[0][0];
    if (own === undefined) return true;
    if (this.weights === null) {
      for (let i = 0; i < own.length; i += 1) this.say(own[i]);
      return true;
    }
    for (let i = 0; i < own.length; i += 1) {
      this.history[this.written & this.mask] = own[i];
      if (this.written >= this.place) {
        const past = this.written - this.place;
        this.say(this.filtered(this.written) * (1 - past) + this.filtered(this.written - 1) * past);
        this.place += this.step;
      }
      this.written += 1;
    }
    return true;
  }
}

registerProcessor("floorwatch-ear", Ear);
registerProcessor("floorwatch-mouth", Mouth);
