/* Writing into the page. Text goes into one text node that is kept, so an update makes no garbage and no markup: what a
   person typed can only ever be text. */
(function (floorwatch) {
  "use strict";

  const NARROW = new Set([",", ".", ":", " ", "/"].map((character) => character.charCodeAt(0)));

  function put(element, text) {
    const node = element.firstChild;
    if (node === null) {
      element.appendChild(document.createTextNode(text));
    } else if (node.data !== text) {
      node.data = text;
    }
  }

  /** A class of a family (`level-`, `s-`, `icon-`): the one before is taken off. */
  function mark(element, family, value) {
    const key = family.replace("-", "_");
    const before = element.dataset[key];
    if (before === value) return;
    if (before) element.classList.remove(family + before);
    if (value) element.classList.add(family + value);
    element.dataset[key] = value;
  }

  function show(element, is_shown) {
    if (element.hidden === is_shown) element.hidden = !is_shown;
  }

  function parts(root) {
    const found = {};
    for (const element of root.querySelectorAll("[data-part]")) {
      if (element.closest("[data-widget]") === root) found[element.dataset.part] = element;
    }
    return found;
  }

  /** A new element with a class and children; text only through `put`. */
  function make(tag, class_name, children) {
    const element = document.createElement(tag);
    if (class_name) element.className = class_name;
    if (children) element.append(...children);
    return element;
  }

  /** A big number: its length sets how large it may be. */
  function put_number(element, text, extra) {
    put(element, text);
    let length = extra || 0;
    for (let i = 0; i < text.length; i += 1) length += NARROW.has(text.charCodeAt(i)) ? 0.5 : 1;
    const characters = length.toFixed(2);
    const box = element.parentElement;
    if (box.dataset.characters !== characters) {
      box.dataset.characters = characters;
      box.style.setProperty("--characters", characters);
    }
  }

  const ICON_OF_LEVEL = { amber: "level-amber", red: "level-red" };

  /** A tile's alarm: fill, border, mark and word. Red flashes three times when it begins. */
  function raise(root, level_mark, level) {
    const before = root.dataset.level;
    if (before === level) return;
    mark(root, "level-", level === "amber" || level === "red" ? level : "");
    root.dataset.level = level;
    if (level_mark) {
      mark(level_mark, "icon-", ICON_OF_LEVEL[level] || "");
      level_mark.title = level === "amber" || level === "red" ? floorwatch.words.word(`level.${level}`) : "";
    }
    root.classList.toggle("flash", level === "red" && before !== undefined);
  }

  /** Small print of missing data; hatched when more than 1 % of the window is missing. */
  function admit_gap(root, element, value) {
    const missing_s = value && value.gap_s ? Math.round(value.gap_s) : 0;
    const words = floorwatch.words;
    if (missing_s <= 0) put(element, "");
    else if (missing_s < 120) put(element, words.word("gap", { n: missing_s }));
    else put(element, words.word("gap_minutes", { n: Math.round(missing_s / 60) }));
    root.classList.toggle("holey", missing_s > 0 && value.window_s > 0 && missing_s > value.window_s / 100);
  }

  floorwatch.places = { put, mark, show, parts, make, put_number, raise, admit_gap };
})((window.floorwatch = window.floorwatch || {}));
