/* The head of a leaderboard: its period and state, the time that is left, and in turns what it takes to be on it, its prizes and rules. */
(function (floorwatch) {
  "use strict";

  const { put, show, mark } = floorwatch.places;
  const { words, leaderboards } = floorwatch;
  const TURN_S = 9;
  const LARGEST = 2.9;
  const SMALLEST = 1.9;
  const LOW_U = 13;
  const NARROW_U = 104;

  class LeaderboardHead extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.id = root.dataset.leaderboard;
      this.value = null;
      this.pages = [];
      this.shown = -1;
      this.said = "";
      this.told = [];
      this.icon = root.querySelector(".about");
      new ResizeObserver(() => this.arrange()).observe(root);
      new ResizeObserver(() => this.page_anew()).observe(parts.turn.parentElement);
      document.fonts.ready.then(() => this.page_anew());
    }

    names() {
      const heading = leaderboards.heading_of(this.root);
      if (heading) put(this.parts.heading, heading);
      this.root.classList.toggle("bare", !heading && this.root.dataset.heading !== "own");
      this.draw();
    }

    update(value) {
      this.value = value;
      this.draw_frame(value);
      this.draw();
    }

    draw() {
      if (this.value === null) return;
      const { period, state, from, to } = this.value;
      mark(this.root, "is-", state);
      const running = state === "running" ? words.word(`leaderboard.period.${period}`) : "";
      put(this.parts.period, [running, this.dates(period, from, to)].filter(Boolean).join(" "));
      put(this.parts.state, words.word(`leaderboard.state.${state}`));
      this.told = this.lines();
      const said = this.told.map(({ text }) => text).join("\n");
      if (said !== this.said) {
        this.said = said;
        this.page_anew();
      }
      this.draw_left(floorwatch.clock.now());
    }

    dates(period, from, to) {
      const [first, last] = [leaderboards.day(from), leaderboards.day(to - 1)];
      if (period === "shift") return `${words.hour(from)}–${words.hour(to)}`;
      return first === last ? first : `${first}–${last}`;
    }

    /** What is told in turns. */
    lines() {
      const found = leaderboards.facts(this.id);
      if (found === null) return [{ icon: "badge-flag", text: words.word("leaderboard.welcome.gone") }];
      const { value } = this;
      if (value.loading) return [{ icon: "badge-target", text: words.word("leaderboard.loading") }];
      if (value.state === "over") return [{ icon: "badge-target", text: words.word("leaderboard.counting") }];
      const told = [
        { icon: "badge-gift", text: this.prizes(found) },
        { icon: "badge-target", text: this.needed(found) },
        { icon: "badge-star", text: this.ranked(value) },
        { icon: "badge-flag", text: words.name_of(found.rules, "") },
        { icon: "badge-heart", text: words.word("leaderboard.by_choice") },
      ];
      return told.filter(({ text }) => text !== "");
    }

    needed(found) {
      return [...leaderboards.needed(this.id), ...(found.quality || []).map((one) => this.floor(one))].join(" · ");
    }

    floor({ metric, least, worse }) {
      const value = leaderboards.metric_text(this.id, metric, least);
      return words.word(`leaderboard.quality.${worse === "above" ? "above" : "below"}`, { metric: leaderboards.metric_name(this.id, metric), value });
    }

    ranked({ ranked, top }) {
      if (ranked === 0) return "";
      const n = words.number(ranked);
      return ranked > top ? words.word("leaderboard.ranked", { n, top: words.number(top) }) : words.word("leaderboard.ranked.all", { n });
    }

    prizes(found) {
      const all = (found.prizes || []).map((one) => words.word("leaderboard.prize", { rank: one.rank, prize: words.name_of(one, "") }));
      return all.length === 0 ? "" : words.word("leaderboard.prizes", { prizes: all.join("  ") });
    }

    /** In two lines where one is too narrow; without what is told in turns where there is no room for two. */
    arrange() {
      const u = floorwatch.places.unit_px();
      this.root.classList.toggle("low", this.root.clientHeight < LOW_U * u);
      this.root.classList.toggle("narrow", this.root.clientWidth < NARROW_U * u);
      this.page_anew();
    }

    /** Breaks what is told into pages of its place. */
    page_anew() {
      const box = this.parts.turn.parentElement;
      if (this.said === "" || box.clientHeight === 0) return;
      this.pages = this.told.flatMap(({ icon, text: line }) => {
        put(this.parts.turn, line);
        floorwatch.fitting.fit(box, this.parts.turn, LARGEST, SMALLEST, floorwatch.places.unit_px());
        const type = this.parts.turn.style.getPropertyValue("--type");
        return floorwatch.paged_text.pages_of(box, this.parts.turn, line).map((text) => ({ icon, text, type }));
      });
      this.shown = -1;
      this.turn(floorwatch.clock.now());
    }

    turn(now_ms) {
      if (this.pages.length === 0) return;
      const page = leaderboards.turn(this.pages.length, now_ms, TURN_S);
      if (page === this.shown) return;
      this.shown = page;
      put(this.parts.turn, this.pages[page].text);
      mark(this.icon, "icon-", this.pages[page].icon);
      this.parts.turn.style.setProperty("--type", this.pages[page].type);
      this.parts.turn.classList.toggle("odd", page % 2 === 1);
    }

    draw_left(now_ms) {
      if (this.value === null) return;
      const { state, from, to } = this.value;
      const to_come = state === "to_come";
      const is_open = to_come || state === "running";
      show(this.parts.left.parentElement, is_open);
      if (!is_open) return;
      put(this.parts.left_word, words.word(`leaderboard.left.${to_come ? "to_come" : "running"}`));
      put(this.parts.left, leaderboards.left((to_come ? from : to) - now_ms));
    }

    tick(shown_at_ms, now_ms) {
      this.draw_left(now_ms);
      this.turn(now_ms);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.leaderboard_head = (root, parts) => new LeaderboardHead(root, parts);
})((window.floorwatch = window.floorwatch || {}));
