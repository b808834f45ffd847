/* Good news: the newest one stays in its tile; one that was called a few seconds ago is celebrated over the whole screen, once in this
   browser, for three seconds. Never on top of a red alarm, nor on a screen that was made black or that stands still; as a card without
   motion where somebody wants less of it. */
(function (floorwatch) {
  "use strict";

  const { put, make, show, mark } = floorwatch.places;
  const { words, leaderboards } = floorwatch;
  const KEY = "floorwatch.celebrated";
  const MOST_KEPT = 60;
  const FRESH_MS = 8000;
  const LASTS_MS = 3000;
  const KEPT_MS = 12 * 3600 * 1000;
  const SIGN = { leader: "badge-crown", goal: "badge-flag", finish: "badge-medal", badge: "badge-star" };
  const RED = '.page:not([hidden]) .tile[data-level="red"]:not([data-age="stale"])';
  const COVERED = ".blank:not([hidden]), .announcement_full:not([hidden])";

  /** Whether this is the first time that this browser hears of it. */
  function is_first(id) {
    try {
      const found = JSON.parse(window.localStorage.getItem(KEY) || "[]");
      const kept = Array.isArray(found) ? found : [];
      if (kept.includes(id)) return false;
      window.localStorage.setItem(KEY, JSON.stringify([...kept, id].slice(-MOST_KEPT)));
    } catch (error) {
      if (!(error instanceof DOMException) && !(error instanceof SyntaxError)) throw error; // no storage here, or not ours
    }
    return true;
  }

  class Celebration extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.id = root.dataset.leaderboard;
      this.value = null;
      this.overlay = null;
      this.avatar = new floorwatch.Avatar();
      this.sign = make("i", "icon sign_of");
      parts.face.append(this.avatar.root, this.sign);
      this.fit = this.fit.bind(this);
      new ResizeObserver(this.fit).observe(parts.news.parentElement);
      document.fonts.ready.then(this.fit);
      this.draw();
    }

    names() {
      this.draw();
    }

    update(value) {
      this.value = value;
      this.draw();
      this.celebrate(floorwatch.clock.now());
    }

    draw() {
      const { value } = this;
      put(this.parts.empty, value === null ? words.word("leaderboard.news.none") : "");
      show(this.parts.news.parentElement, value !== null);
      if (value === null) return;
      const is_of_person = value.kind !== "goal" && value.name !== "";
      show(this.avatar.root, is_of_person);
      show(this.sign, !is_of_person);
      if (is_of_person) this.avatar.draw(value, value.kind === "badge" ? "" : 1);
      mark(this.sign, "icon-", SIGN[value.kind] || SIGN.badge);
      put(this.parts.news, this.sentence());
      put(this.parts.at, words.hour(value.at));
      this.fit();
    }

    fit() {
      if (this.value === null || this.parts.news.parentElement.clientHeight === 0) return;
      floorwatch.fitting.fit(this.parts.news, this.parts.news, 3.2, 1.9, floorwatch.places.unit_px());
    }

    sentence() {
      const { kind, what, name } = this.value;
      if (kind === "finish" && name === "") return words.word("leaderboard.celebrate.finish.nobody");
      return words.word(`leaderboard.celebrate.${kind}`, { name: leaderboards.name_of(this.value), what: this.what(kind, what) });
    }

    what(kind, what) {
      if (kind === "goal") return leaderboards.metric_name(this.id, what);
      return kind === "badge" ? leaderboards.badge(this.id, what).title : leaderboards.title(this.id);
    }

    /** Yesterday's news is none. */
    tick(shown_at_ms, now_ms) {
      if (this.value === null || now_ms - this.value.at < KEPT_MS) return;
      this.value = null;
      this.draw();
    }

    // -- over the whole screen

    celebrate(now_ms) {
      const { value } = this;
      if (now_ms - value.at > FRESH_MS || this.shown_now() < value.at - FRESH_MS || this.is_kept_back()) return;
      if (!is_first(value.id)) return;
      this.end();
      floorwatch.sounds.celebrate(value.sound, now_ms);
      this.begin(window.matchMedia("(prefers-reduced-motion: reduce)").matches);
    }

    is_kept_back() {
      return document.hidden || document.querySelector(RED) !== null || document.querySelector(COVERED) !== null
        || floorwatch.ages.of(this.root).state === "stale";
    }

    begin(is_still) {
      const { value } = this;
      const avatar = new floorwatch.Avatar();
      const sign = make("i", `icon icon-${SIGN[value.kind] || SIGN.badge} sign_of`);
      const cheer = make("b", "cheer");
      const text = make("p");
      put(cheer, words.word(`leaderboard.cheer.${value.kind}`));
      put(text, this.sentence());
      const canvas = make("canvas", "paper");
      canvas.setAttribute("aria-hidden", "true");
      const is_of_person = value.kind !== "goal" && value.name !== "";
      if (is_of_person) avatar.draw(value, 1);
      const card = make("div", "card", [is_of_person ? avatar.root : sign, make("div", "words", [cheer, text])]);
      this.overlay = make("div", `party${is_still ? " still" : ""}`, is_still ? [card] : [canvas, card]);
      this.overlay.setAttribute("role", "status");
      this.overlay.dataset.lasts = String(LASTS_MS);
      this.root.closest(".screen").append(this.overlay);
      floorwatch.fitting.fit(text, text, window.innerWidth > window.innerHeight ? 7 : 5, 3, floorwatch.places.unit_px());
      const confetti = is_still ? null : new floorwatch.Confetti(canvas);
      if (confetti !== null) confetti.resize();
      this.play(this.overlay, confetti, performance.now());
    }

    /** Until its time is over, or something red begins. */
    play(overlay, confetti, began_ms) {
      if (overlay !== this.overlay) return;
      const at_ms = performance.now() - began_ms;
      if (at_ms >= LASTS_MS || this.is_kept_back()) {
        this.end();
        return;
      }
      if (confetti === null) setTimeout(() => this.play(overlay, confetti, began_ms), 200);
      else {
        confetti.draw(at_ms, LASTS_MS);
        requestAnimationFrame(() => this.play(overlay, confetti, began_ms));
      }
    }

    end() {
      if (this.overlay !== null) this.overlay.remove();
      this.overlay = null;
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.celebration = (root, parts) => new Celebration(root, parts);
})((window.floorwatch = window.floorwatch || {}));
