/* What the supervisor chose: text to look for, grouping, order, view. Kept in this browser; told to whoever listens. */
(function (floorwatch) {
  "use strict";

  const KEY = "floorwatch.desk";
  const listeners = [];
  const chosen = { text: "", group: "team", order: "attention", view: "list" };

  function read() {
    try {
      const kept = JSON.parse(window.localStorage.getItem(KEY) || "{}");
      for (const name of ["group", "order", "view"]) if (typeof kept[name] === "string") chosen[name] = kept[name];
    } catch (error) {
      if (!(error instanceof SyntaxError) && !(error instanceof DOMException)) throw error; // nothing kept, or not allowed
    }
  }

  function keep() {
    try {
      const { group, order, view } = chosen;
      window.localStorage.setItem(KEY, JSON.stringify({ group, order, view }));
    } catch (error) {
      if (!(error instanceof DOMException)) throw error; // a browser that keeps nothing
    }
  }

  function choose(name, value) {
    if (chosen[name] === value) return;
    chosen[name] = value;
    keep();
    for (const listener of listeners) listener.chosen(name);
  }

  read();
  floorwatch.desk = { chosen, choose, hear: (listener) => listeners.push(listener) };
})((window.floorwatch = window.floorwatch || {}));
