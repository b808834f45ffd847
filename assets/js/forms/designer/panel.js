/* The settings of what is selected. The controls come from templates that the server made of the document's types; this fills them
   from the document and writes what is typed back, field by field, and shows at each what is wrong with it. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const { get, set, are_equal } = floorwatch.paths;
  const metrics = floorwatch.metrics;
  const ITEM = "*";
  const OF_METRIC = ["limits.target", "limits.amber", "limits.red"];

  function default_of(control) {
    return JSON.parse(control.dataset.default);
  }

  class Panel {
    /** `body`: where it is shown. `draft`: the document. */
    constructor(body, draft) {
      this.body = body;
      this.draft = draft;
      this.templates = new Map();
      for (const template of document.querySelectorAll("template[data-panel]")) this.templates.set(template.dataset.panel, template);
      this.subject = null;
      this.mistakes = [];
      body.addEventListener("input", (event) => this.typed(event.target));
      body.addEventListener("change", (event) => this.typed(event.target));
      body.addEventListener("click", (event) => this.pressed(event.target.closest("[data-do^='row.']")));
    }

    /** `subject`: {panel: name of the template, key: what it is of, find(document) → the part that the fields are of}. */
    open(subject) {
      const is_other = this.subject === null || this.subject.key !== subject.key;
      this.subject = subject;
      if (!is_other) return false;
      this.body.replaceChildren(this.templates.get(subject.panel).content.cloneNode(true));
      for (const box of this.body.querySelectorAll(".field.metric")) {
        metrics.picker(box, (id) => this.choose_metric(box.dataset.field, id));
      }
      this.body.scrollTop = 0;
      return true;
    }

    part(document_) {
      return this.subject === null ? null : this.subject.find(document_ || this.draft.now);
    }

    write(path, value) {
      this.draft.change(`${this.subject.key} ${path}`, (next) => set(this.part(next), path, value));
    }

    // -- from the document

    fill() {
      const part = this.part();
      if (part === null || part === undefined) return;
      for (const control of this.body.querySelectorAll('[data-control="rows"]')) this.fill_rows(control, part);
      for (const control of this.body.querySelectorAll("[data-path]")) this.fill_one(control, part);
      this.show_units(part);
      this.show_mistakes();
    }

    fill_one(control, part) {
      const { path, control: kind } = control.dataset;
      const found = get(part, path);
      const value = found === undefined ? default_of(control) : found;
      const box = control.closest(".field");
      if (kind === "metric") metrics.show(box, value || "");
      else if (kind === "metrics") metrics.show_several(box, value || [], (ids) => this.write(path, this.kept(control, ids)));
      else if (kind === "ids") this.fill_ids(control, value || []);
      else if (kind === "rows") this.sum_up(control, (value || []).length);
      else if (kind === "check") control.checked = Boolean(value);
      else if (control !== document.activeElement || !are_equal(this.kept(control, this.read(control)), found)) {
        control.value = this.shown(control, value, part); // what is being typed and means the same stays as it is: `1.`
      }
    }

    shown(control, value, part) {
      if (value === null || value === undefined) return "";
      if (control.dataset.unit === "metric" && this.is_ratio(part)) return String(Number((value * 100).toFixed(4)));
      return String(value);
    }

    /** What somebody else's queue is called is not known here; it stays chosen all the same. */
    fill_ids(control, ids) {
      const known = new Set([...control.querySelectorAll("input")].map((box) => box.value));
      for (const id of ids) {
        if (known.has(id)) continue;
        const label = control.ownerDocument.createElement("label");
        label.className = "check";
        const box = document.createElement("input");
        box.type = "checkbox";
        box.value = id;
        label.append(box, floorwatch.places.make("span", "", [id]));
        control.append(label);
      }
      for (const box of control.querySelectorAll("input")) box.checked = ids.includes(box.value);
      this.sum_up(control, ids.length);
    }

    sum_up(control, count) {
      const sum = control.closest("details").querySelector(":scope > summary .sum");
      if (sum !== null) put(sum, count > 0 ? String(count) : "");
    }

    fill_rows(list, part) {
      const rows = get(part, list.dataset.path) || default_of(list) || [];
      const template = list.parentElement.querySelector(":scope > template");
      while (list.childElementCount > rows.length) list.lastElementChild.remove();
      while (list.childElementCount < rows.length) {
        const row = template.content.cloneNode(true);
        const n = String(list.childElementCount);
        for (const element of row.querySelectorAll("*")) {
          for (const name of ["id", "for", "data-path", "data-field", "aria-describedby"]) {
            const value = element.getAttribute(name);
            if (value !== null) element.setAttribute(name, value.replaceAll(ITEM, n));
          }
        }
        list.append(row);
      }
    }

    // -- units

    unit(part) {
      const template = this.templates.get(this.subject.panel);
      if (template.dataset.unit) return template.dataset.unit;
      const found = part.metric ? metrics.find(part.metric) : null;
      return found === null ? "" : found.dataset.unit;
    }

    is_ratio(part) {
      return this.unit(part) === "ratio";
    }

    show_units(part) {
      const unit = this.unit(part);
      for (const control of this.body.querySelectorAll('[data-unit="metric"]')) {
        put(control.nextElementSibling, unit === "" ? "" : floorwatch.say(`unit.${unit}`));
      }
    }

    // -- to the document

    typed(control) {
      if (control.dataset.path === undefined) {
        const ids = control.closest('[data-control="ids"]');
        if (ids !== null) this.write(ids.dataset.path, this.kept(ids, [...ids.querySelectorAll("input:checked")].map((box) => box.value)));
        return;
      }
      if (control.dataset.control === "metric") return;
      this.write(control.dataset.path, this.kept(control, this.read(control)));
    }

    read(control) {
      const { control: kind, optional } = control.dataset;
      if (kind === "check") return control.checked;
      if (kind === "number") {
        if (control.value.trim() === "") return undefined;
        const typed = Number(control.value);
        return control.dataset.unit === "metric" && this.is_ratio(this.part()) ? Number((typed / 100).toFixed(6)) : typed;
      }
      return control.value === "" && optional ? undefined : control.value;
    }

    /** undefined for what is the default: it is not written. */
    kept(control, value) {
      return are_equal(value, default_of(control)) ? undefined : value;
    }

    /** Another metric: with a window that it has, and without limits of another unit. */
    choose_metric(path, id) {
      const before = this.unit(this.part());
      const option = metrics.find(id);
      this.draft.change("", (next) => {
        const part = this.part(next);
        set(part, path, id);
        if (option.dataset.now && part.window !== "now") part.window = "now";
        else if (!option.dataset.now && part.window === "now") delete part.window;
        if (part.also) part.also = part.also.filter((one) => one !== id);
        if (option.dataset.unit !== before && part.limits) for (const limit of OF_METRIC) set(part, limit, undefined);
      });
    }

    pressed(button) {
      if (button === null) return;
      const list = button.closest("details").querySelector('[data-control="rows"]');
      const { path } = list.dataset;
      const rows = [...(get(this.part(), path) || default_of(list) || [])];
      if (button.dataset.do === "row.add") rows.push(JSON.parse(list.dataset.new));
      else rows.splice([...list.children].indexOf(button.closest(".row")), 1);
      this.draft.change("", (next) => set(this.part(next), path, this.kept(list, rows)));
      const last = list.lastElementChild;
      const to = last === null ? list.parentElement.querySelector("summary") : last.querySelector("input, select, textarea, button");
      if (to !== null) to.focus();
    }

    // -- what is wrong

    /** `mistakes`: [{field, sentence}] of what is open. */
    show_wrong(mistakes) {
      this.mistakes = mistakes;
      this.show_mistakes();
    }

    show_mistakes() {
      for (const error of this.body.querySelectorAll(".field .error")) show(error, false);
      for (const field of this.body.querySelectorAll(".field.wrong")) field.classList.remove("wrong");
      for (const control of this.body.querySelectorAll("[aria-invalid]")) control.removeAttribute("aria-invalid");
      for (const one of this.mistakes) {
        const field = this.field_of(one.field);
        if (field === null) continue;
        const error = [...field.children].find((child) => child.classList.contains("error"));
        put(error, one.sentence);
        show(error, true);
        field.classList.add("wrong");
        const control = field.querySelector("input, select, textarea");
        if (control !== null) control.setAttribute("aria-invalid", "true");
        for (let outer = field; outer !== null; outer = outer.parentElement.closest("details")) if (outer.tagName === "DETAILS") outer.open = true;
      }
    }

    /** The field of a path, or of the nearest one around it. */
    field_of(path) {
      for (let steps = path.split("."); steps.length > 0 && steps[0] !== ""; steps = steps.slice(0, -1)) {
        const found = this.body.querySelector(`[data-field="${CSS.escape(steps.join("."))}"]`);
        if (found !== null) return found;
      }
      return null;
    }

    focus(path) {
      const field = path ? this.field_of(path) : null;
      const within = field === null ? this.body.querySelector(".field") : field;
      if (within === null) return;
      const control = within.querySelector("input:not([type=search]), select, textarea") || within.querySelector("summary");
      if (control !== null) control.focus();
    }
  }

  floorwatch.Panel = Panel;
})((window.floorwatch = window.floorwatch || {}));
