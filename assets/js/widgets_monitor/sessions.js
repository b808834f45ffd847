/* Who is in whose call: everybody whom one may see, one's own first. A row is pressed for the menu of its agent. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark, show } = floorwatch.places;
  const words = floorwatch.words;

  class Sessions extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.list = null;
      this.rows = [];
      floorwatch.station.on_change(this);
    }

    update(list) {
      this.list = list;
      this.draw();
    }

    names() {
      this.draw();
    }

    station() {
      this.draw();
    }

    is_mine(row) {
      return row.account !== null && row.account === floorwatch.station.desk().account;
    }

    draw() {
      if (this.list === null) return;
      const all = [...this.list.rows.values()];
      all.sort((a, b) => this.is_mine(b) - this.is_mine(a) || (b.level === "red") - (a.level === "red") || (a.since || Infinity) - (b.since || Infinity));
      while (this.rows.length < all.length) this.add();
      for (let i = 0; i < this.rows.length; i += 1) {
        show(this.rows[i].root, i < all.length);
        if (i < all.length) this.draw_row(this.rows[i], all[i]);
      }
      show(this.parts.rows, all.length > 0);
      put(this.parts.count, all.length > 0 ? words.counted("sessions.count", all.length) : "");
      put(this.parts.empty, all.length === 0 ? words.word("sessions.none") : "");
      this.tick(this.shown_now());
    }

    add() {
      const by = make("span", "by");
      const agent = make("button", "agent");
      const name = make("b");
      const queue = make("small");
      agent.type = "button";
      agent.append(name, queue);
      const word = make("span");
      const icon = make("i", "icon");
      const cells = [make("span", "", [by]), make("span", "", [agent]), make("span", "mode", [icon, word]), make("span", "n"), make("span", "n left"), make("span", "via")];
      for (const cell of cells) cell.setAttribute("role", "cell");
      const root = make("div", "row", cells);
      root.setAttribute("role", "row");
      const row = { root, by, agent, name, queue, mode: cells[2], icon, word, since: cells[3], left: cells[4], via: cells[5], data: null };
      agent.addEventListener("click", () => floorwatch.row_menu.open({ agent: row.data.agent }, agent));
      this.rows.push(row);
      this.parts.rows.append(root);
    }

    draw_row(row, data) {
      const is_mine = this.is_mine(data);
      const is_spy = data.state === "unexplained";
      row.data = data;
      mark(row.root, "is-", is_spy ? "unexplained" : is_mine ? "mine" : "");
      put(row.by, is_mine ? words.word("sessions.me", { name: data.by }) : data.by);
      put(row.name, data.name || data.staff || data.agent);
      put(row.queue, [data.name ? data.staff : "", data.queue ? floorwatch.screen.queue_name(data.queue) : ""].filter(Boolean).join(" · "));
      mark(row.mode, "m-", data.mode || "");
      mark(row.icon, "icon-", is_spy ? "level-red" : data.mode ? `mode-${data.mode}` : "headset");
      put(row.word, is_spy ? words.word("sessions.unexplained") : data.since === null ? words.word(`command.${data.state}`) : words.word(`mode.now.${data.mode || "listen"}`));
      put(row.via, data.via ? words.word(`via.${data.via}`) : words.NO_VALUE);
    }

    tick(now_ms) {
      for (const { root, data, since, left } of this.rows) {
        if (root.hidden) continue;
        put(since, data.since === null ? words.NO_VALUE : words.duration((now_ms - data.since) / 1000));
        put(left, data.ends_at ? words.word("sessions.left", { time: words.duration((data.ends_at - now_ms) / 1000) }) : words.NO_VALUE);
      }
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.sessions = (root, parts) => new Sessions(root, parts);
})((window.floorwatch = window.floorwatch || {}));
