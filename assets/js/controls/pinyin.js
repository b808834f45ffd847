/* Pinyin initials of a Chinese name, by the browser's own collation: a character's initial is that of the last boundary
   character it does not sort before. Surnames with a reading of their own are named. */
(function (floorwatch) {
  "use strict";

  const BOUNDARIES = "阿八嚓哒妸发旮哈讥咔垃痳拏噢妑七呥扨它穵夕丫帀";
  const LETTERS = "abcdefghjklmnopqrstwxyz";
  const SURNAMES = { 曾: "z", 单: "s", 解: "x", 仇: "q", 查: "z", 区: "o", 尉: "y", 翟: "z", 盖: "g", 朴: "p" };
  const collator = new Intl.Collator("zh-CN-u-co-pinyin");
  const known = new Map();
  const is_usable = collator.resolvedOptions().locale.startsWith("zh") && collator.compare("王", "张") < 0;

  function initial(character) {
    if (!/\p{Script=Han}/u.test(character)) return character.toLowerCase();
    const before = known.get(character);
    if (before !== undefined) return before;
    let found = "";
    for (let i = 0; i < BOUNDARIES.length && collator.compare(BOUNDARIES[i], character) <= 0; i += 1) found = LETTERS[i];
    known.set(character, found);
    return found;
  }

  /** "李文博" → "lwb"; Latin letters stay, spaces go; empty where the browser cannot collate Chinese. */
  function initials(name) {
    if (!is_usable) return "";
    let letters = "";
    for (const character of name) {
      if (/\s/.test(character)) continue;
      letters += letters === "" && SURNAMES[character] ? SURNAMES[character] : initial(character);
    }
    return letters;
  }

  floorwatch.pinyin = { initials };
})((window.floorwatch = window.floorwatch || {}));
