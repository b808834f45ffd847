/* Moments of a board: local times of the site, of one day (2026-12-31T18:00) or of every day (18:00). As texts of one form they
   are compared as texts, so that a change of daylight saving makes nothing early or late. */
(function (floorwatch) {
  "use strict";

  const DAY_MS = 86400000;
  let format = null;
  let zone = null;

  function parts_of(at_ms) {
    const now_zone = floorwatch.words.zone();
    if (format === null || now_zone !== zone) {
      zone = now_zone;
      const fields = { year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit" };
      format = new Intl.DateTimeFormat("en-US", { ...fields, hourCycle: "h23", ...(zone ? { timeZone: zone } : {}) });
    }
    const found = {};
    for (const { type, value } of format.formatToParts(at_ms)) found[type] = value;
    return found;
  }

  /** The site's clock: `2026-12-31T18:00:05`. */
  function local(at_ms) {
    const { year, month, day, hour, minute, second } = parts_of(at_ms);
    return `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  }

  const is_daily = (moment) => moment.length === 5;

  /** Whether `now` (of `local`) is at or past a moment; on its day, where it is of every day. */
  function is_past(moment, now) {
    return is_daily(moment) ? now.slice(11, 16) >= moment : now.slice(0, 16) >= moment;
  }

  /** Whether something that holds from one moment until another holds now; "" for no bound. Two times of the day may go past
   *  midnight. */
  function holds(from, until, now) {
    if (from && until && is_daily(from) && is_daily(until) && from > until) return is_past(from, now) || !is_past(until, now);
    return (!from || is_past(from, now)) && (!until || !is_past(until, now));
  }

  /** When a moment is, in ms: of today, where it is of every day. */
  function at_ms(moment, now_ms) {
    const wanted = is_daily(moment) ? `${local(now_ms).slice(0, 10)}T${moment}` : moment;
    const as_utc = Date.parse(`${wanted}:00Z`);
    let found = as_utc;
    for (let i = 0; i < 3; i += 1) {
      const off = as_utc - Date.parse(`${local(found)}Z`);
      if (off === 0 || Math.abs(off) > DAY_MS * 2) break;
      found += off;
    }
    return found;
  }

  floorwatch.moments = { local, is_daily, holds, at_ms };
})((window.floorwatch = window.floorwatch || {}));
