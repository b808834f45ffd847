/* From frames to widgets. Finds the page's root once Dash has drawn it, makes a widget of everything that has `data-widget`,
   and hands each the value of its tile. A widget has `update(value, change)`; some have `tick(shown_ms, now_ms)`, `age(fresh)`,
   `names(floor)` and `texts()`. `change` is what a patch said of a keyed list, null for a whole one. Widgets of a page that is
   not shown are told nothing; when its turn comes they get what is so then. */
(function (floorwatch) {
  "use strict";

  const floor = {
    board: "default",
    names: { queues: {}, teams: {}, reasons: {}, board: {}, site: "" },
    lists: new Map(),
    values: new Map(),
  };
  const REFUSED_WAIT_MS = 30000;
  /** Tile → its places: `{root, widget}`. */
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
    const place = { root: element, widget: make(element, floorwatch.places.parts(element)) };
    all.push(place);
    const name = element.dataset.tile;
    if (!name) return;
    if (!by_tile.has(name)) by_tile.set(name, []);
    by_tile.get(name).push(place);
  }

  /** The widgets of what can be seen that have a method `name`, each with its root. */
  function* seen(name) {
    for (const place of all) if (place.widget[name] && floorwatch.rotation.is_shown(place.root)) yield place;
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
    const places = by_tile.get(name);
    if (places === undefined || handed === null) return;
    for (let i = 0; i < places.length; i += 1) {
      if (floorwatch.rotation.is_shown(places[i].root)) places[i].widget.update(handed, change);
    }
  }

  /** A page's turn has come: its widgets get what was not drawn while it was hidden. */
  function draw_page() {
    for (const { widget } of seen("names")) widget.names(floor);
    for (const { root: place, widget } of seen("update")) {
      const value = floor.values.get(place.dataset.tile);
      if (value !== undefined && value !== null) widget.update(value, null);
    }
    tick(floorwatch.clock.now());
  }

  function draw_age(now_ms) {
    const fresh = floorwatch.freshness.look(now_ms);
    const is_new = root.dataset.age !== fresh.state;
    if (is_new) root.dataset.age = fresh.state;
    const has_changed = floorwatch.ages.look(now_ms);
    for (const { root: place, widget } of seen("age")) widget.age(floorwatch.ages.of(place));
    if (is_new || has_changed) draw_times(now_ms); // times stop and go on with the mark that says so
  }

  function draw_times(now_ms) {
    for (const { root: place, widget } of seen("tick")) {
      const { stopped_at_ms } = floorwatch.ages.of(place);
      widget.tick(stopped_at_ms === null ? now_ms : stopped_at_ms, now_ms);
    }
  }

  function tick(now_ms) {
    draw_age(now_ms);
    draw_times(now_ms);
  }

  /** Pages from which one steps into calls: with the socket goes what one knew of one's rights, and the answers. */
  function lose_station() {
    if (floorwatch.station === undefined) return;
    floorwatch.station.lose();
    floorwatch.commands.lose();
  }

  const listener = {
    snapshot(frame) {
      if (frame.names) {
        floor.names = { ...floor.names, ...frame.names };
        floorwatch.words.in_zone(frame.names.time_zone);
        floorwatch.ages.know(frame.names.sources);
      }
      if (floorwatch.order.is_another(frame, root)) return;
      floorwatch.renewal.hear(frame.release);
      floorwatch.freshness.look(floorwatch.clock.now());
      for (const name of Object.keys(frame.view)) hand_out(name, frame.view[name]);
      for (const { widget } of seen("names")) widget.names(floor);
      root.dataset.seq = String(frame.seq);
      root.dataset.drawn = "yes";
      delete root.dataset.forbidden;
      delete root.dataset.trouble;
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
      root.dataset.trouble = code; // until there is a snapshot: beats go on meanwhile
      floorwatch.freshness.hear_error(code, floor.board);
      floorwatch.freshness.hear_connection(true);
      draw_age(floorwatch.clock.now());
    },
    answer(frame) {
      return floorwatch.reveal !== undefined && floorwatch.reveal.hear(frame);
    },
    desk(frame) {
      if (floorwatch.station !== undefined) floorwatch.station.hear(frame);
    },
    alerts(frame) {
      if (floorwatch.alarms !== undefined) floorwatch.alarms.hear(frame);
    },
    command(frame) {
      if (floorwatch.commands !== undefined) floorwatch.commands.hear(frame);
    },
    order(frame) {
      floorwatch.order.hear(frame, root);
    },
    announce(frame) {
      floorwatch.announcements.hear(frame);
    },
    /** 4401: nobody is known here any more. 4403: not this; it may be allowed again. */
    refused(code) {
      floorwatch.freshness.hear_connection(false);
      lose_station();
      floorwatch.tv.refused(code);
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
      if (!is_open) lose_station();
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
    floorwatch.ages.start([...root.querySelectorAll("[data-tile]")]);
    floorwatch.rotation.start(root, draw_page);
    floorwatch.definitions.start(root);
    floorwatch.renewal.start();
    if (root.classList.contains("wall")) floorwatch.tv.start(root, listener);
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
  /** Every text that stands on a canvas that can be seen, with its box in pixels of the viewport. */
  function canvas_texts() {
    return [...seen("texts")].flatMap(({ widget }) => widget.texts());
  }

  floorwatch.screen = { queue_name, team_name, reason_name, canvas_texts };
  floorwatch.widgets = floorwatch.widgets || {};
  if (document.readyState === "loading") document.addEventListener("DOMContentLoaded", wait_for_page);
  else wait_for_page();
})((window.floorwatch = window.floorwatch || {}));
