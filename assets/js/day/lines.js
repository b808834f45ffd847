/* Short lists whose lines are made once and used again: what is there is known by its id. */
(function (floorwatch) {
  "use strict";

  class Lines {
    /** `make()` gives `{root, …}`; `draw(line, data)` writes into it. */
    constructor(root, make, draw) {
      this.root = root;
      this.make = make;
      this.draw_line = draw;
      this.by_id = new Map();
    }

    /** `rows`: in their order, each with an `id`. */
    draw(rows) {
      const wanted = new Set(rows.map(({ id }) => id));
      for (const [id, line] of this.by_id) {
        if (wanted.has(id)) continue;
        line.root.remove();
        this.by_id.delete(id);
      }
      rows.forEach((row, i) => this.put_at(row, i));
    }

    put_at(row, i) {
      let line = this.by_id.get(row.id);
      if (line === undefined) {
        line = this.make();
        this.by_id.set(row.id, line);
      }
      line.data = row;
      this.draw_line(line, row);
      if (this.root.children[i] !== line.root) this.root.insertBefore(line.root, this.root.children[i] || null);
    }

    /** Every line that stands there. */
    each(act) {
      for (const line of this.by_id.values()) act(line);
    }
  }

  floorwatch.Lines = Lines;
})((window.floorwatch = window.floorwatch || {}));
