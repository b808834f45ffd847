/* Choosing metrics: a list in groups that one can search, with what each means; or several of them in an order. The list stands in
   the page once. */
(function (floorwatch) {
  "use strict";

  const { put, make } = floorwatch.places;
  const say = floorwatch.say;
  let groups = [];

  function start(template) {
    groups = [...template.content.querySelectorAll("optgroup")];
  }

  /** The option of a metric: its name, unit and meaning; null for one that this release has not. */
  function find(id) {
    for (const group of groups) {
      for (const option of group.children) if (option.value === id) return option;
    }
    return null;
  }

  function name(id) {
    const found = find(id);
    return found === null ? id : found.textContent;
  }

  function is_offered(option, where) {
    const { scopes, ticks } = option.dataset;
    if (where === "agent" || where === "queue") {
      return scopes.split(" ").includes(where) && (where === "queue" || !ticks);
    }
    return where === "any" || !ticks;
  }

  function matches(option, asked) {
    return asked === "" || option.textContent.toLowerCase().includes(asked) || option.value.includes(asked);
  }

  /** Fills a select with what is offered `where` and matches what was asked for; `keep` stays in any case. */
  function fill(select, where, asked, keep) {
    const first = [...select.children].filter((child) => child.tagName === "OPTION" && child.value === "");
    const kept = [];
    for (const group of groups) {
      const copy = group.cloneNode(false);
      for (const option of group.children) {
        if ((is_offered(option, where) && matches(option, asked)) || option.value === keep) copy.append(option.cloneNode(true));
      }
      if (copy.childElementCount > 0) kept.push(copy);
    }
    select.replaceChildren(...first, ...kept);
    if (keep !== undefined) select.value = keep;
  }

  /** One metric: search, list, meaning. `chosen(id)` is called when another one is. */
  function picker(box, chosen) {
    const filter = box.querySelector(".filter");
    const select = box.querySelector("select");
    filter.addEventListener("input", (event) => {
      event.stopPropagation();
      fill(select, select.dataset.metrics, filter.value.trim().toLowerCase(), select.dataset.value);
    });
    filter.addEventListener("keydown", (event) => {
      if (event.key === "ArrowDown" || event.key === "Enter") {
        event.preventDefault();
        select.focus();
      }
    });
    select.addEventListener("change", (event) => {
      event.stopPropagation();
      if (select.value !== "") chosen(select.value);
    });
  }

  function show(box, id) {
    const select = box.querySelector("select");
    if (select.dataset.value !== id || select.options.length === 0) {
      select.dataset.value = id;
      fill(select, select.dataset.metrics, box.querySelector(".filter").value.trim().toLowerCase(), id);
    }
    const found = find(id);
    put(box.querySelector(".definition"), found === null ? "" : found.dataset.definition);
  }

  function step_button(words, label, move) {
    const button = make("button", "button plain small", [words]);
    button.type = "button";
    button.setAttribute("aria-label", label);
    button.addEventListener("click", move);
    return button;
  }

  /** Several metrics in an order. `chosen(ids)` is called when they are others. */
  function show_several(box, ids, chosen) {
    const list = box.querySelector(".chosen");
    const swapped = (at, to) => {
      const next = [...ids];
      [next[at], next[to]] = [next[to], next[at]];
      return next;
    };
    list.replaceChildren(...ids.map((id, at) => {
      const label = name(id);
      const deeds = [step_button("×", say("metrics.remove", { name: label }), () => chosen(ids.filter((one, n) => n !== at)))];
      if (at > 0) deeds.unshift(step_button("↑", say("metrics.earlier", { name: label }), () => chosen(swapped(at, at - 1))));
      return make("li", "", [make("span", "", [label]), ...deeds]);
    }));
    const add = box.querySelector(".add");
    fill(add, add.dataset.metrics, "", undefined);
    for (const option of add.querySelectorAll("option")) option.disabled = ids.includes(option.value);
    add.value = "";
    add.onchange = (event) => {
      event.stopPropagation();
      if (add.value !== "") chosen([...ids, add.value]);
    };
  }

  floorwatch.metrics = { start, find, name, picker, show, show_several };
})((window.floorwatch = window.floorwatch || {}));
