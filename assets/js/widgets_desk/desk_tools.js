/* The desk's controls: they only say what was chosen. */
(function (floorwatch) {
  "use strict";

  const { put, make } = floorwatch.places;
  const words = floorwatch.words;

  class DeskTools {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.input = make("input");
      this.input.type = "search";
      this.input.placeholder = parts.search.dataset.hint;
      this.input.setAttribute("aria-label", parts.search.dataset.hint);
      this.input.autocomplete = "off";
      this.input.spellcheck = false;
      parts.search.append(this.input);
      this.input.addEventListener("input", () => floorwatch.desk.choose("text", this.input.value.trim()));
      root.addEventListener("click", (event) => this.clicked(event.target.closest("button")));
      document.addEventListener("keydown", (event) => this.pressed(event));
      floorwatch.desk.hear(this);
      this.chosen();
    }

    clicked(button) {
      if (button === null) return;
      const { chosen, choose } = floorwatch.desk;
      if (button === this.parts.order) choose("order", chosen.order === "attention" ? "column" : "attention");
      else choose(button.parentElement.dataset.part, button.dataset.choice);
    }

    /** "/" goes to the search, Escape empties it. */
    pressed(event) {
      if (event.key === "/" && document.activeElement !== this.input) {
        event.preventDefault();
        this.input.focus();
      } else if (event.key === "Escape" && document.activeElement === this.input) {
        this.input.value = "";
        floorwatch.desk.choose("text", "");
      }
    }

    chosen() {
      const { chosen } = floorwatch.desk;
      for (const name of ["group", "view"]) {
        for (const button of this.parts[name].children) {
          button.setAttribute("aria-pressed", String(button.dataset.choice === chosen[name]));
        }
      }
      this.parts.order.setAttribute("aria-pressed", String(chosen.order === "attention"));
      this.root.closest(".screen").dataset.view = chosen.view;
    }

    /** Called by whoever counts: how many agents are shown. */
    counted(n) {
      put(this.parts.count, words.counted("desk.count", n));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.desk_tools = (root, parts) => (floorwatch.desk.tools = new DeskTools(root, parts));
})((window.floorwatch = window.floorwatch || {}));
