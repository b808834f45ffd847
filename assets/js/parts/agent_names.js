/* A person's name in a place that may be too small for it: whole, else in a form that people use too, else cut between
   characters with a mark that it was cut. Never half a character. */
(function (floorwatch) {
  "use strict";

  const UNSEEN = /[\u0000-\u001f\u007f-\u009f\u200b\u200e\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;
  const HAN_NAME = /^\p{Script=Han}{3,4}$/u;
  const LATIN_NAME = /^(\p{Script=Latin}[\p{Script=Latin}'’-]*) (?:.* )?(\p{Script=Latin}[\p{Script=Latin}'’.-]*)$/u;
  const MANY_NAMES = 4000;
  /** Of a name that is cut: fewer letters than these are no name. */
  const FEWEST = 2;
  const FEWEST_LATIN = 4;
  const CUT = "…";
  const segments = window.Intl && Intl.Segmenter ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

  function characters(text) {
    return segments === null ? Array.from(text) : Array.from(segments.segment(text), (one) => one.segment);
  }

  /** What nobody sees but what moves other text about is taken out. */
  function clean(text) {
    return text.replace(UNSEEN, "").replace(/\s+/g, " ").trim();
  }

  /** A name from whole to short: "Victoria Moore", "Victoria M", "Victoria", "V Moore"; "欧阳小月", "小月". */
  function forms(name) {
    const whole = clean(name);
    const found = [whole];
    const bare = whole.replace(/ ?[(（][^)）]*[)）]$/, "");
    if (bare && bare !== whole) found.push(bare);
    const latin = LATIN_NAME.exec(bare);
    if (latin !== null) found.push(`${latin[1]} ${characters(latin[2])[0]}`, latin[1], `${characters(latin[1])[0]} ${latin[2]}`);
    else if (HAN_NAME.test(bare)) found.push(characters(bare).slice(-2).join(""));
    else if (bare.includes("·")) found.push(bare.split("·")[0]);
    return found;
  }

  /** "O W" of Oscar Wang; none where a name has no such parts. */
  function initials(name) {
    const latin = LATIN_NAME.exec(clean(name));
    return latin === null ? "" : `${characters(latin[1])[0]} ${characters(latin[2])[0]}`;
  }

  class FittedNames {
    /** `context`: a canvas' context whose font is set. */
    constructor(context) {
      this.context = context;
      this.known = new Map();
    }

    clear() {
      this.known.clear();
    }

    /** The longest form of `name` that is at most `room` wide; `instead` (a staff number) or initials rather than a stump. Measuring is
     *  slow, so it is kept. */
    fit(name, room, instead) {
      const key = `${room}|${name}|${instead}`; // two people may have one name
      const known = this.known.get(key);
      if (known !== undefined) return known;
      if (this.known.size > MANY_NAMES) this.known.clear();
      const text = this.look(name, room, instead);
      this.known.set(key, text);
      return text;
    }

    look(name, room, instead) {
      const found = forms(name);
      for (const form of found) if (this.fits(form, room)) return form;
      const shortest = found[found.length > 2 ? 2 : found.length - 1];
      const cut = this.cut(shortest, room, /^\p{Script=Latin}/u.test(shortest) ? FEWEST_LATIN : FEWEST, CUT);
      if (cut) return cut;
      for (const form of [instead, initials(name)]) if (form && this.fits(form, room)) return form;
      return this.cut(shortest, room, FEWEST, CUT) || this.cut(shortest, room, 1, "");
    }

    fits(text, room) {
      return this.context.measureText(text).width <= room;
    }

    cut(text, room, fewest, end) {
      const found = characters(text.slice(0, 200));
      for (let length = found.length - 1; length >= fewest; length -= 1) {
        const tried = found.slice(0, length).join("").trimEnd() + end;
        if (this.fits(tried, room)) return tried;
      }
      return "";
    }
  }

  floorwatch.agent_names = { forms, clean };
  floorwatch.FittedNames = FittedNames;
})((window.floorwatch = window.floorwatch || {}));
