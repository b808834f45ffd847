/* A text that is too long for its place comes in pages, broken between words: nothing crawls, nothing is cut. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;
  const MOST_PAGES = 40;
  const segments = window.Intl && Intl.Segmenter ? new Intl.Segmenter(undefined, { granularity: "word" }) : null;
  const CLAUSE = /[，。；：！？,.;:!?]\s*$/u;
  const WITHOUT_SPACES = /[\p{Script=Han}\u3000-\u30ff\uff00-\uffef]/u;
  const CLOSES = /^[\s\p{Pe}\p{Pf}\p{Po}]+$/u;

  /** Between two pieces a text may be broken where there is a space, or beside a sign of a script that is written without them. */
  function may_break(before, after) {
    return /\s$/.test(before) || WITHOUT_SPACES.test(before.slice(-1)) || WITHOUT_SPACES.test(after[0]);
  }

  /** Where a text may be broken: pieces, each with the punctuation that follows it. */
  function pieces_of(text) {
    const found = [];
    const parts = segments === null ? text.split(/(?<=\s)/) : Array.from(segments.segment(text), (one) => one.segment);
    for (const part of parts) {
      const last = found[found.length - 1];
      if (found.length > 0 && (CLOSES.test(part) || !may_break(last, part))) found[found.length - 1] += part;
      else found.push(part);
    }
    return found;
  }

  function fits(box) {
    return box.scrollHeight <= box.clientHeight + 1 && box.scrollWidth <= box.clientWidth + 1;
  }

  /** How many of the pieces from `first` on fit `box`; at least one. */
  function most(box, element, pieces, first) {
    let low = 1;
    let high = pieces.length - first;
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      put(element, pieces.slice(first, first + middle).join("").trim());
      if (fits(box)) low = middle;
      else high = middle - 1;
    }
    return low;
  }

  /** A page rather ends where a clause ends, if that is not far back. */
  function sensible(pieces, first, count) {
    if (first + count >= pieces.length) return count;
    for (let shorter = count; shorter > count * 0.55; shorter -= 1) if (CLAUSE.test(pieces[first + shorter - 1])) return shorter;
    return count;
  }

  /** The pages of `text` in `element` inside `box`, at the type size that is set. Leaves the first page there. */
  function pages_of(box, element, text) {
    put(element, text);
    if (box.clientHeight === 0 || fits(box)) return [text];
    const pieces = pieces_of(text);
    const found = [];
    for (let first = 0; first < pieces.length && found.length < MOST_PAGES;) {
      const count = sensible(pieces, first, most(box, element, pieces, first));
      found.push(pieces.slice(first, first + count).join("").trim());
      first += count;
    }
    put(element, found[0]);
    return found;
  }

  floorwatch.paged_text = { pages_of, fits };
})((window.floorwatch = window.floorwatch || {}));
