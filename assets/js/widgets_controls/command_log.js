/* How far what one asked is, in a few lines: what, for whom, and the state; of what went wrong the sentence. A line goes by itself once
   it is over; what went wrong stays longer, and can be sent away. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark } = floorwatch.places;
  const words = floorwatch.words;
  const MOST = 4;
  const WELL_MS = 4000;
  const WRONG_MS = 20000;
  const WELL = new Set(["confirmed"]);
  const WRONG = new Set(["refused", "failed", "expired", "unknown"]);

  class CommandLog {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.lines = new Map();
      floorwatch.commands.on_change(this);
    }

    /** A dialog that shows each result by itself needs no lines here. */
    command(command) {
      if (command.is_shown_elsewhere) return;
      let line = this.lines.get(command.ref);
      if (line === undefined && floorwatch.commands.is_over(command) && !WRONG.has(command.state) && command.state !== "confirmed") return;
      if (line === undefined) line = this.add(command);
      mark(line.root, "is-", WRONG.has(command.state) ? "wrong" : WELL.has(command.state) ? "well" : command.state === "ended" ? "over" : "going");
      put(line.what, floorwatch.command_words.what(command));
      put(line.state, floorwatch.command_words.state(command));
      clearTimeout(line.going);
      if (WELL.has(command.state) || floorwatch.commands.is_over(command)) {
        line.going = setTimeout(() => this.drop(command.ref), WRONG.has(command.state) ? WRONG_MS : WELL_MS);
      }
    }

    add(command) {
      const what = make("b");
      const state = make("span");
      const close = make("button", "close");
      close.type = "button";
      close.setAttribute("aria-label", this.root.dataset.close);
      put(close, "×");
      close.addEventListener("click", () => this.drop(command.ref));
      const line = { root: make("div", "line", [make("i", "icon"), make("div", "said", [what, state]), close]), what, state, going: null };
      this.lines.set(command.ref, line);
      this.parts.lines.append(line.root);
      if (this.lines.size > MOST) this.drop(this.lines.keys().next().value);
      return line;
    }

    drop(ref) {
      const line = this.lines.get(ref);
      if (line === undefined) return;
      clearTimeout(line.going);
      line.root.remove();
      this.lines.delete(ref);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.command_log = (root, parts) => new CommandLog(root, parts);
})((window.floorwatch = window.floorwatch || {}));
