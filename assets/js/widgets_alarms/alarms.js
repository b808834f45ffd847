/* Alerts on the pages of a desk: what is open in one's scope, as frames `alerts` tell it, whole. Each cause that asks for somebody is one
   line over the page until it is over, somebody acknowledged it, or it was hidden here; told politely to screen readers, with a sound when
   it is new, and by the system where that was allowed and nobody looks at the page. The navigation counts what waits. */
(function (floorwatch) {
  "use strict";

  /** At a time; the others are one line with their number. */
  const MOST = 3;
  const MOST_ON_A_PHONE = 2;
  /** What began longer ago is no news: a page that was just opened rings for nothing. */
  const FRESH_MS = 60000;
  const APART_MS = 20000;
  const URGENCY = { none: 0, chime: 1, bell: 2, alarm: 3 };
  const SNOOZE_MIN = 60;
  const { make, put, mark, show } = floorwatch.places;

  const is_narrow = window.matchMedia("(max-width: 719px)");
  const toasts = new Map();
  const hidden = new Set();
  const known = new Set();
  const told = new Map();
  let region = null;
  let list = null;
  let more = null;
  let rows = [];
  let is_first = true;
  let rang_at_ms = -Infinity;

  const word = (id, values) => floorwatch.words.word(id, values);
  const lang = () => document.querySelector(".screen").lang;

  function build() {
    list = make("div", "lines");
    list.setAttribute("role", "log");
    list.setAttribute("aria-live", "polite");
    list.setAttribute("aria-label", word("alarm.region"));
    more = make("a", "more");
    more.href = "/alerts/";
    region = make("section", "alarms", [list, more]);
    region.setAttribute("aria-label", word("alarm.region"));
    document.body.append(region);
    floorwatch.clock.every_second({ tick });
    is_narrow.addEventListener("change", arrange);
  }

  function button(text, kind, act) {
    const made = make("button", kind);
    made.type = "button";
    put(made, text);
    made.addEventListener("click", act);
    return made;
  }

  class Toast {
    constructor(row) {
      this.row = row;
      this.icon = make("i", "icon");
      this.icon.setAttribute("aria-hidden", "true");
      this.level = make("span", "unseen");
      this.headline = make("b");
      this.rule = make("span");
      this.time = make("span", "time");
      this.wrong = make("span", "wrong");
      this.acts = make("div", "acts");
      if (row.may) {
        this.acts.append(
          button(word("alarm.acknowledge"), "primary", () => this.answer("acknowledge", {})),
          button(word("alarm.snooze"), "plain", () => this.answer("snooze", { minutes: SNOOZE_MIN })),
        );
      }
      this.close = button("×", "close", () => this.hide());
      this.close.setAttribute("aria-label", word("alarm.hide"));
      const said = make("div", "said", [this.level, this.headline, make("div", "of", [this.rule, this.time]), this.wrong]);
      this.root = make("article", "alarm", [this.icon, said, this.close, this.acts]);
      this.root.dataset.alert = row.id;
      show(this.wrong, false);
      this.draw(row);
    }

    draw(row) {
      this.row = row;
      mark(this.root, "level-", row.level);
      mark(this.icon, "icon-", row.level === "red" ? "level-red" : "level-amber");
      put(this.level, word(`alarm.${row.level}`));
      put(this.headline, headline(row));
      put(this.rule, row.rule);
      this.tick(floorwatch.clock.now());
    }

    tick(now_ms) {
      put(this.time, word("alarm.since", { time: floorwatch.words.duration((now_ms - this.row.since) / 1000) }));
    }

    hide() {
      hidden.add(this.row.id);
      arrange();
    }

    async answer(deed, fields) {
      for (const one of this.acts.children) one.disabled = true;
      const body = new URLSearchParams(fields);
      try {
        const answer = await fetch(`/alerts/${encodeURIComponent(this.row.id)}/${deed}`, {
          method: "POST", body, headers: { Accept: "application/json" }, cache: "no-store",
        });
        if (!answer.ok) throw new TypeError(`${answer.status}`);
        this.hide(); // the next frame says so, too
      } catch (error) {
        if (!(error instanceof TypeError)) throw error;
        put(this.wrong, word("alarm.failed"));
        show(this.wrong, true);
        for (const one of this.acts.children) one.disabled = false;
      }
    }
  }

  function headline(row) {
    const about = row.about[lang()];
    return about ? `${about} · ${row.limit[lang()]}` : row.limit[lang()];
  }

  function drop(id) {
    const toast = toasts.get(id);
    if (toast === undefined) return;
    toast.root.remove();
    toasts.delete(id);
  }

  function asks(row) {
    return !row.held && row.by === null && !hidden.has(row.id);
  }

  function hear(frame) {
    if (region === null) build();
    const open = new Set(frame.alerts.map((row) => row.id));
    for (const id of [...hidden]) if (!open.has(id)) hidden.delete(id);
    for (const [id, notification] of told) {
      if (!open.has(id)) {
        notification.close();
        told.delete(id);
      }
    }
    rows = frame.alerts;
    const wanted = arrange();
    badge(frame.waiting);
    news(wanted.filter((row) => !known.has(row.id) && floorwatch.clock.now() - row.since < FRESH_MS));
    for (const id of [...known]) if (!open.has(id)) known.delete(id);
    for (const row of wanted) known.add(row.id);
    is_first = false;
  }

  /** The first ones as lines, in their order; how many more there are. Gives all that ask for somebody. */
  function arrange() {
    const wanted = rows.filter(asks);
    const shown = wanted.slice(0, is_narrow.matches ? MOST_ON_A_PHONE : MOST);
    const ids = new Set(shown.map((row) => row.id));
    for (const id of [...toasts.keys()]) if (!ids.has(id)) drop(id);
    for (const row of shown) {
      const toast = toasts.get(row.id);
      if (toast !== undefined) toast.draw(row);
      else {
        const made = new Toast(row);
        toasts.set(row.id, made);
        list.append(made.root);
      }
    }
    const left = wanted.length - shown.length;
    show(more, left > 0);
    if (left > 0) put(more, word("alarm.more", { count: left }));
    return wanted;
  }

  /** In the navigation, as the page server draws it. */
  function badge(waiting) {
    const place = document.querySelector('.places a[data-place="alerts"]');
    if (place === null) return;
    let count = place.querySelector(".count");
    if (count === null) {
      count = make("b", "count");
      place.append(count);
    }
    show(count, waiting > 0);
    if (waiting > 0) {
      count.replaceChildren(document.createTextNode(String(waiting)), make("span", "unseen", [document.createTextNode(word("alarm.waiting"))]));
    }
  }

  function news(fresh) {
    if (fresh.length === 0 || is_first) return;
    const { chosen, ring, notifying } = floorwatch.alarm_choices;
    const loudest = fresh.reduce((most, row) => (URGENCY[row.sound] > URGENCY[most] ? row.sound : most), "none");
    if (chosen.sound && loudest !== "none" && performance.now() - rang_at_ms > APART_MS && ring(loudest)) {
      rang_at_ms = performance.now();
      region.dataset.rang = String(Number(region.dataset.rang || 0) + 1);
    }
    if (notifying() !== "on" || document.hasFocus()) return;
    for (const row of fresh.slice(0, MOST)) {
      told.set(row.id, new Notification(headline(row), { body: row.rule, tag: row.id }));
    }
  }

  function tick(now_ms) {
    for (const toast of toasts.values()) toast.tick(now_ms);
  }

  floorwatch.alarms = { hear };
})((window.floorwatch = window.floorwatch || {}));
