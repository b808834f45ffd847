/* What a leaderboard is called and asks for, as the snapshot's names have it; and how its points, times and people are written. */
(function (floorwatch) {
  "use strict";

  const { words, formats } = floorwatch;
  const FORMAT = { s: "seconds", ratio: "ratio", time: "time", amount: "amount", "per 10,000": "per_10k" };
  const BADGES = new Set(["star", "crown", "flame", "heart", "bolt", "shield", "medal", "target", "rocket", "flag", "gift", "climb"]);
  /** Days on end that are worth telling, on every tile: the same as in `dashboard/live/leaderboard_shown.py`. */
  const LONG_STREAK = 3;
  const DAY_S = 86400;
  const GROUP_S = 24;

  /** What is known of it; null for none. */
  function facts(id) {
    const all = floorwatch.floor.names.leaderboards;
    return (id && all && all[id]) || null;
  }

  function title(id) {
    const found = facts(id);
    return found === null ? "" : words.name_of(found.title, "");
  }

  /** Over a tile that nobody gave a title: the leaderboard's own; on its own board that stands over everything already. */
  function heading_of(root) {
    const { leaderboard, heading } = root.dataset;
    return heading === "own" || floorwatch.floor.board === `leaderboard:${leaderboard}` ? "" : title(leaderboard);
  }

  /** The value of its head, where one stands on this board; null while nothing is known. */
  function head(id) {
    const place = document.querySelector(`[data-widget="leaderboard_head"][data-leaderboard="${CSS.escape(id)}"]`);
    return (place && floorwatch.floor.values.get(place.dataset.tile)) || null;
  }

  function metric_name(id, metric) {
    const found = facts(id);
    return words.name_of(found && found.metrics ? found.metrics[metric] : null, metric);
  }

  function metric_text(id, metric, value, target) {
    const found = facts(id);
    return figure(found && found.metrics && found.metrics[metric] ? found.metrics[metric].unit : "", value, target);
  }

  function is_count(unit) {
    return FORMAT[unit] === undefined;
  }

  /** A number in a metric's unit. */
  function figure(unit, value, target) {
    if (unit === "ratio" && value !== null && value !== undefined) return percent(value, target);
    return formats.text(FORMAT[unit] || "count", value, target);
  }

  /** With a decimal where that says more; short of its target it is never rounded up to it. */
  function percent(ratio, target) {
    const tenths = Math.round(ratio * 1000);
    const is_short = target !== null && target !== undefined && ratio < target && tenths / 1000 >= target;
    const shown = (is_short ? Math.floor(ratio * 1000 + 1e-9) : tenths) / 10;
    return (Number.isInteger(shown) ? String(shown) : shown.toFixed(1)) + words.word("unit.percent");
  }

  /** Whom people are compared with: a name of the leaderboard's own, a team, a queue. */
  function group_name(id, group) {
    const found = facts(id);
    const own = found && found.groups ? words.name_of(found.groups[group], "") : "";
    return own || team_name(group) || words.name_of(floorwatch.floor.names.queues[group], "") || words.word("leaderboard.other_group");
  }

  /** A team's name; "" for one that this viewer may not know. */
  function team_name(team) {
    return words.name_of(floorwatch.floor.names.teams[team], "");
  }

  function badge(id, key) {
    const found = facts(id);
    const known = found && found.badges ? found.badges[key] : undefined;
    const icon = known && BADGES.has(known.icon) ? known.icon : "star";
    return { icon: `badge-${icon}`, title: words.name_of(known, key) };
  }

  function prize(id, rank) {
    const found = facts(id);
    const own = found && found.prizes ? found.prizes.find((one) => one.rank === rank) : undefined;
    return own === undefined ? "" : words.name_of(own, "");
  }

  /** What one must have done to have a rank, each in a few words. */
  function needed(id) {
    const found = facts(id);
    const least = (found && found.least) || {};
    const told = [];
    if (least.calls > 0) told.push(words.word("leaderboard.least.calls", { n: words.number(least.calls) }));
    if (least.minutes > 0) told.push(words.word("leaderboard.least.minutes", { n: words.number(least.minutes) }));
    if (told.length > 0 && least.prorated) told.push(words.word("leaderboard.least.prorated"));
    return told;
  }

  /** Hundredths of points, with one decimal: who differs by less shares the place in every eye. */
  function points(hundredths) {
    return (hundredths / 100).toFixed(1);
  }

  function name_of(line) {
    return line.name || words.word("leaderboard.someone");
  }

  function has_long_streak(line) {
    return line.streak >= LONG_STREAK;
  }

  /** Why one looks at this person: the newest badge, a long streak, else the part of the score that is best. */
  function stands_out(id, line) {
    if (line.badges.length > 0) {
      return badge(id, line.badges[line.badges.length - 1]).title;
    }
    if (has_long_streak(line)) return words.counted("leaderboard.streak", line.streak);
    let best = null;
    for (const part of line.parts) {
      if (part.most > 0 && part.v !== null && (best === null || part.points / part.most > best.points / best.most)) best = part;
    }
    return best === null ? "" : `${metric_name(id, best.metric)} ${metric_text(id, best.metric, best.v)}`;
  }

  /** Time that is left, in as few signs as tell it: 3 days 4 h; 4:05:09. */
  function left(left_ms) {
    const s = Math.max(0, Math.ceil(left_ms / 1000));
    if (s < DAY_S) return words.duration(s);
    const days = words.counted("leaderboard.days", Math.floor(s / DAY_S));
    const hours = Math.floor((s % DAY_S) / 3600);
    return hours > 0 ? `${days} ${words.word("leaderboard.hours", { n: hours })}` : days;
  }

  let zone_of_dates;
  let dates = null;

  /** Month and day in the site's zone: 11/22. */
  function day(at_ms) {
    const zone = words.zone() || undefined;
    if (dates === null || zone_of_dates !== zone) {
      zone_of_dates = zone;
      dates = new Intl.DateTimeFormat("en", { month: "numeric", day: "numeric", timeZone: zone });
    }
    return dates.format(at_ms);
  }

  /** The groups of a list in their order, each with its lines; one nameless group where nobody is compared by group. */
  function groups(list) {
    const found = new Map();
    for (let i = 0; i < list.size; i += 1) {
      const line = list.at(i);
      const group = line.group || "";
      if (!found.has(group)) found.set(group, []);
      found.get(group).push(line);
    }
    return [...found].map(([group, lines]) => ({ group, lines }));
  }

  /** Whose turn it is among `count`, by the clock, so that all tiles and all screens show the same. */
  function turn(count, now_ms, seconds) {
    return count < 2 ? 0 : Math.floor(now_ms / (1000 * (seconds || GROUP_S))) % count;
  }

  floorwatch.leaderboards = {
    GROUP_S, facts, title, heading_of, head, metric_name, metric_text, is_count, figure, team_name, group_name, badge, prize, needed, points, name_of, has_long_streak, stands_out, left, day, groups, turn,
  };
})((window.floorwatch = window.floorwatch || {}));
