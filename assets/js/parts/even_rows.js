/* Rows that share a box evenly: as many as can be read, as large as there is room. Made once and used again. */
(function (floorwatch) {
  "use strict";

  const { show } = floorwatch.places;

  class EvenRows {
    /** `box` gets rows of `make_row()` (`{root, …}`). `em`: how high and how wide a row is at least, in its type size; `largest`: its
     *  type, in units of the screen. `drawn()` is called when sizes have changed. */
    constructor(box, make_row, em, largest, drawn) {
      this.box = box;
      this.make_row = make_row;
      this.em = em;
      this.largest = largest;
      this.rows = [];
      this.shown = 0;
      this.drawn = drawn;
      new ResizeObserver(() => this.drawn()).observe(box);
      document.fonts.ready.then(() => this.drawn());
    }

    /** Makes room for `count` rows; returns how many of them have a place. */
    fit(count) {
      const { clientWidth: width, clientHeight: height } = this.box;
      if (height === 0) return this.shown;
      const unit = floorwatch.places.unit_px();
      const most = Math.max(1, Math.floor(height / (unit * 1.9 * this.em.height)));
      this.shown = Math.min(count, most);
      const type = Math.min(height / Math.max(1, this.shown) / this.em.height, width / this.em.width, unit * this.largest);
      this.box.style.setProperty("--type", `${Math.max(unit * 1.9, type).toFixed(1)}px`);
      while (this.rows.length < this.shown) this.add();
      for (let i = 0; i < this.rows.length; i += 1) show(this.rows[i].root, i < this.shown);
      return this.shown;
    }

    add() {
      const row = this.make_row();
      this.rows.push(row);
      this.box.append(row.root);
    }
  }

  floorwatch.EvenRows = EvenRows;
})((window.floorwatch = window.floorwatch || {}));
