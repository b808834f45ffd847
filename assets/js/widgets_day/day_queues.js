/* The queues of the day as a table. As they come: the worst first, as the gateway sorts. Its name opens a queue's own page, its numbers their calls. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark } = floorwatch.places;
  const { formats, words, links } = floorwatch;
  const ICON_OF_LEVEL = { amber: "level-amber", red: "level-red" };
  /** As the board's tile has its columns. */
  const VALUES = ["offered", "answered", "abandoned", "abandon_rate", "asa", "aht"];
  const FIELD = { waiting: "waiting", longest_wait: "oldest", service_level: "sl", agents_available: "available" };
  const LEVEL = { longest_wait: "wait_level", service_level: "sl_level" };
  const OPENS = { offered: "queue.offered", answered: "queue.answered", abandoned: "queue.abandoned", asa: "queue.longest", aht: "queue.handled", service_level: "queue.late" };

  function value_of(row, column) {
    if (column === "queue") return floorwatch.screen.queue_name(row.id);
    return FIELD[column] ? row[FIELD[column]] : row.values[VALUES.indexOf(column)];
  }

  /** The oldest came first: the longest wait is the smallest moment. */
  const sorted_by = (row, column) => (column === "longest_wait" ? (row.oldest === null ? null : -row.oldest) : value_of(row, column));

  class DayQueues extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.table = new floorwatch.SortedTable(parts, { value: sorted_by, make: (columns) => this.make_row(columns), draw: (line, row) => this.draw_row(line, row), first: "" });
    }

    make_row(columns) {
      const cells = columns.map(({ id, kind, format }) => {
        const text = make(id === "queue" || OPENS[id] ? "a" : "span", "value");
        const cell = make(id === "queue" ? "th" : "td", `c-${id} ${kind}`, id === "queue" ? [make("i", "icon mark"), text] : [text]);
        if (id === "queue") cell.scope = "row";
        return { id, format, text, cell };
      });
      return { root: make("tr", "", cells.map(({ cell }) => cell)), cells, data: null };
    }

    draw_row(line, row) {
      const level = row.level === "amber" || row.level === "red" ? row.level : "";
      mark(line.root, "level-", level);
      for (const { id, format, text, cell } of line.cells) {
        if (id === "queue") {
          put(text, floorwatch.screen.queue_name(row.id));
          links.set(text, links.to("queue", row.id));
          mark(cell.firstChild, "icon-", ICON_OF_LEVEL[level] || "");
          cell.firstChild.title = level ? words.word(`level.${level}`) : "";
          continue;
        }
        if (OPENS[id]) links.set(text, links.to(OPENS[id], row.id));
        const own = LEVEL[id] ? row[LEVEL[id]] : "";
        mark(cell, "level-", own === "amber" || own === "red" ? own : "");
        if (id !== "longest_wait") put(text, formats.text(format, value_of(row, id)));
      }
      this.draw_wait(line, this.shown_now());
    }

    draw_wait(line, now_ms) {
      const cell = line.cells.find(({ id }) => id === "longest_wait");
      put(cell.text, line.data.oldest === null ? words.NO_VALUE : words.duration((now_ms - line.data.oldest) / 1000));
    }

    update(list) {
      put(this.parts.count, String(list.size || ""));
      put(this.parts.empty, list.size ? "" : words.word("today.day_queues.none"));
      this.table.update(list);
    }

    names() {
      this.table.draw();
    }

    tick(now_ms) {
      this.table.lines.each((line) => line.data.oldest !== null && this.draw_wait(line, now_ms));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_queues = (root, parts) => new DayQueues(root, parts);
})((window.floorwatch = window.floorwatch || {}));
