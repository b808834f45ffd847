/* Somebody hears a call of whom no command of ours knows: dialled by hand, or by another program. Who, whom, since when. */
(function (floorwatch) {
  "use strict";

  const { put, make, show } = floorwatch.places;
  const words = floorwatch.words;

  class Spying {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.lines = [];
    }

    update(list) {
      const found = [...list.rows.values()].filter((row) => row.state === "unexplained");
      while (this.lines.length < found.length) {
        this.lines.push(make("li"));
        this.parts.spies.append(this.lines.at(-1));
      }
      this.lines.forEach((line, i) => {
        show(line, i < found.length);
        if (i < found.length) put(line, this.said(found[i]));
      });
      show(this.root, found.length > 0);
    }

    said(row) {
      const agent = row.name || row.staff || row.agent;
      return words.word("spying.line", { by: row.by, agent, time: row.since === null ? "" : words.time(row.since) });
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.spying = (root, parts) => new Spying(root, parts);
})((window.floorwatch = window.floorwatch || {}));
