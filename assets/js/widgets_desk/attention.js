/* Who is over a limit, longest over it first: cards that go to the agent's row. Few cards, used again. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark, show } = floorwatch.places;
  const words = floorwatch.words;
  const ICON_OF_LEVEL = { amber: "level-amber", red: "level-red" };
  const MOST_CARDS = 5;
  const CARDS_ON_A_PHONE = 3;
  const CARD_PX = 245;

  /** How far over: 0 at the limit, 1 at twice the limit. Below 0 for who is not over one. */
  function excess(row, now_ms) {
    if (row.limit_at === null || row.limit_at === undefined) return -1;
    return (now_ms - row.limit_at) / Math.max(1000, row.limit_at - row.since);
  }

  class Attention {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.list = null;
      this.cards = [];
      this.over = [];
    }

    update(list, change) {
      this.list = list;
      if (change === null) this.tick(floorwatch.freshness.shown_now()); // a patch waits for the next second
    }

    tick(now_ms) {
      if (this.list === null) return;
      this.over.length = 0;
      for (const row of this.list.rows.values()) if (excess(row, now_ms) >= 0) this.over.push(row);
      this.over.sort((a, b) => excess(b, now_ms) - excess(a, now_ms));
      show(this.root, this.over.length > 0);
      const room = window.innerWidth < 700 ? CARDS_ON_A_PHONE : Math.max(1, Math.min(MOST_CARDS, Math.floor(this.root.clientWidth / CARD_PX)));
      while (this.cards.length < Math.min(this.over.length, room)) this.add();
      for (let i = 0; i < this.cards.length; i += 1) {
        const is_shown = i < this.over.length && i < room;
        show(this.cards[i].root, is_shown);
        if (is_shown) this.draw(this.cards[i], this.over[i], now_ms);
      }
      const rest = this.over.length - room;
      put(this.parts.more, rest > 0 ? words.word("desk.attention.more", { n: words.number(rest) }) : "");
    }

    add() {
      const icon = make("i", "icon mark");
      const name = make("b");
      const what = make("span", "what");
      const time = make("b", "time");
      const why = make("small");
      const root = make("button", "card", [make("span", "line", [icon, name, what, time]), why]);
      const card = { root, icon, name, what, time, why, id: null };
      root.type = "button";
      root.addEventListener("click", () => floorwatch.desk.grid && floorwatch.desk.grid.go_to(card.id));
      this.cards.push(card);
      this.parts.cards.append(root);
    }

    draw(card, row, now_ms) {
      const level = floorwatch.limits.level(row, now_ms);
      card.id = row.id;
      mark(card.root, "level-", level);
      mark(card.icon, "icon-", ICON_OF_LEVEL[level] || "");
      put(card.name, row.name || row.staff || row.id);
      put(card.what, row.reason ? floorwatch.screen.reason_name(row.reason) : words.word(`state.${row.state}`));
      put(card.time, words.duration((now_ms - row.since) / 1000));
      const limit = words.word("desk.attention.over", { limit: words.duration((row.limit_at - row.since) / 1000) });
      const where = row.queue ? floorwatch.screen.queue_name(row.queue) : floorwatch.screen.team_name(row.team);
      put(card.why, where ? `${limit} · ${where}` : limit);
    }
  }

  floorwatch.limits.excess = excess;
  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.attention = (root, parts) => new Attention(root, parts);
})((window.floorwatch = window.floorwatch || {}));
