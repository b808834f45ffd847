/* What all want to reach together: each goal with its meter. As many columns as can be read; what finds no room takes turns. */
(function (floorwatch) {
  "use strict";

  const { put, make, show, mark } = floorwatch.places;
  const { words, leaderboards } = floorwatch;
  const LEAST_WIDTH_U = 30;
  const ROW_U = 4.9;
  const TURN_S = 10;
  const LOW_U = 13;

  class Goals extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.id = root.dataset.leaderboard;
      this.list = null;
      this.rows = [];
      this.draw = this.draw.bind(this);
      new ResizeObserver(this.draw).observe(root);
      document.fonts.ready.then(this.draw);
    }

    make_row() {
      const icon = make("i", "icon");
      const name = make("span", "name");
      const value = make("b", "value");
      const target = make("small", "of");
      const fill = make("i", "fill");
      const row = { root: make("div", "goal", [icon, name, value, target, make("span", "lane", [fill])]), icon, name, value, target, fill };
      this.rows.push(row);
      this.parts.list.append(row.root);
      return row;
    }

    names() {
      this.draw();
    }

    update(list) {
      this.list = list;
      put(this.parts.empty, list.size === 0 ? words.word("leaderboard.goals.none") : "");
      this.draw();
    }

    draw() {
      const box = this.parts.list;
      if (this.list === null || this.root.clientHeight === 0) return;
      const u = floorwatch.places.unit_px();
      this.root.classList.toggle("low", this.root.clientHeight < LOW_U * u);
      const { size } = this.list;
      const down = Math.max(1, Math.floor(box.clientHeight / (ROW_U * u)));
      const across = Math.max(1, Math.min(Math.ceil(size / down), Math.floor(box.clientWidth / (LEAST_WIDTH_U * u))));
      const room = Math.max(1, down * across);
      const pages = Math.max(1, Math.ceil(size / room));
      this.page = leaderboards.turn(pages, floorwatch.clock.now(), TURN_S);
      this.pages = pages;
      box.style.setProperty("--columns", String(across));
      const first = this.page * room;
      const shown = Math.min(room, size - first);
      for (let i = 0; i < Math.max(shown, this.rows.length); i += 1) {
        const row = this.rows[i] || this.make_row();
        show(row.root, i < shown);
        if (i < shown) this.draw_row(row, this.list.at(first + i));
      }
    }

    draw_row(row, goal) {
      const { metric, v, target, reached } = goal;
      row.root.classList.toggle("reached", reached);
      mark(row.icon, "icon-", reached ? "check" : "badge-flag");
      row.icon.title = reached ? words.word("leaderboard.goal.reached") : "";
      put(row.value, leaderboards.metric_text(this.id, metric, v, target));
      put(row.target, words.word("leaderboard.goal.of", { value: leaderboards.metric_text(this.id, metric, target) }));
      row.fill.style.setProperty("--share", this.share(goal).toFixed(4));
      floorwatch.fitted_words.fit(row.name, leaderboards.metric_name(this.id, metric));
    }

    /** How much of the way is done: where less is better, the goal's share of the value. */
    share({ v, target, reached }) {
      if (reached) return 1;
      if (v === null || target === 0) return 0;
      return Math.max(0, Math.min(1, v < target ? v / target : target / v));
    }

    tick(shown_at_ms, now_ms) {
      if (this.pages > 1 && leaderboards.turn(this.pages, now_ms, TURN_S) !== this.page) this.draw();
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.goals = (root, parts) => new Goals(root, parts);
})((window.floorwatch = window.floorwatch || {}));
