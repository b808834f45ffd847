/* The peer of bench/agents_wall.py: a person is a few elements of the page, as walls had it up to 240 people before they drew on a
   canvas. In place of assets/js/widgets/agents.js; the same update() and tick(). */
(function (floorwatch) {
  "use strict";

  const { put, mark, make, show } = floorwatch.places;
  const words = floorwatch.words;
  const WIDTH_TO_HEIGHT = 1.25;

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
      this.size = { width: 0, height: 0 };
      this.resized = this.resized.bind(this);
      this.box = parts.people;
      this.grid = make("div", "grid");
      this.box.replaceChildren(this.grid);
      new ResizeObserver(this.resized).observe(this.box);
    }

    resized() {
      this.size = { width: this.box.clientWidth, height: this.box.clientHeight };
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
        this.draw_person(this.people[index], row, now_ms);
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
      this.shape = fit(Math.max(1, list.size), this.size.width, this.size.height, WIDTH_TO_HEIGHT);
      this.index.clear();
      for (let i = 0; i < list.size; i += 1) this.index.set(list.order[i], i);
      this.draw_people();
    }

    draw_people() {
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
      const { grid } = this;
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
      this.grid.append(root);
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
      for (let i = 0; i < this.count && i < this.people.length; i += 1) {
        if (this.people[i].row !== null) this.draw_time(this.people[i], now_ms);
      }
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.agents = (root, parts) => new Agents(root, parts);
})((window.floorwatch = window.floorwatch || {}));
