/* Waiting callers, oldest first: number, queue, wait; who rings at an agent right now has a bell. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark } = floorwatch.places;
  const words = floorwatch.words;

  class WaitingCallers extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.rows = new floorwatch.FittedRows(parts, this.make_row.bind(this), this.draw_row, "callers.none");
    }

    make_row() {
      const bell = make("i", "icon");
      const number = this.make_number();
      const queue = make("span", "queue");
      const wait = make("b", "n");
      const caller = make("span", "caller", [number, bell]);
      const root = make("div", "row", [caller, queue, wait]);
      const row = { root, bell, icon: bell, number, queue, flexible: [queue, caller], wait, data: null, controls: null };
      if (floorwatch.row_menu !== undefined) this.add_controls(row);
      return row;
    }

    /** At a desk from which one steps in, each caller has a menu: by its button, or by the other mouse button. */
    add_controls(row) {
      row.controls = make("button", "controls");
      row.controls.type = "button";
      put(row.controls, words.word("controls.open"));
      row.controls.addEventListener("click", () => floorwatch.row_menu.open({ caller: row.data.id }, row.controls));
      row.root.addEventListener("contextmenu", (event) => {
        event.preventDefault();
        floorwatch.row_menu.open({ caller: row.data.id }, { x: event.clientX, y: event.clientY, back_to: row.controls });
      });
      row.root.append(row.controls);
      this.root.classList.add("with_controls");
    }

    /** At a desk that may reveal numbers, one can press it. */
    make_number() {
      const reveal = floorwatch.reveal;
      if (reveal === undefined || !reveal.may()) return make("span", "text");
      const button = make("button", "text revealable");
      button.type = "button";
      button.addEventListener("click", () => this.reveal(button.closest(".row")));
      return button;
    }

    reveal(root) {
      const row = this.rows.drawn.find((one) => one.root === root);
      if (row === undefined || !row.data.number) return;
      floorwatch.reveal.open({ visit: row.data.id, number: row.data.number }, floorwatch.screen.queue_name(row.data.queue));
    }

    draw_row(row, data) {
      row.data = data;
      mark(row.root, "level-", data.level === "amber" || data.level === "red" ? data.level : "");
      mark(row.bell, "icon-", data.ringing ? "ringing" : "");
      put(row.number, data.number || words.word("number.unknown"));
      row.bell.title = data.ringing ? words.word("callers.ringing") : "";
      const name = floorwatch.screen.queue_name(data.queue);
      put(row.queue, name);
      row.queue.title = name;
      if (row.controls !== null) row.controls.setAttribute("aria-label", words.word("controls.menu", { name: `${data.number || ""} ${name}`.trim() }));
    }

    update(list) {
      this.rows.draw(list);
      this.tick(this.shown_now());
    }

    tick(now_ms) {
      const { drawn, count } = this.rows;
      for (let i = 0; i < count; i += 1) put(drawn[i].wait, words.duration_short((now_ms - drawn[i].data.since) / 1000));
      this.rows.fit_width();
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.waiting_callers = (root, parts) => new WaitingCallers(root, parts);
})((window.floorwatch = window.floorwatch || {}));
