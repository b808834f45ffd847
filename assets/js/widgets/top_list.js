/* Who has most: rank, name and value, and behind them a bar as long as their share of the first one's. Ties share a rank. With a
   leaderboard: its first ones by their score, as they chose to appear. */
(function (floorwatch) {
  "use strict";

  const { put, make } = floorwatch.places;
  const { words, formats, leaderboards } = floorwatch;
  const ROW_EM = { height: 1.75, width: 9.5 };
  const LARGEST = 4.6;

  class TopList extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.list = null;
      this.rows = new floorwatch.EvenRows(parts.ranks, () => this.make_row(), ROW_EM, LARGEST, () => this.draw());
    }

    names() {
      const heading = this.root.dataset.leaderboard ? leaderboards.heading_of(this.root) : "";
      if (heading) put(this.parts.heading, heading);
      this.fit_heading();
    }

    make_row() {
      const rank = make("b", "rank");
      const name = make("span", "name");
      const value = make("b", "value");
      return { root: make("div", "one", [rank, name, value]), rank, name, value };
    }

    update(list) {
      this.list = list;
      put(this.parts.empty, list.size === 0 ? words.word("top_list.none") : "");
      this.draw();
    }

    draw() {
      if (this.list === null) return;
      const shown = this.rows.fit(Math.min(this.list.size, Number(this.root.dataset.rows)));
      const first = this.list.size > 0 ? this.figure_of(this.list.at(0)) : 0;
      for (let i = 0; i < shown; i += 1) this.draw_row(this.rows.rows[i], this.list.at(i), first);
      for (let i = 0; i < shown; i += 1) {
        const line = this.list.at(i);
        const { name, staff, id } = line;
        const whole = line.score === undefined ? name || staff || id : leaderboards.name_of(line);
        floorwatch.fitted_words.fit(this.rows.rows[i].name, whole, staff);
      }
    }

    figure_of(line) {
      return line.score === undefined ? line.v : line.score;
    }

    draw_row(row, data, first) {
      put(row.rank, words.number(data.rank));
      const figure = this.figure_of(data);
      put(row.value, data.score === undefined ? formats.text(this.root.dataset.format, figure, null) : leaderboards.points(figure));
      row.root.dataset.rank = data.rank < 4 ? String(data.rank) : "other";
      row.root.style.setProperty("--share", first > 0 ? Math.max(0, Math.min(1, figure / first)).toFixed(3) : "0");
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.top_list = (root, parts) => new TopList(root, parts);
})((window.floorwatch = window.floorwatch || {}));
