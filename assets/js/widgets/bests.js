/* Reasons to smile: a sign, a name, and why. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark } = floorwatch.places;
  const { words, leaderboards } = floorwatch;
  const ROW_EM = { height: 2.95, width: 9 };
  const LARGEST = 2.7;
  const SIGN = { climber: "badge-climb", streak: "badge-flame" };

  class Bests extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.id = root.dataset.leaderboard;
      this.bests = null;
      this.rows = new floorwatch.EvenRows(parts.list, () => this.make_row(), ROW_EM, LARGEST, () => this.draw());
    }

    make_row() {
      const icon = make("i", "icon");
      const name = make("b", "name");
      const why = make("span", "why");
      const sign = make("span", "sign_of", [icon]);
      return { root: make("div", "best", [sign, make("p", "", [name, why])]), icon, name, why };
    }

    names() {
      this.draw();
    }

    update(value) {
      this.bests = value.bests;
      put(this.parts.empty, value.bests.length === 0 ? words.word("leaderboard.bests.none") : "");
      this.draw();
    }

    draw() {
      if (this.bests === null) return;
      const shown = this.rows.fit(this.bests.length);
      for (let i = 0; i < shown; i += 1) {
        const [row, best] = [this.rows.rows[i], this.bests[i]];
        const { icon, text } = this.why(best);
        row.root.dataset.kind = best.kind;
        mark(row.icon, "icon-", icon);
        floorwatch.fitted_words.fit(row.name, leaderboards.name_of(best));
        floorwatch.fitted_words.fit(row.why, text);
      }
    }

    why(best) {
      if (best.kind !== "badge") return { icon: SIGN[best.kind], text: words.counted(`leaderboard.${best.kind}`, best.v) };
      const { icon, title } = leaderboards.badge(this.id, best.badge);
      return { icon, text: words.word("leaderboard.badge", { badge: title }) };
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.bests = (root, parts) => new Bests(root, parts);
})((window.floorwatch = window.floorwatch || {}));
