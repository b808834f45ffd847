/* The agents of the day as a table: what they are doing, and what they have done. A name opens an agent's day, a number its calls. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark } = floorwatch.places;
  const { formats, words, links, limits } = floorwatch;
  const OPENS = { calls: "agent.calls", missed: "agent.missed" };
  const STATES = ["talking", "holding", "ringing", "wrapping_up", "available", "paused", "unreachable", "busy_elsewhere", "monitoring", "signed_out"];

  function value_of(row, column) {
    if (column === "agent") return row.name;
    if (column === "state") return STATES.indexOf(row.state);
    return row[column];
  }

  class DayAgents extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.table = new floorwatch.SortedTable(parts, { value: value_of, make: (columns) => this.make_row(columns), draw: (line, row) => this.draw_row(line, row), first: "-calls" });
    }

    make_row(columns) {
      const cells = columns.map((column) => this.make_cell(column));
      return { root: make("tr", "", cells.map(({ cell }) => cell)), cells, state: cells.find(({ id }) => id === "state"), data: null };
    }

    make_cell({ id, kind, format }) {
      const text = make(id === "agent" || OPENS[id] ? "a" : "span", "value");
      if (id === "agent") {
        const staff = make("small");
        const cell = make("th", `c-${id} ${kind}`, [text, staff]);
        cell.scope = "row";
        return { id, format, text, staff, cell };
      }
      if (id === "state") {
        const [icon, time] = [make("i", "icon"), make("time")];
        return { id, format, text, icon, time, cell: make("td", `c-${id} ${kind}`, [icon, text, time]) };
      }
      return { id, format, text, cell: make("td", `c-${id} ${kind}`, [text]) };
    }

    draw_row(line, row) {
      for (const cell of line.cells) {
        if (cell.id === "agent") {
          put(cell.text, row.name);
          put(cell.staff, row.staff);
          links.set(cell.text, links.to("agent", row.id));
        } else if (cell.id !== "state") {
          put(cell.text, formats.text(cell.format, row[cell.id]));
          if (OPENS[cell.id]) links.set(cell.text, row[cell.id] ? links.to(OPENS[cell.id], row.id) : "");
        }
      }
      mark(line.state.cell, "s-", row.state);
      mark(line.state.icon, "icon-", row.state);
      const detail = floorwatch.screen.reason_name(row.reason) || floorwatch.screen.queue_name(row.queue);
      put(line.state.text, detail ? `${words.word(`state.${row.state}`)} · ${detail}` : words.word(`state.${row.state}`));
      line.root.classList.toggle("is-out", row.state === "signed_out");
      this.draw_time(line, this.shown_now());
    }

    draw_time(line, now_ms) {
      const { since, state } = line.data;
      put(line.state.time, since === null || state === "signed_out" ? "" : words.duration((now_ms - since) / 1000));
      const level = limits.level(line.data, now_ms);
      mark(line.state.cell, "over-", level === "none" ? "" : level);
    }

    update(list) {
      put(this.parts.count, String(list.size || ""));
      put(this.parts.empty, list.size ? "" : words.word("today.day_agents.none"));
      this.table.update(list);
    }

    names() {
      this.table.draw();
    }

    tick(now_ms) {
      this.table.lines.each((line) => this.draw_time(line, now_ms));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.day_agents = (root, parts) => new DayAgents(root, parts);
})((window.floorwatch = window.floorwatch || {}));
