/* Teams against each other: a lane each, as long as the mean of its members' scores; how far the first one is ahead, the others behind. */
(function (floorwatch) {
  "use strict";

  const { put, make } = floorwatch.places;
  const { words, leaderboards } = floorwatch;
  const ROW_EM = { height: 2.7, width: 12 };
  const LARGEST = 3.4;
  const WITH_GAP_EM = 17;

  class TeamRace extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.id = root.dataset.leaderboard;
      this.list = null;
      this.rows = new floorwatch.EvenRows(parts.list, () => this.make_row(), ROW_EM, LARGEST, () => this.draw());
    }

    make_row() {
      const rank = make("b", "rank");
      const name = make("span", "name");
      const gap = make("small", "gap_of");
      const points = make("b", "points");
      const fill = make("i", "fill");
      const lane = make("span", "lane", [fill]);
      return { root: make("div", "team", [rank, name, gap, points, lane]), rank, name, gap, points, fill };
    }

    names() {
      this.draw();
    }

    update(list) {
      this.list = list;
      put(this.parts.empty, list.size === 0 ? words.word("leaderboard.teams.none") : "");
      this.draw();
    }

    draw() {
      if (this.list === null) return;
      const shown = this.rows.fit(this.list.size);
      const { list } = this.parts;
      const type = parseFloat(list.style.getPropertyValue("--type")) || 1;
      list.classList.toggle("narrow", list.clientWidth / type < WITH_GAP_EM);
      for (let i = 0; i < shown; i += 1) this.draw_row(this.rows.rows[i], this.list.at(i), i);
      for (let i = 0; i < shown; i += 1) {
        const { id } = this.list.at(i);
        floorwatch.fitted_words.fit(this.rows.rows[i].name, leaderboards.team_name(id) || words.word("leaderboard.other_team"));
      }
    }

    draw_row(row, team, at) {
      row.root.dataset.rank = team.rank <= 3 ? String(team.rank) : "other";
      put(row.rank, words.number(team.rank));
      put(row.points, leaderboards.points(team.score));
      put(row.gap, this.gap(team, at));
      row.fill.style.setProperty("--share", Math.max(0, Math.min(1, team.score / 10000)).toFixed(4));
    }

    gap(team, at) {
      if (this.list.size < 2) return words.word("leaderboard.team.of", { n: words.number(team.of) });
      const other = this.list.at(at === 0 ? 1 : 0);
      const tenths = (score) => Math.round(score / 10) * 10; // of what stands there, so that who subtracts finds the same
      const n = Math.abs(tenths(team.score) - tenths(other.score));
      if (n === 0) return "";
      return words.word(at === 0 ? "leaderboard.team.ahead" : "leaderboard.team.behind", { n: leaderboards.points(n) });
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.team_race = (root, parts) => new TeamRace(root, parts);
})((window.floorwatch = window.floorwatch || {}));
