/* A list whose rows have ids: whole in a snapshot, changed rows afterwards. */
(function (floorwatch) {
  "use strict";

  class KeyedList {
    constructor() {
      this.rows = new Map();
      this.order = [];
    }

    replace(rows) {
      this.rows.clear();
      this.order.length = 0;
      for (const row of rows) {
        this.rows.set(row.id, row);
        this.order.push(row.id);
      }
    }

    /** `change`: `{set, del, order}` of a patch. Rows that it adds without an order go to the end. */
    apply(change) {
      for (const row of change.set || []) {
        if (!this.rows.has(row.id) && !change.order) this.order.push(row.id);
        this.rows.set(row.id, row);
      }
      const gone = change.del || [];
      for (const id of gone) this.rows.delete(id);
      if (change.order) this.order = change.order;
      else if (gone.length) this.order = this.order.filter(this.rows.has, this.rows);
    }

    at(index) {
      return this.rows.get(this.order[index]);
    }

    get size() {
      return this.order.length;
    }
  }

  floorwatch.KeyedList = KeyedList;
})((window.floorwatch = window.floorwatch || {}));
