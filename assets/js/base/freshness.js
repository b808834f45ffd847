/* Is this now? Derived from the last sign of life of every switch link, on the gateway's clock.
   LIVE up to 3 s, DELAYED up to 5 s, STALE beyond; RESYNC while the switch is read anew. The age keeps growing while nothing
   at all arrives, so a dead gateway or a dead network cannot look live. Stopped numbers stay at the moment they stopped.
   `fresh` is the whole page's age, of its worst link; `of` is that of what depends on some of the links only. */
(function (floorwatch) {
  "use strict";

  const DELAYED_AFTER_MS = 3000;
  const STALE_AFTER_MS = 5000;
  const SEVERITY = { live: 0, delayed: 1, resync: 2, stale: 3 };

  const fresh = {
    state: "connecting",
    age_ms: null,
    /** Where the page's time stands still while the data is stale. */
    stopped_at_ms: null,
    reason: "",
    skew_s: 0,
  };
  let links = [];
  let is_connected = false;
  let closed_at_ms = null;
  let error = null;
  /** Of when the last picture is, while that is all there is. */
  let picture_at_ms = null;

  function hear_links(heard) {
    links = heard;
    error = null;
    picture_at_ms = null;
  }

  /** No server, but what was kept of the last picture: its links as they were. */
  function hear_picture(heard, at_ms) {
    links = heard;
    picture_at_ms = at_ms;
  }

  function hear_connection(connected) {
    is_connected = connected;
    if (connected) closed_at_ms = null;
    else if (closed_at_ms === null) closed_at_ms = floorwatch.clock.now();
  }

  function hear_error(code, board) {
    error = { code, board };
  }

  function state_of(link, now_ms) {
    if (link.state === "never" || link.alive_at === null) return "stale";
    const age_ms = now_ms - link.alive_at;
    if (age_ms > STALE_AFTER_MS) return "stale";
    if (link.state === "resync") return "resync";
    return link.state === "lost" || age_ms > DELAYED_AFTER_MS ? "delayed" : "live";
  }

  /** The worst link; of the links of `switches` alone, where they are given and any of them is known. */
  function worst(now_ms, switches) {
    let found = null;
    let severity = -1;
    for (const link of links) {
      if (switches && !switches.includes(link.switch)) continue;
      const its = SEVERITY[state_of(link, now_ms)];
      if (its > severity || (its === severity && (link.alive_at || 0) < (found.alive_at || 0))) {
        found = link;
        severity = its;
      }
    }
    return found === null && switches ? worst(now_ms) : found;
  }

  function sentence(link) {
    const { word, has, time } = floorwatch.words;
    const at = link.state === "lost" ? link.since : link.alive_at;
    const why = link.reason && has(`reason.${link.reason}`) ? word(`reason.${link.reason}`) : "";
    const who = [links.length > 1 ? link.switch : "", why].filter(Boolean).join(" · ");
    const id = link.state === "never" || link.alive_at === null ? "stale.link_never"
      : link.state === "lost" ? "stale.link_lost" : "stale.link_silent";
    const said = word(id, { time: at === null ? "" : time(at) });
    return who ? `${said} · ${who}` : said;
  }

  function picture_sentence() {
    const { word, time, date } = floorwatch.words;
    const day = date(picture_at_ms);
    const is_of_today = day === date(floorwatch.clock.now());
    return word("stale.last_picture", { time: is_of_today ? time(picture_at_ms) : `${day} ${time(picture_at_ms)}` });
  }

  function gateway_sentence() {
    const { word, time } = floorwatch.words;
    if (picture_at_ms !== null) return picture_sentence();
    if (closed_at_ms === null || links.length === 0) return word("stale.gateway_never");
    return word("stale.gateway_lost", { time: time(closed_at_ms) });
  }

  function is_in_error() {
    return error !== null && (is_connected || error.code === "forbidden");
  }

  function reason_of(state, link) {
    const { word, has } = floorwatch.words;
    if (is_in_error()) {
      return error.code === "starting" ? word("stale.starting")
        : has(`error.${error.code}`) ? word(`error.${error.code}`, { board: error.board }) : error.code;
    }
    if (!is_connected && state !== "live" && state !== "delayed") return gateway_sentence();
    if (state === "resync") return word("stale.resync");
    return state === "stale" && link !== null ? sentence(link) : "";
  }

  function state_by(link, now_ms) {
    if (is_in_error() || picture_at_ms !== null) return "stale";
    if (link === null) return !is_connected && closed_at_ms !== null ? "stale" : "connecting";
    return state_of(link, now_ms);
  }

  /** Writes into `into` how old data is that hangs on `link`. */
  function measure(into, link, now_ms) {
    into.state = state_by(link, now_ms);
    into.age_ms = link === null || link.alive_at === null ? null : Math.max(0, now_ms - link.alive_at);
    into.stopped_at_ms = into.state === "stale" && link !== null ? link.alive_at : null;
    return into;
  }

  /** Looks again; to be called at least once a second and after every frame that speaks of links. */
  function look(now_ms) {
    const link = worst(now_ms);
    measure(fresh, link, now_ms);
    fresh.reason = reason_of(fresh.state, link);
    fresh.skew_s = link !== null && link.skew_ms ? Math.round(link.skew_ms / 1000) : 0;
    return fresh;
  }

  /** The age of what hangs on the links of `switches`, written into `into`: `{state, age_ms, stopped_at_ms}`. */
  function of(switches, now_ms, into) {
    return measure(into, worst(now_ms, switches), now_ms);
  }

  /** What the page shows as now. */
  function shown_now() {
    return fresh.stopped_at_ms === null ? floorwatch.clock.now() : fresh.stopped_at_ms;
  }

  floorwatch.freshness = {
    fresh, shown_now, look, of, state_of, hear_links, hear_picture, hear_connection, hear_error, links: () => links,
  };
})((window.floorwatch = window.floorwatch || {}));
