/* The link to each switch: the worst first; its state in a word, and since when, or how old its last sign of life is. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark } = floorwatch.places;
  const { words, freshness } = floorwatch;
  const SEVERITY = { live: 0, delayed: 1, resync: 2, stale: 3 };
  const ROW_EM = { height: 2.6, width: 11 };
  const LARGEST = 3.4;
  const LOW_U = 12;
  const DAY_MS = 86400000;

  class LinkLamp extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.is_low = false;
      this.wanted = root.dataset.switches ? root.dataset.switches.split(" ") : [];
      this.rows = new floorwatch.EvenRows(parts.links, () => this.make_row(), ROW_EM, LARGEST, () => this.tick(0, floorwatch.clock.now()));
    }

    make_row() {
      const lamp = make("i", "lamp");
      const name = make("b");
      const state = make("span", "state");
      const since = make("small");
      return { root: make("div", "link", [lamp, make("p", "", [name, state]), since]), lamp, name, state, since };
    }

    /** Those that the board wants; one that the gateway does not speak of has never been there. */
    links(now_ms) {
      const heard = freshness.links();
      const never = { state: "never", alive_at: null, since: null };
      const found = this.wanted.length === 0 ? heard
        : this.wanted.map((id) => heard.find((link) => link.switch === id) || { ...never, switch: id });
      const state = (link) => freshness.state_of(link, now_ms);
      return [...found].sort((a, b) => SEVERITY[state(b)] - SEVERITY[state(a)]);
    }

    tick(shown_at_ms, now_ms) {
      const links = this.links(now_ms);
      this.is_low = this.root.clientHeight < LOW_U * floorwatch.places.unit_px();
      this.root.classList.toggle("low", this.is_low);
      const shown = this.rows.fit(links.length);
      for (let i = 0; i < shown; i += 1) this.draw_row(this.rows.rows[i], links[i], now_ms);
      const rest = links.length - shown;
      put(this.parts.more, rest === 0 ? "" : this.is_low ? `+${rest}` : words.word("more", { n: words.number(rest) }));
    }

    draw_row(row, link, now_ms) {
      const state = freshness.state_of(link, now_ms);
      mark(row.root, "is-", state);
      put(row.state, words.word(`link.${state}`));
      floorwatch.fitted_words.fit(row.name, link.switch);
      floorwatch.fitted_words.fit(row.since, this.sentence(link, state, now_ms));
    }

    /** "since 10:42:07 · timed out"; while it is not live how old its last sign of life is. */
    sentence(link, state, now_ms) {
      if (link.state === "never" || link.alive_at === null) return words.word("stale.link_never");
      const at = state === "live" || link.state === "lost" ? link.since : link.alive_at;
      const is_long = at !== null && now_ms - at > DAY_MS;
      const since = at === null ? "" : words.word("since", { time: is_long ? words.date(at) : words.time(at) });
      const why = state !== "live" && link.reason && words.has(`reason.${link.reason}`) ? words.word(`reason.${link.reason}`) : "";
      const age = state === "live" ? "" : words.age(now_ms - link.alive_at);
      return [since, this.is_low ? "" : why || age].filter(Boolean).join(" · ");
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.link_lamp = (root, parts) => new LinkLamp(root, parts);
})((window.floorwatch = window.floorwatch || {}));
