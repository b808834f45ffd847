/* Who is in one's call, and what they may do there, as far as the rules tell: said quietly, with a soft tone when the rules want one. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark, show } = floorwatch.places;
  const words = floorwatch.words;
  const VOLUME = 0.25;

  class OwnListeners {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.value = null;
      this.lines = [];
      this.known = null;
      this.audio = null;
      for (const kind of ["pointerdown", "keydown"]) window.addEventListener(kind, () => this.unlock(), { passive: true });
    }

    /** Browsers let no sound out before the page was touched. */
    unlock() {
      if (this.value === null || !this.value.tone) return;
      if (this.audio === null) this.audio = new AudioContext();
      if (this.audio.state === "suspended") this.audio.resume();
    }

    update(value) {
      this.value = value;
      const { listeners } = value;
      while (this.lines.length < listeners.length) this.add();
      this.lines.forEach((line, i) => {
        show(line.root, i < listeners.length);
        if (i < listeners.length) this.draw(line, listeners[i]);
      });
      show(this.root, listeners.length > 0);
      this.ring(listeners);
      this.tick(floorwatch.freshness.shown_now());
    }

    add() {
      const icon = make("i", "icon");
      const what = make("b");
      const heard = make("span");
      const time = make("time");
      const root = make("li", "", [icon, make("span", "said", [what, heard]), time]);
      this.lines.push({ root, icon, what, heard, time, since: 0 });
      this.parts.lines.append(root);
    }

    draw(line, { by, mode, since }) {
      const known = mode || "listen";
      line.since = since;
      mark(line.icon, "icon-", `mode-${known}`);
      put(line.what, words.word(`told.${known}`, { by }));
      put(line.heard, words.word(`told.heard.${known}`));
    }

    /** Once for somebody who comes or comes closer; not for who was there when the page opened. */
    ring(listeners) {
      const now = listeners.map((one) => `${one.by} ${one.mode}`);
      const has_news = this.known !== null && now.some((one) => !this.known.includes(one));
      this.known = now;
      if (!has_news || !this.value.tone || this.audio === null || this.audio.state !== "running") return;
      floorwatch.sounds.compose(this.audio, "chime", this.audio.currentTime + 0.02, VOLUME);
    }

    tick(now_ms) {
      for (const { root, time, since } of this.lines) if (!root.hidden) put(time, words.duration((now_ms - since) / 1000));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.own_listeners = (root, parts) => new OwnListeners(root, parts);
})((window.floorwatch = window.floorwatch || {}));
