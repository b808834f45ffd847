/* Queues, worst first: the gateway sorts. A figure a column, by the head's formats; pages turn by themselves, and a queue that becomes
   red brings the first page back, where it stands. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark } = floorwatch.places;
  const { formats, words } = floorwatch;
  const ICON_OF_LEVEL = { amber: "level-amber", red: "level-red" };
  /** Metrics whose value has a field of its own in every row. */
  const FIELD = { waiting: "waiting", longest_wait: "oldest", service_level: "sl", agents_available: "available" };
  const LEVEL = { longest_wait: "wait_level", service_level: "sl_level" };

  function shown(level) {
    return level === "amber" || level === "red" ? level : "";
  }

  class QueueTable extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.columns = [...parts.head.querySelectorAll("[data-column]")].map((cell) => ({ metric: cell.dataset.column, format: cell.dataset.format }));
      this.rows = new floorwatch.FittedRows(parts, this.make_row.bind(this), this.draw_row.bind(this), "queue.none");
      this.reds = [];
      this.shown_ms = 0;
    }

    make_row() {
      const icon = make("i", "icon mark");
      const name = make("span", "text");
      const cells = this.columns.map(({ format }) => make("span", `n f-${format}`));
      const root = make("div", "row", [make("span", "name", [icon, name]), ...cells]);
      return { root, icon, name, flexible: [name], cells, data: null };
    }

    draw_row(row, data) {
      row.data = data;
      mark(row.root, "level-", shown(data.level));
      mark(row.icon, "icon-", ICON_OF_LEVEL[data.level] || "");
      const name = floorwatch.screen.queue_name(data.id);
      put(row.name, name);
      row.name.title = name;
      row.root.classList.toggle("quiet", data.waiting === 0);
      for (let i = 0; i < this.columns.length; i += 1) {
        const { metric } = this.columns[i];
        if (LEVEL[metric]) mark(row.cells[i], "level-", shown(data[LEVEL[metric]]));
      }
      this.draw_cells(row, this.shown_ms);
    }

    draw_cells(row, now_ms) {
      for (let i = 0; i < this.columns.length; i += 1) put(row.cells[i], this.text(row.data, i, now_ms));
    }

    text(data, i, now_ms) {
      const { metric, format } = this.columns[i];
      const value = data.values && i < data.values.length ? data.values[i] : data[FIELD[metric]];
      if (metric !== "longest_wait") return formats.text(format, value);
      return value === null || value === undefined ? words.NO_VALUE : words.duration_short((now_ms - value) / 1000);
    }

    update(list) {
      this.shown_ms = this.shown_now();
      this.rows.draw(list);
      this.watch_reds(list);
      this.rows.fit_width();
    }

    /** A queue that was not red before is looked at now. */
    watch_reds(list) {
      const reds = [];
      for (let i = 0; i < list.size && list.at(i).level === "red"; i += 1) reds.push(list.at(i).id);
      if (reds.some((id) => !this.reds.includes(id))) this.rows.first_page(floorwatch.clock.now());
      this.reds = reds;
    }

    tick(shown_ms, now_ms) {
      this.shown_ms = shown_ms;
      if (!this.rows.turn(now_ms)) for (let i = 0; i < this.rows.count; i += 1) this.draw_cells(this.rows.drawn[i], shown_ms);
      this.rows.fit_width();
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.queue_table = (root, parts) => new QueueTable(root, parts);
})((window.floorwatch = window.floorwatch || {}));
