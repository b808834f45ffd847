/* Writing into the page. Text goes into one text node that is kept, so an update makes no garbage and no markup: what a
   person typed can only ever be text. */
(function (floorwatch) {
  "use strict";

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

  let unit = 0;
  let probe = null;

  function measure_unit() {
    unit = probe.getBoundingClientRect().width / 100;
  }

  /** The screen's unit of length (`--u`) in pixels. */
  function unit_px() {
    if (probe === null) {
      probe = make("i", "hundred_units");
      document.querySelector(".screen").append(probe);
      window.addEventListener("resize", measure_unit);
    }
    if (unit === 0) measure_unit();
    return unit;
  }

  const FRESH_MS = 10000;
  const ICON_OF_LEVEL = { amber: "level-amber", red: "level-red" };

  /** A tile's alarm: fill, border, mark and word. Red flashes three times, and only when it has just begun: `level_at_ms`. */
  function raise(root, level_mark, level, level_at_ms) {
    const before = root.dataset.level;
    if (before === level) return;
    mark(root, "level-", level === "amber" || level === "red" ? level : "");
    root.dataset.level = level;
    if (level_mark) {
      mark(level_mark, "icon-", ICON_OF_LEVEL[level] || "");
      level_mark.title = level === "amber" || level === "red" ? floorwatch.words.word(`level.${level}`) : "";
    }
    const is_fresh = level_at_ms ? floorwatch.clock.now() - level_at_ms < FRESH_MS : before !== undefined;
    root.classList.toggle("flash", level === "red" && is_fresh);
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

  floorwatch.places = { put, mark, show, parts, make, unit_px, raise, admit_gap };
})((window.floorwatch = window.floorwatch || {}));
