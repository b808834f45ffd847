/* The sound of one session in this browser: the call to the ear, the microphone to the call. docs/sound.md has the frames.

   One command, one socket: it never comes back by itself. The microphone is asked for when the session first lets one talk, and given
   back when it does not: the browser's own lamp then goes out. Whether it passes is the server's to say; what is sent here
   without leave arrives nowhere. Nothing is kept: sound that comes late is left out, on both ways.
   Browsers let no sound out, and no microphone in, without a click, nor on pages without HTTPS (but localhost). */
(function (floorwatch) {
  "use strict";

  const WORKLET = "/assets/js/worklets/sound.js";
  const FRAME_BYTES = 640;
  const CONFIRM_EVERY = 25;
  const MOST_UNSENT_BYTES = 4 * FRAME_BYTES;
  const QUIETEST_DB = -60;
  const MICROPHONE = { channelCount: 1, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  /** Of a socket that closes without having said why. Any other close is known from here only as "no sound": the network or the server,
   *  nobody can tell which. */
  const REASONS = { 4401: "signed_out", 4403: "browser_not_connected", 1012: "control_restarted" };

  let context = null;
  let worklet = null;
  let sounding = 0;

  /** Why no sound can be had on this page: a reason's word, "" for none. */
  function why_not() {
    return window.isSecureContext && window.AudioWorkletNode !== undefined ? "" : "browser_insecure";
  }

  /** What takes time is done before anybody waits for it; to be called in a click. */
  function unlock() {
    if (why_not() !== "") return;
    if (context === null) {
      context = new AudioContext({ latencyHint: "interactive" });
      worklet = context.audioWorklet.addModule(WORKLET);
    }
    if (context.state !== "running") context.resume();
  }

  /** The socket's address. `where`: as the gateway's: a URL, a port of this host (`:8054`), or a path (`/audio`). */
  function address(where) {
    const scheme = window.location.protocol === "https:" ? "wss:" : "ws:";
    if (where.startsWith(":")) return `${scheme}//${window.location.hostname}${where}${where.includes("/") ? "" : "/audio"}`;
    if (where.startsWith("/")) return `${scheme}//${window.location.host}${where}`;
    return where;
  }

  /** How loud it is: 0 to 1, over 60 dB. */
  class Meter {
    constructor(audio) {
      this.node = new AnalyserNode(audio, { fftSize: 2048, smoothingTimeConstant: 0 });
      this.samples = new Float32Array(2048);
    }

    level() {
      this.node.getFloatTimeDomainData(this.samples);
      let sum = 0;
      for (let i = 0; i < this.samples.length; i += 1) sum += this.samples[i] * this.samples[i];
      const decibels = 10 * Math.log10(sum / this.samples.length + 1e-12);
      return Math.max(0, Math.min(1, 1 - decibels / QUIETEST_DB));
    }
  }

  /** The microphone, while somebody may talk. `state`: off, asking, on, denied, missing, insecure. */
  class Microphone {
    /** `spoken(frame)`: 20 ms of it. */
    constructor(spoken, changed) {
      this.state = "off";
      this.is_open = false;
      this.meter = null;
      this.spoken = spoken;
      this.changed = changed;
      this.stream = null;
      this.mouth = null;
      this.is_wanted = false;
    }

    async turn_on() {
      this.is_wanted = true;
      if (this.state === "asking" || this.state === "on") return;
      if (navigator.mediaDevices === undefined) {
        this.become("insecure");
        return;
      }
      this.become("asking");
      try {
        this.stream = await navigator.mediaDevices.getUserMedia({ audio: MICROPHONE });
        await this.connect();
      } catch (error) {
        if (!(error instanceof DOMException)) throw error;
        this.release();
        this.become(error.name === "NotAllowedError" ? "denied" : "missing");
        return;
      }
      if (!this.is_wanted) this.release(); // it was over before the person had answered
      this.become(this.is_wanted ? "on" : "off");
    }

    /** A headset was pulled out, or the person took their leave back. */
    lost() {
      this.release();
      this.become("missing");
    }

    async connect() {
      await worklet;
      const source = context.createMediaStreamSource(this.stream);
      this.mouth = new AudioWorkletNode(context, "floorwatch-mouth", { channelCount: 1, channelCountMode: "explicit" });
      this.meter = new Meter(context);
      this.mouth.port.onmessage = (message) => this.spoken(message.data);
      for (const track of this.stream.getTracks()) track.onended = () => this.lost();
      source.connect(this.meter.node);
      source.connect(this.mouth);
      this.mouth.connect(context.destination); // it is silent; what leads nowhere may not be run
      this.open(this.is_open);
    }

    open(is_open) {
      this.is_open = is_open;
      if (this.mouth !== null) this.mouth.port.postMessage(is_open ? "open" : "closed");
    }

    turn_off() {
      this.is_wanted = false;
      if (this.state === "asking") return;
      this.release();
      if (this.state === "on") this.become("off");
    }

    release() {
      if (this.stream !== null) for (const track of this.stream.getTracks()) track.stop();
      if (this.mouth !== null) {
        this.mouth.port.onmessage = null;
        this.mouth.disconnect();
      }
      this.stream = this.mouth = this.meter = null;
    }

    become(state) {
      this.state = state;
      this.changed();
    }

    level() {
      return this.is_open && this.meter !== null ? this.meter.level() : 0;
    }
  }

  class Sound {
    /** `id`, `ticket`: of the command, as the gateway gave them. `on_change(sound)`: something of what can be read here is another.
     *  `on_over(reason)`: once, the last thing that is heard. */
    constructor({ url, id, ticket, on_change, on_over }) {
      this.id = id;
      this.state = "opening";
      this.mode = "listen";
      this.may_talk = false;
      this.is_muted = false;
      this.is_held = false;
      this.heard = 0;
      this.ticket = ticket;
      this.on_change = on_change || (() => {});
      this.on_over = on_over || (() => {});
      this.loudness = { in: 0, out: 0 };
      this.ear = null;
      this.microphone_line = new Microphone((frame) => this.say(frame), () => this.changed());
      unlock();
      sounding += 1;
      this.listen();
      this.socket = new WebSocket(url);
      this.socket.binaryType = "arraybuffer";
      this.socket.onopen = () => this.socket.send(JSON.stringify({ ticket: this.ticket, id: this.id }));
      this.socket.onmessage = (message) => this.received(message.data);
      this.socket.onclose = (event) => this.finish(REASONS[event.code] || "browser_not_connected");
    }

    get microphone() {
      return this.microphone_line.state;
    }

    /** Whether what is said now goes to the call. */
    get is_talking() {
      return this.microphone_line.is_open && this.microphone === "on";
    }

    async listen() {
      if (context === null) return;
      this.gain = new GainNode(context);
      this.meter = new Meter(context);
      await worklet;
      if (this.state === "over") return;
      this.ear = new AudioWorkletNode(context, "floorwatch-ear", { numberOfInputs: 0, outputChannelCount: [1] });
      this.ear.connect(this.meter.node);
      this.ear.connect(this.gain);
      this.gain.connect(context.destination);
    }

    received(data) {
      if (typeof data !== "string") {
        this.sounded(data);
        return;
      }
      const frame = JSON.parse(data);
      if (frame.t === "over") this.finish(frame.reason);
      else this.is_now(frame);
    }

    sounded(frame) {
      this.heard += 1;
      if (this.heard % CONFIRM_EVERY === 0) this.socket.send(`{"heard":${this.heard}}`);
      if (this.ear !== null && context.state === "running") this.ear.port.postMessage(frame, [frame]);
    }

    /** `ready`, `mode`, `moved`. */
    is_now(frame) {
      this.state = "ready";
      if (frame.id !== undefined) this.id = frame.id;
      this.mode = frame.mode;
      this.may_talk = frame.may_talk;
      if (this.may_talk) this.microphone_line.turn_on();
      else this.microphone_line.turn_off();
      this.set_open();
      this.changed();
    }

    say(frame) {
      if (this.state === "ready" && this.socket.readyState === WebSocket.OPEN && this.socket.bufferedAmount < MOST_UNSENT_BYTES) this.socket.send(frame);
    }

    set_open() {
      const is_open = this.may_talk && !this.is_muted && this.is_held;
      if (is_open !== this.microphone_line.is_open) this.microphone_line.open(is_open);
    }

    changed() {
      if (this.state !== "over") this.on_change(this);
    }

    /** Push-to-talk: while the key or button is held. A microphone that was not there is asked for again. */
    talk(is_held) {
      this.is_held = is_held;
      if (is_held && this.may_talk) this.microphone_line.turn_on();
      this.set_open();
      this.changed();
    }

    /** Nothing of one's own passes, whatever is held. */
    mute(is_muted) {
      this.is_muted = is_muted;
      this.set_open();
      this.changed();
    }

    /** Of what is heard: 0 to 1. */
    volume(share) {
      if (context !== null) this.gain.gain.setTargetAtTime(Math.max(0, Math.min(1, share)), context.currentTime, 0.02);
    }

    /** How loud it is, each 0 to 1: `in` what is heard, `out` what is said. The same object each time. */
    levels() {
      this.loudness.in = this.ear === null ? 0 : this.meter.level();
      this.loudness.out = this.microphone_line.level();
      return this.loudness;
    }

    close() {
      this.finish("stopped");
    }

    finish(reason) {
      if (this.state === "over") return;
      this.state = "over";
      this.may_talk = false;
      this.microphone_line.open(false);
      this.microphone_line.turn_off();
      this.socket.close();
      if (this.ear !== null) this.ear.disconnect();
      if (context !== null) this.gain.disconnect();
      sounding -= 1;
      if (sounding === 0 && context !== null) context.suspend();
      this.on_over(reason);
    }
  }

  floorwatch.audio = {
    why_not,
    unlock,
    address,
    open(wanted) {
      return new Sound(wanted);
    },
  };
})((window.floorwatch = window.floorwatch || {}));
