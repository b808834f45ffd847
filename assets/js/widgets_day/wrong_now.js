/* What is over a limit at this moment, red first: queues, agents, quotas. Looked at each second: time alone makes things wrong. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark } = floorwatch.places;
  const { formats, words, links, limits } = floorwatch;
  const MOST = 8;
  const RANK = { red: 0, amber: 1 };

  const list_of = (tile) => {
    const found = floorwatch.floor.values.get(tile);
    return found && found.order ? found.order.map((id) => found.rows.get(id)) : [];
  };
  const is_bad = (level) => level === "red" || level === "amber";

  class WrongNow extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.lines = new floorwatch.Lines(parts.lines, () => this.make_line(), (line, row) => this.draw_line(line, row));
    }

    make_line() {
      const [icon, what, detail, time] = [make("i", "icon"), make("a", "what"), make("small"), make("time")];
      return { root: make("li", "", [icon, what, time, detail]), icon, what, detail, time };
    }

    draw_line(line, { level, what, detail, time, href }) {
      mark(line.root, "level-", level);
      mark(line.icon, "icon-", `level-${level}`);
      line.icon.title = words.word(`level.${level}`);
      put(line.what, what);
      put(line.detail, detail);
      put(line.time, time);
      links.set(line.what, href);
    }

    update() {
      this.tick(this.shown_now());
    }

    tick(now_ms) {
      const found = [...this.of_day(), ...this.of_queues(now_ms), ...this.of_agents(now_ms), ...this.of_rests()];
      found.sort((a, b) => RANK[a.level] - RANK[b.level] || b.weight - a.weight);
      const shown = found.slice(0, MOST);
      this.lines.draw(shown);
      put(this.parts.count, found.length ? String(found.length) : "");
      put(this.parts.note, found.length > shown.length ? words.word("today.wrong.more", { n: found.length - shown.length }) : "");
      put(this.parts.empty, found.length ? "" : words.word("today.wrong.none"));
      this.root.classList.toggle("is-fine", found.length === 0);
    }

    of_day() {
      const value = floorwatch.floor.values.get("service_level");
      if (!value || !is_bad(value.level)) return [];
      const time = formats.text("ratio", value.v, value.target);
      return [{ id: "day", level: value.level, weight: Infinity, what: words.word("today.wrong.level"), detail: words.word("today.target", { value: words.percent_sign(value.target) }), time, href: links.to("late") }];
    }

    of_queues(now_ms) {
      return list_of("queue_table").filter(({ level }) => is_bad(level)).map((row) => {
        const is_wait = is_bad(row.wait_level) && row.oldest !== null;
        const waited_s = row.oldest === null ? 0 : (now_ms - row.oldest) / 1000;
        return {
          id: `queue ${row.id}`, level: row.level, weight: 1e6 + waited_s, what: floorwatch.screen.queue_name(row.id), href: links.to("queue", row.id),
          detail: [words.word(is_wait ? "today.wrong.queue_wait" : "today.wrong.queue_level"), row.waiting ? words.word("today.wrong.queue_waiting", { n: row.waiting }) : ""].filter(Boolean).join(" · "),
          time: is_wait ? words.duration(waited_s) : formats.text("ratio", row.sl),
        };
      });
    }

    of_agents(now_ms) {
      return list_of("agents").filter((row) => limits.level(row, now_ms) !== "none").map((row) => {
        const detail = [words.word(`state.${row.state}`), floorwatch.screen.reason_name(row.reason) || floorwatch.screen.queue_name(row.queue)].filter(Boolean).join(" · ");
        const lasts_s = (now_ms - row.since) / 1000;
        return { id: `agent ${row.id}`, level: limits.level(row, now_ms), weight: lasts_s, what: row.name, detail, time: words.duration(lasts_s), href: links.to("agent", row.id) };
      });
    }

    of_rests() {
      return list_of("rest_quota").filter(({ level }) => is_bad(level)).map((row) => ({
        id: `rest ${row.id}`, level: row.level, weight: 1e5, href: "", detail: "",
        what: words.word(row.level === "red" ? "today.wrong.rest" : "today.wrong.rest_full", { reason: floorwatch.screen.reason_name(row.id) }),
        time: words.word("today.rests.of", { now: row.now, quota: row.quota }),
      }));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.wrong_now = (root, parts) => new WrongNow(root, parts);
})((window.floorwatch = window.floorwatch || {}));
