/* From frames to widgets. Finds the page's root once Dash has drawn it, makes a widget of everything that has `data-widget`,
   and hands each the value of its tile. A widget has `update(value, change)`; some have `tick(now_ms)`, `age(fresh)` and
   `names()`. `change` is what a patch said of a keyed list, null for a whole one. */
(function (floorwatch) {
  "use strict";

  const floor = {
    board: "default",
    names: { queues: {}, teams: {}, reasons: {}, board: {}, site: "" },
    lists: new Map(),
    values: new Map(),
  };
  const REFUSED_WAIT_MS = 30000;
  const by_tile = new Map();
  const all = [];
  let root = null;

  function queue_name(id) {
    return id === null || id === undefined ? "" : floorwatch.words.name_of(floor.names.queues[id], id);
  }

  function team_name(id) {
    return id ? floorwatch.words.name_of(floor.names.teams[id], id) : "";
  }

  function reason_name(id) {
    return id ? floorwatch.words.name_of(floor.names.reasons[id], id) : "";
  }

  function build(element) {
    const make = floorwatch.widgets[element.dataset.widget];
    if (make === undefined) return;
    const widget = make(element, floorwatch.places.parts(element));
    all.push(widget);
    const name = element.dataset.tile;
    if (!name) return;
    if (!by_tile.has(name)) by_tile.set(name, []);
    by_tile.get(name).push(widget);
  }

  function hand_out(name, value) {
    const change = value !== null && (value.set || value.del || value.order) && !value.rows ? value : null;
    let handed = value;
    if (change !== null || (value !== null && value.rows)) {
      if (!floor.lists.has(name)) floor.lists.set(name, new floorwatch.KeyedList());
      handed = floor.lists.get(name);
      if (change === null) handed.replace(value.rows);
      else handed.apply(change);
    }
    floor.values.set(name, handed);
    const widgets = by_tile.get(name);
    if (widgets === undefined || handed === null) return;
    for (let i = 0; i < widgets.length; i += 1) widgets[i].update(handed, change);
  }

  function draw_age(now_ms) {
    const fresh = floorwatch.freshness.look(now_ms);
    const is_new = root.dataset.age !== fresh.state;
    if (is_new) root.dataset.age = fresh.state;
    for (let i = 0; i < all.length; i += 1) if (all[i].age) all[i].age(fresh);
    if (is_new) draw_times(fresh, now_ms); // times stop and go on with the mark that says so
    return fresh;
  }

  function draw_times(fresh, now_ms) {
    const shown_ms = fresh.stopped_at_ms === null ? now_ms : fresh.stopped_at_ms;
    for (let i = 0; i < all.length; i += 1) if (all[i].tick) all[i].tick(shown_ms, now_ms);
  }

  function tick(now_ms) {
    draw_times(draw_age(now_ms), now_ms);
  }

  const listener = {
    snapshot(frame) {
      if (frame.names) {
        floor.names = { ...floor.names, ...frame.names };
        floorwatch.words.in_zone(frame.names.time_zone);
      }
      floorwatch.renewal.hear(frame.release);
      floorwatch.freshness.look(floorwatch.clock.now());
      for (const name of Object.keys(frame.view)) hand_out(name, frame.view[name]);
      for (const widget of all) if (widget.names) widget.names(floor);
      root.dataset.seq = String(frame.seq);
      root.dataset.drawn = "yes";
      delete root.dataset.forbidden;
    },
    patch(frame) {
      for (const name in frame.view) hand_out(name, frame.view[name]);
      root.dataset.seq = String(frame.seq);
    },
    beat(frame) {
      floorwatch.renewal.hear(frame.release);
      floorwatch.freshness.hear_links(frame.links);
      floorwatch.freshness.hear_connection(true);
      draw_age(floorwatch.clock.now());
    },
    trouble(code) {
      floorwatch.freshness.hear_error(code, floor.board);
      floorwatch.freshness.hear_connection(true);
      draw_age(floorwatch.clock.now());
    },
    answer(frame) {
      return floorwatch.reveal !== undefined && floorwatch.reveal.hear(frame);
    },
    order(frame) {
      floorwatch.order.hear(frame, root);
    },
    /** 4401: nobody is known here any more. 4403: not this; it may be allowed again. */
    refused(code) {
      floorwatch.freshness.hear_connection(false);
      if (code === 4403) {
        floorwatch.freshness.hear_error("forbidden", floor.board);
        root.dataset.forbidden = "yes"; // what was seen before is not for these eyes any more
      }
      draw_age(floorwatch.clock.now());
      if (code === 4401 && root.dataset.door) floorwatch.door.enter(root.dataset.door);
      else setTimeout(() => floorwatch.live.start_again(), REFUSED_WAIT_MS);
    },
    connection(is_open) {
      floorwatch.freshness.hear_connection(is_open);
      draw_age(floorwatch.clock.now());
    },
  };

  /** The gateway's address: a whole URL, a port of this page's host (`:8051`), or a path of this page's address. What follows
   *  a `?` stays behind it. */
  function gateway_url(said) {
    const [address, query] = said.split("?", 2);
    const { protocol, hostname, host } = window.location;
    const scheme = protocol === "https:" ? "wss:" : "ws:";
    const found = address.startsWith(":") ? `${scheme}//${hostname}${address}/live`
      : address.startsWith("/") ? `${scheme}//${host}${address}` : address;
    return query ? `${found}?${query}` : found;
  }

  function start(element) {
    root = element;
    floor.board = root.dataset.board;
    floorwatch.words.start(JSON.parse(root.dataset.words), root.lang);
    for (const place of root.querySelectorAll("[data-widget]")) build(place);
    floorwatch.renewal.start();
    if (root.classList.contains("wall")) floorwatch.wake_lock.start();
    floorwatch.clock.every_second({ tick });
    floorwatch.clock.start();
    floorwatch.live = new floorwatch.Live(gateway_url(root.dataset.gateway), floor.board, listener);
    floorwatch.live.start();
  }

  /** Dash draws the page some time after its scripts ran. */
  function wait_for_page() {
    const found = document.querySelector(".screen");
    if (found !== null) {
      start(found);
      return;
    }
    const observer = new MutationObserver(() => {
      const drawn = document.querySelector(".screen");
      if (drawn === null) return;
      observer.disconnect();
      start(drawn);
    });
    observer.observe(document.body, { childList: true, subtree: true });
  }

  floorwatch.floor = floor;
  floorwatch.screen = { queue_name, team_name, reason_name };
  floorwatch.widgets = floorwatch.widgets || {};
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wait_for_page);
  else wait_for_page();
})((window.floorwatch = window.floorwatch || {}));
