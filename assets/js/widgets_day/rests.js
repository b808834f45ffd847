/* How many rest for which reason, of how many who may; below each, who has rested for longer than its limit. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark } = floorwatch.places;
  const { words, links, limits } = floorwatch;
  const MOST_NAMES = 4;

  class Rests extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.list = null;
      this.lines = new floorwatch.Lines(parts.lines, () => this.make_line(), (line, row) => this.draw_line(line, row));
    }

    make_line() {
      const [name, count, bar, over] = [make("span", "what"), make("b", "n"), make("i", "bar", [make("i")]), make("p", "over")];
      return { root: make("li", "", [name, count, bar, over]), name, count, bar, over };
    }

    draw_line(line, row) {
      mark(line.root, "level-", row.level === "amber" || row.level === "red" ? row.level : "");
      put(line.name, floorwatch.screen.reason_name(row.id));
      put(line.count, words.word("today.rests.of", { now: row.now, quota: row.quota }));
      line.bar.firstChild.style.width = `${Math.min(100, row.quota ? (100 * row.now) / row.quota : 0)}%`;
      this.draw_over(line, this.shown_now());
    }

    /** Who is over the reason's limit of time. */
    draw_over(line, now_ms) {
      const agents = floorwatch.floor.values.get("agents");
      const late = agents ? agents.order.map((id) => agents.rows.get(id)).filter((row) => row.state === "paused" && row.reason === line.data.id && limits.level(row, now_ms) !== "none") : [];
      late.sort((a, b) => a.limit_at - b.limit_at);
      while (line.over.children.length > Math.min(late.length, MOST_NAMES)) line.over.lastChild.remove();
      while (line.over.children.length < Math.min(late.length, MOST_NAMES)) line.over.append(make("a"));
      late.slice(0, MOST_NAMES).forEach((row, i) => {
        put(line.over.children[i], `${row.name} ${words.word("today.rests.over", { time: words.duration((now_ms - row.limit_at) / 1000) })}`);
        links.set(line.over.children[i], links.to("agent", row.id));
      });
    }

    update(list) {
      this.lines.draw(list.order.map((id) => list.rows.get(id)));
      put(this.parts.empty, list.size ? "" : words.word("today.rests.none"));
    }

    tick(now_ms) {
      this.lines.each((line) => this.draw_over(line, now_ms));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.rests = (root, parts) => new Rests(root, parts);
})((window.floorwatch = window.floorwatch || {}));
