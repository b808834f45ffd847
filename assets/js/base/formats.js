/* How a value of the dictionary is written, by its format: count, seconds, ratio, amount, per_10k, time. A large place tries the
   whole number first and takes a shorter way of writing it only where the whole one would be too small to read from afar. */
(function (floorwatch) {
  "use strict";

  const words = () => floorwatch.words;
  const FINE_BELOW = 0.0995;
  /** Smaller whole numbers have no shorter way in any language. */
  const SHORT_FROM = 1000;
  const NONE = [{ text: "–", unit: "" }];

  function is_missing(value) {
    return value === null || value === undefined;
  }

  function counts(value) {
    const found = [{ text: words().number(value), unit: "" }];
    if (Math.abs(value) < SHORT_FROM && Number.isInteger(value)) return found;
    const short = words().number_short(value);
    if (short.unit) found.push(short);
    return found;
  }

  function amounts(value) {
    if (Math.abs(value) < 1000 && !Number.isInteger(value)) return [{ text: value.toFixed(2), unit: "" }, ...counts(value)];
    return counts(value);
  }

  /** 1:02:03 · 1:02 h · 1 h; 12:34 · 13 min. */
  function seconds(value) {
    const whole = words().duration(value);
    const minutes = Math.max(0, value) / 60;
    const found = [{ text: whole, unit: "" }];
    if (minutes >= 60) {
      found.push({ text: whole.slice(0, whole.lastIndexOf(":")), unit: words().word("unit.hours") });
      found.push({ text: words().number(minutes / 60), unit: words().word("unit.hours") });
    } else if (minutes >= 10) {
      found.push({ text: String(Math.floor(minutes)), unit: words().word("unit.minutes") });
    }
    return found;
  }

  /** Whole percent; below ten one decimal, where 3.5 % and 4.4 % differ. */
  function ratios(value, target) {
    const is_fine = Math.abs(value) < FINE_BELOW && value !== 0;
    const text = is_fine ? (value * 100).toFixed(1) : words().percent(value, target);
    return [{ text, unit: words().word("unit.percent") }];
  }

  const WAYS = {
    count: counts,
    amount: amounts,
    seconds,
    ratio: ratios,
    per_10k: (value) => [{ text: value.toFixed(1), unit: words().word("unit.per_10k") }],
    time: (value) => [{ text: words().hour(value), unit: "" }],
  };

  /** All ways of writing a value, the whole one first: `[{text, unit}, …]`. A ratio short of its `target` never rounds up to it. */
  function ways(format, value, target) {
    return is_missing(value) ? NONE : (WAYS[format] || counts)(value, target);
  }

  /** The whole value with its unit, for small print. */
  function text(format, value, target) {
    const [whole] = ways(format, value, target);
    return whole.text + whole.unit;
  }

  /** The value of a number of the protocol: what it says, or the seconds since its moment. */
  function value_of(said, format, now_ms) {
    if (!said) return null;
    if (said.since === undefined) return said.v;
    if (said.since === null || format === "time") return said.since;
    return Math.max(0, (now_ms - said.since) / 1000);
  }

  floorwatch.formats = { ways, text, value_of };
})((window.floorwatch = window.floorwatch || {}));
