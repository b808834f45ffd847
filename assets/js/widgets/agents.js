/* Everybody on the floor. How many there are sets how large a person's tile is, and how much of it there is room for:
   name, icon and time · name and icon · a canvas of coloured cells. A person keeps their place while nobody comes or goes. */
(function (floorwatch) {
  "use strict";

  const { put, mark, make, show } = floorwatch.places;
  const words = floorwatch.words;
  const MOST_ON_DOM = 240;
  const WIDTH_TO_HEIGHT = 1.25;
  const CANVAS_WIDTH_TO_HEIGHT = 1.9;

  /** Columns and rows so that `count` cells fill the box in the shape nearest to the wanted one. */
  function fit(count, width, height, wanted) {
    let best = { columns: 1, rows: count, error: Infinity };
    for (let columns = 1; columns <= count; columns += 1) {
      const rows = Math.ceil(count / columns);
      const error = Math.abs(Math.log(width / columns / (height / rows) / wanted)) + 0.25 * ((columns * rows - count) / columns);
      if (error < best.error) best = { columns, rows, error };
    }
    return best;
  }

  class Agents extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.list = null;
      this.people = [];
      this.index = new Map();
      this.count = 0;
      this.shape = { columns: 1, rows: 1 };
      this.canvas = null;
      this.size = { width: 0, height: 0 };
      this.resized = this.resized.bind(this);
      new ResizeObserver(this.resized).observe(parts.people.parentElement);
    }

    resized() {
      const box = this.parts.people.parentElement;
      this.size = { width: box.clientWidth, height: box.clientHeight };
      if (this.list !== null) this.draw_all();
    }

    update(list, change) {
      this.list = list;
      this.count_staff();
      const is_whole = change === null || change.order || (change.del && change.del.length) || list.size !== this.count;
      if (is_whole) {
        this.draw_all();
        return;
      }
      const now_ms = floorwatch.freshness.shown_now();
      for (const row of change.set || []) {
        const index = this.index.get(row.id);
        if (this.canvas !== null && index !== undefined) this.canvas.draw_one(row, index, now_ms);
        else this.draw_person(this.people[index], row, now_ms);
      }
    }

    count_staff() {
      let staffed = 0;
      for (const row of this.list.rows.values()) if (row.state !== "signed_out") staffed += 1;
      put(this.parts.note, `${words.word("agents.staffed", { n: words.number(staffed) })} · ${words.word("agents.framed")}`);
    }

    draw_all() {
      const { list } = this;
      this.count = list.size;
      put(this.parts.empty, list.size === 0 ? words.word("agents.none") : "");
      if (this.size.height < 10) return;
      const on_canvas = list.size > MOST_ON_DOM;
      const wanted = on_canvas ? CANVAS_WIDTH_TO_HEIGHT : WIDTH_TO_HEIGHT;
      this.shape = fit(Math.max(1, list.size), this.size.width, this.size.height, wanted);
      this.index.clear();
      for (let i = 0; i < list.size; i += 1) this.index.set(list.order[i], i);
      show(this.parts.people, !on_canvas);
      show(this.parts.canvas, on_canvas);
      if (on_canvas) this.draw_canvas();
      else this.draw_people();
    }

    draw_canvas() {
      if (this.canvas === null) this.canvas = new floorwatch.AgentsCanvas(this.parts.canvas);
      const now_ms = floorwatch.freshness.shown_now();
      this.canvas.draw(this.list, this.shape, this.size, now_ms);
    }

    draw_people() {
      this.canvas = null;
      this.set_density();
      while (this.people.length < this.list.size) this.add();
      const now_ms = floorwatch.freshness.shown_now();
      for (let i = 0; i < this.people.length; i += 1) {
        const is_shown = i < this.list.size;
        show(this.people[i].root, is_shown);
        if (!is_shown) continue;
        this.draw_person(this.people[i], this.list.at(i), now_ms);
      }
    }

    set_density() {
      const { columns, rows } = this.shape;
      const cell = { width: this.size.width / columns, height: this.size.height / rows };
      const grid = this.parts.people;
      const type = Math.min(cell.height * 0.27, cell.width / 5.15, this.size.height * 0.065);
      const is_small = cell.height < window.innerHeight * 0.043;
      grid.style.setProperty("--columns", String(columns));
      grid.style.setProperty("--rows", String(rows));
      grid.style.setProperty("--type", `${(is_small ? Math.min(cell.height * 0.44, cell.width / 4.4) : type).toFixed(1)}px`);
      mark(grid, "density-", is_small ? "small" : "large");
    }

    add() {
      const name = make("b");
      const icon = make("i", "icon");
      const time = make("span", "time");
      const root = make("div", "person", [name, make("span", "state", [icon, time])]);
      this.people.push({ root, name, icon, time, row: null });
      this.parts.people.append(root);
    }

    draw_person(person, row, now_ms) {
      if (person === undefined) return;
      person.row = row;
      mark(person.root, "s-", row.state);
      mark(person.icon, "icon-", row.state);
      put(person.name, words.name_short(row.name || row.staff || row.id));
      this.draw_time(person, now_ms);
    }

    draw_time(person, now_ms) {
      const { row } = person;
      mark(person.root, "over-", floorwatch.limits.level(row, now_ms));
      put(person.time, row.state === "signed_out" ? words.word("state.signed_out") : words.duration_short((now_ms - row.since) / 1000));
    }

    tick(now_ms) {
      if (this.list === null || this.size.height < 10) return;
      if (this.canvas !== null) {
        this.draw_canvas();
        return;
      }
      for (let i = 0; i < this.count && i < this.people.length; i += 1) {
        if (this.people[i].row !== null) this.draw_time(this.people[i], now_ms);
      }
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.agents = (root, parts) => new Agents(root, parts);
})((window.floorwatch = window.floorwatch || {}));
