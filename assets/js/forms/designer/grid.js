/* The transparent grid over the wall: a box for each tile, to be dragged, pulled larger, selected, and moved by keys. GridStack
   does the dragging; the document has the truth, and is drawn anew whenever it says something else. A wall is usually full, so
   that nothing can make room: a tile that is dropped on another one then changes places with it. */
(function (floorwatch) {
  "use strict";

  const { put, make } = floorwatch.places;
  const { GRIDS, within, overlap } = floorwatch.room;
  const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };

  class Grid {
    /** `listener`: select(id), placed(places: id → place), swapped(places), open(), say(word). `describe(tile)`: a tile's name. */
    constructor(element, preview, kinds, listener, describe) {
      this.element = element;
      this.preview = preview;
      this.kinds = kinds;
      this.listener = listener;
      this.describe = describe;
      this.shape = "";
      this.grid = null;
      this.boxes = new Map();
      this.is_drawing = false;
      this.is_fixed = false;
      this.selected = null;
      this.wrong = new Set();
      this.known_least = {};
      this.before = null;
      this.pointer = { x: 0, y: 0 };
      document.addEventListener("pointermove", (event) => Object.assign(this.pointer, { x: event.clientX, y: event.clientY }), true);
      document.addEventListener("mousemove", (event) => Object.assign(this.pointer, { x: event.clientX, y: event.clientY }), true);
      element.addEventListener("keydown", (event) => this.key(event));
    }

    /** The smallest size of a tile: as the server said it of this one, else that of its kind. */
    least(id, kind) {
      const known = this.known_least[id];
      if (known === undefined) return this.kinds.get(kind)[this.shape === "portrait" ? "least_portrait" : "least"];
      const [w, h] = known[this.shape === "portrait" ? 1 : 0];
      return { w, h };
    }

    /** `least`: id → [[w, h], [w, h]], in either grid. */
    know_least(least) {
      this.known_least = least;
      for (const [id, item] of this.boxes) {
        const { w, h } = this.least(id, item.dataset.kind);
        Object.assign(item.gridstackNode, { minW: w, minH: h });
      }
    }

    begin(shape) {
      if (this.grid !== null) this.grid.destroy(false);
      this.element.replaceChildren();
      this.boxes.clear();
      this.shape = shape;
      const { columns, rows } = GRIDS[shape];
      this.grid = window.GridStack.init({
        column: columns, maxRow: rows, minRow: rows, cellHeight: 20, margin: 0, float: true, animate: false, sizeToContent: false,
        alwaysShowResizeHandle: true, acceptWidgets: false,
        resizable: { handles: "n,e,s,w,ne,nw,se,sw" }, draggable: { handle: ".grid-stack-item-content", scroll: false },
      }, this.element);
      this.grid.on("change", () => this.changed());
      for (const name of ["drag", "resize"]) this.grid.on(name, () => this.follow());
      for (const name of ["dragstart", "resizestart"]) this.grid.on(name, (event, item) => this.take(item));
      this.grid.on("resizestop", (event, item) => this.dropped(item));
      this.grid.on("dragstop", (event, item) => this.dropped(item) || this.swap(item.dataset.tile));
    }

    /** The boxes lie exactly on the wall's cells. */
    lie() {
      if (this.grid === null) return;
      const at = this.preview.cells();
      const { columns, rows } = GRIDS[this.shape];
      const style = this.element.style;
      style.left = `${at.left - at.gap_x / 2}px`;
      style.top = `${at.top - at.gap_y / 2}px`;
      style.width = `${at.width + at.gap_x}px`;
      style.setProperty("--cell-width", `${(at.width + at.gap_x) / columns}px`);
      style.setProperty("--inset-x", `${at.gap_x / 2}px`);
      style.setProperty("--inset-y", `${at.gap_y / 2}px`);
      this.grid.cellHeight((at.height + at.gap_y) / rows);
      style.height = `${at.height + at.gap_y}px`;
    }

    /** `tiles` with the place that each has in this shape. `is_fixed`: nobody placed them, so nobody moves them. */
    draw(shape, tiles, is_fixed) {
      if (shape !== this.shape || this.grid === null) this.begin(shape);
      this.is_drawing = true;
      const is_same = tiles.length === this.boxes.size && tiles.every(({ tile, place }) => {
        const node = this.boxes.has(tile.id) ? this.boxes.get(tile.id).gridstackNode : null;
        return node && node.x === place.x && node.y === place.y && node.w === place.w && node.h === place.h;
      });
      if (!is_same) this.draw_anew(tiles);
      this.is_fixed = is_fixed;
      this.grid.setStatic(is_fixed);
      this.is_drawing = false;
      for (const { tile, place } of tiles) this.label(tile, place);
      this.lie();
    }

    draw_anew(tiles) {
      const focused = document.activeElement && document.activeElement.closest(".grid-stack-item");
      const back_to = focused ? focused.dataset.tile : null;
      this.grid.batchUpdate();
      this.grid.removeAll(true);
      this.element.replaceChildren(); // what was dragged may have left something
      this.boxes.clear();
      for (const { tile, place } of tiles) this.boxes.set(tile.id, this.box(tile, place));
      this.grid.batchUpdate(false);
      if (back_to !== null && this.boxes.has(back_to)) this.focus(back_to);
    }

    box(tile, place) {
      const content = make("div", "grid-stack-item-content", [make("span", "name"), make("span", "wrong_mark")]);
      content.tabIndex = 0;
      content.setAttribute("role", "button");
      const item = make("div", "grid-stack-item", [content]);
      item.dataset.tile = tile.id;
      item.dataset.kind = tile.kind;
      content.addEventListener("focus", () => this.listener.select(tile.id));
      content.addEventListener("click", () => {
        content.focus({ preventScroll: true }); // the press itself went to GridStack
        this.listener.select(tile.id);
      });
      content.addEventListener("dblclick", () => this.listener.open());
      this.element.append(item);
      const least = this.least(tile.id, tile.kind);
      return this.grid.makeWidget(item, { ...place, id: tile.id, minW: least.w, minH: least.h, autoPosition: false });
    }

    label(tile, place) {
      const item = this.boxes.get(tile.id);
      const content = item.firstElementChild;
      const name = this.describe(tile);
      const is_wrong = this.wrong.has(tile.id);
      put(content.firstElementChild, name);
      put(content.lastElementChild, is_wrong ? "!" : "");
      const words = { name, x: place.x + 1, y: place.y + 1, w: place.w, h: place.h };
      const label = floorwatch.say("box", words);
      content.setAttribute("aria-label", is_wrong ? `${label} ${floorwatch.say("box.wrong")}` : label);
      content.setAttribute("aria-pressed", String(tile.id === this.selected));
      item.classList.toggle("selected", tile.id === this.selected);
      item.classList.toggle("wrong", is_wrong);
    }

    select(id) {
      this.selected = id;
      for (const [tile, item] of this.boxes) {
        item.classList.toggle("selected", tile === id);
        item.firstElementChild.setAttribute("aria-pressed", String(tile === id));
      }
    }

    focus(id) {
      const item = this.boxes.get(id);
      if (item) item.firstElementChild.focus({ preventScroll: true });
    }

    take(item) {
      this.before = JSON.stringify([...this.places()]);
      this.listener.select(item.dataset.tile);
    }

    /** Says whether anything stands elsewhere now. */
    dropped(item) {
      this.focus(item.dataset.tile);
      const is_other = JSON.stringify([...this.places()]) !== this.before;
      if (is_other) this.changed();
      return is_other;
    }

    /** The tile under the pointer, but for this one; null for none. */
    under_pointer(id) {
      const box = this.element.getBoundingClientRect();
      const { columns, rows } = GRIDS[this.shape];
      const x = Math.floor(((this.pointer.x - box.left) / box.width) * columns);
      const y = Math.floor(((this.pointer.y - box.top) / box.height) * rows);
      for (const [other, place] of this.places()) if (other !== id && overlap(place, { x, y, w: 1, h: 1 })) return other;
      return null;
    }

    /** Dropped where nothing could make room. */
    swap(id) {
      const other = this.under_pointer(id);
      if (other === null) return;
      const places = this.places();
      const [mine, theirs] = [places.get(id), places.get(other)];
      const fits = (tile, place) => {
        const least = this.least(tile, this.boxes.get(tile).dataset.kind);
        return place.w >= least.w && place.h >= least.h;
      };
      if (!fits(id, theirs) || !fits(other, mine)) {
        this.listener.say("no_swap");
        return;
      }
      places.set(id, theirs).set(other, mine);
      for (const tile of [id, other]) this.preview.move(tile, places.get(tile));
      this.listener.swapped(places);
    }

    places() {
      const found = new Map();
      for (const [id, item] of this.boxes) {
        const { x, y, w, h } = item.gridstackNode;
        found.set(id, { x, y, w, h });
      }
      return found;
    }

    /** While dragging: the real tiles go along, those that make room too. */
    follow() {
      for (const [id, place] of this.places()) this.preview.move(id, place);
    }

    changed() {
      if (this.is_drawing) return;
      this.follow();
      this.listener.placed(this.places());
    }

    /** By key, one cell: as far as there is room; tiles make no room for a key, so nothing jumps that one does not look at. */
    nudge(id, dx, dy, is_resize) {
      const places = this.places();
      const before = places.get(id);
      const kind = this.boxes.get(id).dataset.kind;
      const grown = is_resize ? { ...before, w: before.w + dx, h: before.h + dy } : { ...before, x: before.x + dx, y: before.y + dy };
      const place = within(grown, this.least(id, kind), GRIDS[this.shape]);
      const is_same = ["x", "y", "w", "h"].every((side) => place[side] === before[side]);
      const is_free = [...places].every(([other, taken]) => other === id || !overlap(taken, place));
      if (is_same || !is_free) {
        this.listener.say("no_room");
        return;
      }
      places.set(id, place);
      this.preview.move(id, place);
      this.listener.placed(places);
    }

    key(event) {
      const item = event.target.closest(".grid-stack-item");
      if (item === null || event.altKey || event.ctrlKey || event.metaKey) return;
      const id = item.dataset.tile;
      const arrow = ARROWS[event.key];
      if (arrow !== undefined) {
        event.preventDefault();
        if (this.is_fixed) this.listener.say("packed");
        else this.nudge(id, arrow[0], arrow[1], event.shiftKey);
      } else if (event.key === "Enter" || event.key === " ") {
        event.preventDefault();
        this.listener.select(id);
        this.listener.open();
      }
    }
  }

  floorwatch.Grid = Grid;
})((window.floorwatch = window.floorwatch || {}));
