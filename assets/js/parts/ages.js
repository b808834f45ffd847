/* How old each tile is. A tile hangs on the links of the switches that its numbers come from (`names.sources`), or on all of
   them; its root says it (`data-age`) to the style sheet. Tiles that show no numbers of a switch have no age. */
(function (floorwatch) {
  "use strict";

  const STANDING = new Set(["ticker", "text", "clock", "picture", "countdown", "link_lamp"]);

  /** Root of a tile → `{state, age_ms, stopped_at_ms}`, one object for all tiles with the same switches. */
  const of_root = new Map();
  let groups = [];
  let roots = [];
  let sources = {};

  function start(found) {
    roots = found.filter((root) => root.dataset.tile && !STANDING.has(root.dataset.widget));
    group();
  }

  /** `heard`: `{tile: [switch, …]}`. */
  function know(heard) {
    sources = heard || {};
    group();
  }

  function group() {
    const by_key = new Map();
    of_root.clear();
    for (const root of roots) {
      const switches = sources[root.dataset.tile] || null;
      const key = switches === null ? "" : switches.join("\n");
      if (!by_key.has(key)) by_key.set(key, { switches, age: { state: "connecting", age_ms: null, stopped_at_ms: null } });
      of_root.set(root, by_key.get(key).age);
    }
    groups = [...by_key.values()];
  }

  /** Looks again; says whether any tile's state is another. */
  function look(now_ms) {
    for (const { switches, age } of groups) floorwatch.freshness.of(switches, now_ms, age);
    let has_changed = false;
    for (const root of roots) {
      const { state } = of_root.get(root);
      if (root.dataset.age === state) continue;
      root.dataset.age = state;
      has_changed = true;
    }
    return has_changed;
  }

  /** The age of the tile of `root`; the page's own for what is no tile. */
  function of(root) {
    return of_root.get(root) || floorwatch.freshness.fresh;
  }

  /** What the tile of `root` shows as now: it stands still while its numbers do. */
  function shown_now(root) {
    const { stopped_at_ms } = of(root);
    return stopped_at_ms === null ? floorwatch.clock.now() : stopped_at_ms;
  }

  /** Whether some tiles are live while others have stopped. */
  function are_mixed() {
    let stopped = 0;
    for (const { age } of groups) if (age.state === "stale") stopped += 1;
    return stopped > 0 && stopped < groups.length;
  }

  floorwatch.ages = { start, know, look, of, shown_now, are_mixed };
})((window.floorwatch = window.floorwatch || {}));
