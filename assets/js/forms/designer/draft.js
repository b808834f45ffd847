/* The document as it is being edited, and the way back. Every change goes through `change`; whoever shows something listens.
   Nothing is lost: also what somebody else saved meanwhile is one step, with the own work one step behind it. */
(function (floorwatch) {
  "use strict";

  const MOST_STEPS = 300;
  const JOINED_MS = 1200;

  class Draft {
    constructor(now) {
      this.now = now;
      this.past = [];
      this.future = [];
      this.listeners = [];
      this.last = { what: "", at_ms: 0 };
    }

    on_change(listener) {
      this.listeners.push(listener);
    }

    tell(what) {
      for (const listener of this.listeners) listener(what);
    }

    /** `alter` writes into a copy. Changes of the same thing (`what`) soon after each other are one step. Says whether anything
     *  is different now. */
    change(what, alter) {
      const before = JSON.stringify(this.now);
      const next = JSON.parse(before);
      alter(next);
      if (JSON.stringify(next) === before) return false;
      const at_ms = performance.now();
      const is_joined = what !== "" && what === this.last.what && at_ms - this.last.at_ms < JOINED_MS && this.past.length > 0;
      if (!is_joined) this.past.push(before);
      if (this.past.length > MOST_STEPS) this.past.shift();
      this.future = [];
      this.last = { what, at_ms };
      this.now = next;
      this.tell(what);
      return true;
    }

    /** Another document altogether. */
    take(document) {
      this.change("", (next) => {
        for (const name of Object.keys(next)) delete next[name];
        Object.assign(next, document);
      });
    }

    step(from, to) {
      if (from.length === 0) return false;
      to.push(JSON.stringify(this.now));
      this.now = JSON.parse(from.pop());
      this.last = { what: "", at_ms: 0 };
      this.tell("step");
      return true;
    }

    undo() {
      return this.step(this.past, this.future);
    }

    redo() {
      return this.step(this.future, this.past);
    }

    /** {tile, page, index} of a tile; null for none. */
    find(id) {
      for (let page = 0; page < this.now.pages.length; page += 1) {
        const index = this.now.pages[page].tiles.findIndex((tile) => tile.id === id);
        if (index >= 0) return { tile: this.now.pages[page].tiles[index], page, index };
      }
      return null;
    }

    /** An id that no tile has: `kind`, `kind-2`, … */
    free_id(kind) {
      if (this.find(kind) === null) return kind;
      let n = 2;
      while (this.find(`${kind}-${n}`) !== null) n += 1;
      return `${kind}-${n}`;
    }
  }

  floorwatch.Draft = Draft;
})((window.floorwatch = window.floorwatch || {}));
