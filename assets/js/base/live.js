/* The live socket: one life of it after the other, for weeks.
   Speaks docs/live-protocol.md: asks for a board, takes snapshot and patches in order, asks anew after a jump of `seq`, says
   every 5 s what it has drawn. A socket that is silent for 6 s is dead, whatever it says. Comes back by itself after 0.5 s to
   5 s, never all screens at once, and always begins with a snapshot: nothing of the life before is trusted. Sent away because
   nobody is known (4401), or because this may not be seen (4403), it stays away until `start_again`. */
(function (floorwatch) {
  "use strict";

  const FIRST_WAIT_MS = 500;
  const LONGEST_WAIT_MS = 5000;
  const SILENCE_MS = 6000;
  const ACK_MS = 5000;
  const SENT_AWAY = new Set([4401, 4403]);

  class Live {
    /** `listener`: `snapshot(frame)`, `patch(frame)`, `beat(frame)`, `trouble(code)`, `connection(is_open)`, `order(frame)` (how a
     *  paired screen should look), `announce(frame)` (what people say on it), `answer(frame)` (to a reveal; says whether it was one), `desk(frame)`
     *  (what one may do here), `alerts(frame)` (what is open in one's scope), `command(frame)` (how far what one asked is), `refused(close code)`. */
    constructor(url, board, listener) {
      this.url = url;
      this.board = board;
      this.listener = listener;
      this.socket = null;
      this.seq = 0;
      this.is_synced = false;
      this.attempts = 0;
      this.heard_at = 0;
      this.retry = null;
      this.is_sent_away = false;
      this.opened = this.opened.bind(this);
      this.received = this.received.bind(this);
      this.closed = this.closed.bind(this);
      this.open = this.open.bind(this);
    }

    start() {
      this.open();
      setInterval(() => this.acknowledge(), ACK_MS);
      setInterval(() => this.suspect(), 1000);
      window.addEventListener("online", () => this.hurry());
      document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
    }

    open() {
      this.retry = null;
      this.attempts += 1;
      this.heard_at = performance.now();
      this.is_synced = false;
      const socket = new WebSocket(this.url);
      this.socket = socket;
      socket.onopen = this.opened;
      socket.onmessage = this.received;
      socket.onclose = this.closed;
    }

    opened() {
      this.ask();
    }

    /** Asks for the whole view. */
    ask() {
      this.is_synced = false;
      this.seq = 0;
      this.send({ board: this.board, seq: 0, release: floorwatch.renewal.release(), restarts: floorwatch.watchdog.restarts() });
    }

    send(frame) {
      if (this.socket !== null && this.socket.readyState === WebSocket.OPEN) this.socket.send(JSON.stringify(frame));
    }

    received(message) {
      if (message.target !== this.socket) return;
      this.heard_at = performance.now();
      const frame = JSON.parse(message.data);
      if (typeof frame.at === "number") floorwatch.clock.hear(frame.at);
      if (frame.t === "patch") this.take_patch(frame);
      else if (frame.t === "snapshot") this.take_snapshot(frame);
      else if (frame.t === "beat") this.listener.beat(frame);
      else if (frame.t === "order") this.listener.order(frame);
      else if (frame.t === "announce") this.listener.announce(frame);
      else if (frame.t === "revealed") this.listener.answer(frame);
      else if (frame.t === "desk") this.listener.desk(frame);
      else if (frame.t === "alerts") this.listener.alerts(frame);
      else if (frame.t === "command" || frame.t === "message") this.listener.command(frame);
      else if (frame.t === "error" && !this.listener.answer(frame)) this.listener.trouble(frame.code);
    }

    take_snapshot(frame) {
      this.seq = frame.seq;
      this.is_synced = true;
      this.attempts = 0;
      if (frame.links) floorwatch.freshness.hear_links(frame.links);
      this.listener.connection(true);
      this.listener.snapshot(frame);
    }

    take_patch(frame) {
      if (!this.is_synced) return;
      if (frame.seq !== this.seq + 1) {
        this.ask();
        return;
      }
      this.seq = frame.seq;
      this.listener.patch(frame);
    }

    acknowledge() {
      if (this.is_synced) this.send({ ack: this.seq });
    }

    /** A half-open socket never says that it is closed. */
    suspect() {
      if (this.socket !== null && performance.now() - this.heard_at > SILENCE_MS) this.drop();
    }

    drop() {
      const socket = this.socket;
      this.closed({ target: socket });
      socket.close();
    }

    closed(event) {
      if (event.target !== this.socket) return;
      this.socket = null;
      this.is_synced = false;
      if (SENT_AWAY.has(event.code)) {
        this.is_sent_away = true;
        this.listener.refused(event.code);
        return;
      }
      this.listener.connection(false);
      const longest = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(this.attempts, 8));
      this.retry = setTimeout(this.open, FIRST_WAIT_MS + Math.random() * (longest - FIRST_WAIT_MS));
    }

    /** After having been sent away: it may be another now. */
    start_again() {
      if (!this.is_sent_away) return;
      this.is_sent_away = false;
      this.open();
    }

    /** The network or the person is back: no reason to wait. */
    hurry() {
      if (this.retry === null) return;
      clearTimeout(this.retry);
      this.open();
    }
  }

  floorwatch.Live = Live;
})((window.floorwatch = window.floorwatch || {}));
