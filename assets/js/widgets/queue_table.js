/* Queues, worst first: the gateway sorts; name, waiting, longest, service level, ready agents. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark } = floorwatch.places;
  const words = floorwatch.words;
  const ICON_OF_LEVEL = { amber: "level-amber", red: "level-red" };

  function cell(level) {
    return level === "amber" || level === "red" ? level : "";
  }

  class QueueTable extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.rows = new floorwatch.FittedRows(parts, this.make_row, this.draw_row, "queue.none");
    }

    make_row() {
      const icon = make("i", "icon mark");
      const name = make("span", "text");
      const cells = [make("span", "n"), make("span", "n"), make("span", "n"), make("span", "n dim")];
      const root = make("div", "row", [make("span", "name", [icon, name]), ...cells]);
      return { root, icon, name, waiting: cells[0], oldest: cells[1], sl: cells[2], available: cells[3], data: null };
    }

    draw_row(row, data) {
      row.data = data;
      mark(row.root, "level-", cell(data.level));
      mark(row.icon, "icon-", ICON_OF_LEVEL[data.level] || "");
      mark(row.oldest, "level-", cell(data.wait_level));
      mark(row.sl, "level-", cell(data.sl_level));
      put(row.name, floorwatch.screen.queue_name(data.id));
      put(row.waiting, words.number(data.waiting));
      put(row.sl, words.percent_sign(data.sl));
      put(row.available, words.number(data.available));
      row.root.classList.toggle("quiet", data.waiting === 0);
    }

    update(list) {
      this.rows.draw(list);
      this.tick(floorwatch.freshness.shown_now());
    }

    tick(now_ms) {
      const { drawn, count } = this.rows;
      for (let i = 0; i < count; i += 1) {
        const oldest = drawn[i].data.oldest;
        put(drawn[i].oldest, oldest === null ? words.NO_VALUE : words.duration((now_ms - oldest) / 1000));
      }
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.queue_table = (root, parts) => new QueueTable(root, parts);
})((window.floorwatch = window.floorwatch || {}));
