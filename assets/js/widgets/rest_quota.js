/* How many rest for which reason, of how many who may: the fullest first, with the mark of its level. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark } = floorwatch.places;
  const words = floorwatch.words;
  const ROW_EM = { height: 2.5, width: 9 };
  const LARGEST = 5;

  /** How full a quota is; a reason without one comes last. */
  const share = (row) => (row.quota === null ? -1 : row.quota > 0 ? row.now / row.quota : 1);

  class RestQuota extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.list = null;
      this.rows = new floorwatch.EvenRows(parts.reasons, () => this.make_row(), ROW_EM, LARGEST, () => this.draw());
    }

    make_row() {
      const icon = make("i", "icon mark");
      const name = make("span", "name");
      const now = make("b");
      const quota = make("small");
      const fill = make("i", "fill");
      const words_of = make("p", "", [icon, name, make("span", "value", [now, quota])]);
      return { root: make("div", "reason", [words_of, make("div", "bar", [fill])]), icon, name, now, quota };
    }

    update(list) {
      this.list = list;
      put(this.parts.empty, list.size === 0 ? words.word("rest_quota.none") : "");
      this.draw();
    }

    names() {
      this.draw();
    }

    draw() {
      if (this.list === null) return;
      const rows = this.list.order.map((id) => this.list.rows.get(id)).sort((a, b) => share(b) - share(a));
      const shown = this.rows.fit(rows.length);
      for (let i = 0; i < shown; i += 1) this.draw_row(this.rows.rows[i], rows[i]);
      put(this.parts.more, rows.length > shown ? words.word("more", { n: words.number(rows.length - shown) }) : "");
    }

    draw_row(row, data) {
      const is_bad = data.level === "amber" || data.level === "red";
      mark(row.root, "level-", is_bad ? data.level : "");
      mark(row.icon, "icon-", is_bad ? `level-${data.level}` : "");
      row.icon.title = is_bad ? words.word(`level.${data.level}`) : "";
      put(row.now, words.number(data.now));
      put(row.quota, data.quota === null ? "" : `/${words.number(data.quota)}`);
      row.root.style.setProperty("--share", Math.max(0, Math.min(1, share(data))).toFixed(3));
      row.root.style.setProperty("--places", String(Math.max(1, Math.min(40, data.quota || 1))));
      floorwatch.fitted_words.fit(row.name, floorwatch.screen.reason_name(data.id));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.rest_quota = (root, parts) => new RestQuota(root, parts);
})((window.floorwatch = window.floorwatch || {}));
