/* Who let it ring, most first; each number opens into its offers. */
(function (floorwatch) {
  "use strict";

  const { put, make } = floorwatch.places;
  const { words, links } = floorwatch;
  const MOST = 6;

  class MissedOffers extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.lines = new floorwatch.Lines(parts.lines, () => this.make_line(), (line, row) => this.draw_line(line, row));
    }

    make_line() {
      const [name, staff, count] = [make("a", "what"), make("small"), make("a", "n")];
      return { root: make("li", "", [name, staff, count]), name, staff, count };
    }

    draw_line(line, row) {
      put(line.name, row.name);
      links.set(line.name, links.to("agent", row.id));
      put(line.staff, row.staff);
      put(line.count, words.number(row.missed));
      links.set(line.count, links.to("agent.missed", row.id));
    }

    update(list) {
      const missing = list.order.map((id) => list.rows.get(id)).filter((row) => row.missed > 0);
      missing.sort((a, b) => b.missed - a.missed);
      this.lines.draw(missing.slice(0, MOST));
      put(this.parts.count, missing.length ? words.number(missing.reduce((sum, row) => sum + row.missed, 0)) : "");
      put(this.parts.empty, missing.length ? "" : words.word("today.missed_offers.none"));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.missed_offers = (root, parts) => new MissedOffers(root, parts);
})((window.floorwatch = window.floorwatch || {}));
