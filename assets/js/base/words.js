/* Words and formats of the screen's language. The words come with the page, from the gettext catalogues. */
(function (floorwatch) {
  "use strict";

  const NO_VALUE = "–";
  let words = {};
  let integers = null;
  let compact = null;
  let plurals = null;
  let times = null;
  let hours = null;
  let days = null;
  let lang = "zh-CN";
  let zone = null;

  function formats() {
    const zoned = zone ? { timeZone: zone } : {};
    times = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23", ...zoned });
    hours = new Intl.DateTimeFormat(lang, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", ...zoned });
    days = new Intl.DateTimeFormat(lang, { weekday: "long", day: "numeric", month: lang === "en" ? "short" : "numeric", ...zoned });
  }

  function start(catalogue, language) {
    words = catalogue;
    lang = language;
    integers = new Intl.NumberFormat(lang, { maximumFractionDigits: 0 });
    compact = new Intl.NumberFormat(lang, { notation: "compact", maximumSignificantDigits: 3 });
    plurals = new Intl.PluralRules(lang);
    formats();
  }

  function in_zone(time_zone) {
    if (!time_zone || time_zone === zone) return;
    try {
      new Intl.DateTimeFormat(lang, { timeZone: time_zone });
      zone = time_zone;
      formats();
    } catch (error) {
      if (!(error instanceof RangeError)) throw error; // a zone that this browser does not know: keep its own
    }
  }

  /** The sentence of `id`, with `{names}` of `values` put in. */
  function word(id, values) {
    const sentence = words[id];
    if (sentence === undefined) return id;
    if (values === undefined) return sentence;
    return sentence.replace(/\{(\w+)\}/g, (whole, name) => (name in values ? String(values[name]) : whole));
  }

  function has(id) {
    return words[id] !== undefined;
  }

  /** `id.one` or `id.other`, by the language's rules. */
  function counted(id, n) {
    const rule = plurals.select(n);
    return word(has(`${id}.${rule}`) ? `${id}.${rule}` : `${id}.other`, { n: number(n) });
  }

  function two(n) {
    return n < 10 ? `0${n}` : String(n);
  }

  /** Seconds as 0:07, 12:34 or 1:02:03. */
  function duration(seconds) {
    if (seconds === null || seconds === undefined) return NO_VALUE;
    const s = Math.max(0, Math.floor(seconds));
    const minutes = Math.floor(s / 60);
    if (minutes < 60) return `${minutes}:${two(s % 60)}`;
    return `${Math.floor(minutes / 60)}:${two(minutes % 60)}:${two(s % 60)}`;
  }

  /** The same for a small place: never more than five characters. */
  function duration_short(seconds) {
    const minutes = Math.floor(Math.max(0, seconds) / 60);
    if (minutes < 100) return `${minutes}:${two(Math.floor(Math.max(0, seconds)) % 60)}`;
    return minutes < 6000 ? `${Math.floor(minutes / 60)}h${two(minutes % 60)}` : `${Math.floor(minutes / 60)}h`;
  }

  function number(n) {
    return n === null || n === undefined ? NO_VALUE : integers.format(n);
  }

  /** A large number in few signs, 1.23 and its unit M or 万; a small one as it is, with no unit. */
  function number_short(n) {
    const found = { text: "", unit: "" };
    for (const { type, value } of compact.formatToParts(n)) {
      if (type === "compact") found.unit = value.toLowerCase() === "k" ? "k" : value;
      else if (type !== "literal") found.text += value;
    }
    return found;
  }

  /** A ratio as whole percent, without the sign. Short of its target it never rounds up to it. */
  function percent(ratio, target) {
    if (ratio === null || ratio === undefined) return NO_VALUE;
    const rounded = Math.round(ratio * 100);
    const is_short = target !== null && target !== undefined && ratio < target && rounded / 100 >= target;
    return String(is_short ? Math.floor(ratio * 100 + 1e-9) : rounded);
  }

  function percent_sign(ratio, target) {
    return ratio === null || ratio === undefined ? NO_VALUE : percent(ratio, target) + word("unit.percent");
  }

  /** A name in the screen's language, else in the other, else the id. */
  function name_of(named, id) {
    if (!named) return id;
    return (lang.startsWith("zh") ? named.zh || named.en : named.en || named.zh) || id;
  }

  /** A person's name for a small place: "Steve Jones" is "Steve J", "Victoria Moore"
   *  "Victoria"; a Chinese name stays whole. */
  function name_short(name) {
    const found = /^([A-Za-z\u00C0-\u024F'-]+)\s+(?:.*\s)?([A-Za-z\u00C0-\u024F])[^\s]*$/.exec(name);
    if (found === null) return name;
    return found[1].length > 5 ? found[1] : `${found[1]} ${found[2]}`;
  }

  /** How old data is, in words. */
  function age(age_ms) {
    const s = Math.floor(age_ms / 1000);
    if (s < 1) return word("link.fresh");
    if (s < 120) return word("link.age", { n: s });
    if (s < 7200) return word("link.age_minutes", { n: Math.floor(s / 60) });
    return word("link.age_hours", { n: Math.floor(s / 3600) });
  }

  function date(at_ms) {
    const parts = {};
    for (const piece of days.formatToParts(at_ms)) parts[piece.type] = piece.value;
    return word("date", parts);
  }

  floorwatch.words = {
    NO_VALUE,
    start,
    in_zone,
    word,
    has,
    counted,
    duration,
    duration_short,
    number,
    number_short,
    percent,
    percent_sign,
    name_of,
    name_short,
    date,
    age,
    /** The site's time zone; null before it is known. */
    zone: () => zone,
    time: (at_ms) => times.format(at_ms),
    hour: (at_ms) => hours.format(at_ms),
  };
})((window.floorwatch = window.floorwatch || {}));
