/* The menu of agents who are drawn as tiles: by mouse on a cell; by keyboard arrows go from cell to cell, Enter opens. What is pointed at is
   framed, and its name is said. */
(function (floorwatch) {
  "use strict";

  const { make, show } = floorwatch.places;
  const words = floorwatch.words;

  class TilesMenu {
    constructor(canvas, parts) {
      this.canvas = canvas;
      this.element = parts.canvas;
      this.box = parts.people;
      this.id = null;
      this.frame = make("i", "pointed");
      this.frame.hidden = true;
      this.box.append(this.frame);
      this.element.tabIndex = 0;
      this.element.setAttribute("role", "application");
      this.element.setAttribute("aria-label", words.word("controls.tiles"));
      this.element.addEventListener("click", (event) => this.clicked(event));
      this.element.addEventListener("contextmenu", (event) => this.clicked(event));
      this.element.addEventListener("keydown", (event) => this.pressed(event));
      this.element.addEventListener("focus", () => this.point(this.index() < 0 ? 0 : this.index()));
      this.element.addEventListener("blur", () => show(this.frame, false));
    }

    may() {
      return floorwatch.row_menu !== undefined;
    }

    clicked(event) {
      if (!this.may()) return;
      const row = this.canvas.at(event.offsetX, event.offsetY);
      event.preventDefault();
      if (row === null) return;
      this.id = row.id;
      this.point(this.index());
      floorwatch.row_menu.open({ agent: row.id }, { x: event.clientX, y: event.clientY, back_to: this.element });
    }

    index() {
      const found = this.id === null ? undefined : this.canvas.index.get(this.id);
      return found === undefined ? -1 : found;
    }

    pressed(event) {
      if (!this.may()) return;
      const steps = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: this.canvas.columns, ArrowUp: -this.canvas.columns };
      if (event.key === "Enter" || event.key === "ContextMenu") this.open();
      else if (steps[event.key] !== undefined) this.point(Math.max(0, Math.min(this.canvas.count - 1, this.index() + steps[event.key])));
      else return;
      event.preventDefault();
    }

    point(i) {
      if (this.canvas.shape === null || i < 0 || i >= this.canvas.count) return;
      const row = this.canvas.rows[i];
      const cell = this.canvas.cell(i);
      this.id = row.id;
      const { style } = this.frame;
      style.transform = `translate(${cell.x}px, ${cell.y}px)`;
      style.width = `${cell.width}px`;
      style.height = `${cell.height}px`;
      show(this.frame, document.activeElement === this.element);
      const said = [row.name || row.staff || row.id, words.word(`state.${row.state}`), floorwatch.listening.text(row.listeners)];
      this.element.setAttribute("aria-label", said.filter(Boolean).join(", "));
    }

    open() {
      const i = this.index();
      if (i < 0) return;
      const cell = this.canvas.cell(i);
      const at = this.element.getBoundingClientRect();
      floorwatch.row_menu.open({ agent: this.id }, { x: at.left + cell.x + 8, y: at.top + cell.y + cell.height, back_to: this.element });
    }
  }

  floorwatch.tiles_menu = { start: (canvas, parts) => new TilesMenu(canvas, parts) };
})((window.floorwatch = window.floorwatch || {}));
