/* Everybody on one canvas: what a wall shows of 10 to 500 people. A cell has its state's ground, stripe and icon, a name, and the
   time in the state. Only cells that changed are drawn, only their time where nothing else did, and never for longer than a
   part of one frame: what is left is drawn in the next. Nothing is made anew while a second passes: no strings, no objects. */
(function (floorwatch) {
  "use strict";

  const words = floorwatch.words;
  const STATES = [
    "talking", "holding", "ringing", "wrapping_up", "available", "paused", "unreachable", "busy_elsewhere", "monitoring", "signed_out",
  ];
  const WHOLE = 2;
  const TIME = 1;
  const NO_TIME = -1;
  const BUDGET_MS = 5;
  const MOST_LIGHTS = 32;
  const TIMED_IN_A_LINE = new Set(["talking", "holding", "ringing", "wrapping_up", "paused", "unreachable", "busy_elsewhere", "monitoring"]);
  const BRIEF_MINUTES = 10;
  const COLON = 10;
  const HOUR = 11;
  const MINUTE = 12;
  const glyphs = new Uint8Array(8);
  const glyphs_before = new Uint8Array(8);

  /** Seconds as glyphs of the digits' strip: 7:49, 12:34, 1h40, 12h; `is_brief`: never more than four, so 12m from ten minutes on.
   *  Returns how many. */
  function encode(seconds, is_brief) {
    const minutes = Math.floor(seconds / 60);
    if (minutes >= 100) return encode_hours(Math.min(999, Math.floor(minutes / 60)), minutes % 60);
    const length = put_number(0, minutes);
    if (is_brief && minutes >= BRIEF_MINUTES) {
      glyphs[length] = MINUTE;
      return length + 1;
    }
    glyphs[length] = COLON;
    return put_two(length + 1, seconds % 60);
  }

  function encode_hours(hours, minutes) {
    const length = put_number(0, hours);
    glyphs[length] = HOUR;
    return hours >= 10 ? length + 1 : put_two(length + 1, minutes);
  }

  function put_number(length, n) {
    let at = length;
    if (n >= 100) glyphs[at++] = Math.floor(n / 100);
    if (n >= 10) glyphs[at++] = Math.floor(n / 10) % 10;
    glyphs[at++] = n % 10;
    return at;
  }

  function put_two(length, n) {
    glyphs[length] = Math.floor(n / 10);
    glyphs[length + 1] = n % 10;
    return length + 2;
  }

  /** Where things are in a cell of `shape`, in device pixels from its corner. `smallest`: the smallest type. */
  function geometry_of(shape, smallest, family, weight) {
    const { type, width, height, manner } = shape;
    const stripe = Math.max(3, Math.round(type * 0.2));
    const is_tight = manner === "line_time";
    const size = Math.round(type * (manner === "mark" ? 1 : is_tight ? 0.8 : 0.88));
    const left = stripe + Math.round(type * (is_tight ? 0.2 : manner === "line" ? 0.3 : 0.42));
    const pad = Math.round(type * (is_tight ? 0.22 : 0.3));
    const base = (middle, px) => Math.round(middle + px * 0.365);
    const found = {
      manner, type, width, height, stripe, pad,
      radius: Math.min(Math.round(type * 0.35), Math.floor(height / 5)),
      line: Math.max(2, Math.round(Math.min(type * 0.11, smallest * 0.2))),
      font: `${weight} ${type}px ${family}`,
      small: 0, small_font: "", small_y: 0,
      icon: { size, x: left, y: 0 }, name_x: left, name_y: 0, time_x: left + size + Math.round(type * 0.28), time_y: 0,
      has_lines: manner === "roomy" || manner === "two_lines",
    };
    const middle = height / 2;
    if (manner === "roomy") {
      found.small = Math.max(Math.round(type * 0.64), Math.ceil(smallest));
      found.small_font = `560 ${found.small}px ${family}`;
      found.name_y = base(middle - type * 1.22, type);
      found.time_y = base(middle + type * 0.06, type);
      found.small_y = base(middle + type * 1.24, found.small);
      found.icon.y = Math.round(middle + type * 0.06 - size / 2);
    } else if (manner === "two_lines") {
      found.name_y = base(middle - type * 0.62, type);
      found.time_y = base(middle + type * 0.66, type);
      found.icon.y = Math.round(middle + type * 0.66 - size / 2);
    } else if (manner === "mark") {
      found.icon.x = Math.round((width + stripe - size) / 2);
      found.icon.y = Math.round(middle - size / 2);
    } else {
      found.name_x = left + size + Math.round(type * (is_tight ? 0.2 : 0.26));
      found.name_y = base(middle, type);
      found.time_y = found.name_y;
      found.icon.y = Math.round(middle - size / 2);
    }
    return found;
  }

  class AgentsCanvas {
    /** `canvas` in its `box`, whose font size is the smallest that can be read. `label`: "name" or "staff_number". */
    constructor(canvas, box, label) {
      this.canvas = canvas;
      this.box = box;
      this.label = label;
      this.context = canvas.getContext("2d");
      this.names = new floorwatch.FittedNames(this.context);
      this.smalls = new floorwatch.FittedNames(this.context);
      this.sprites = new floorwatch.AgentSprites(box, () => this.all_changed());
      this.rows = [];
      this.count = 0;
      this.index = new Map();
      this.shape = null;
      this.ratio = 1;
      this.now_ms = 0;
      this.grow(64);
      this.lights = [];
      this.next_light = 0;
      this.next = 0;
      this.left_to_draw = 0;
      this.is_asked = false;
      this.frame = this.frame.bind(this);
      canvas.width = 0; // until the box is measured
      canvas.texts = () => this.texts();
      canvas.is_complete = () => this.is_complete();
      if (document.fonts) document.fonts.addEventListener("loadingdone", () => this.lay_out());
    }

    grow(capacity) {
      this.changed = new Uint8Array(capacity);
      this.drawn_s = new Int32Array(capacity);
      this.drawn_name = new Array(capacity).fill("");
      this.drawn_level = new Array(capacity).fill("none");
    }

    /** The people, in order: all cells are found and drawn anew. */
    show(list, now_ms) {
      const count = list.size;
      if (count > this.changed.length) this.grow(count * 2);
      const is_other = count !== this.count;
      const begins = [];
      for (let i = 0; i < count; i += 1) {
        const before = this.index.get(list.order[i]);
        if (before !== undefined && this.is_new_ringing(this.rows[before], list.at(i))) begins.push(i);
      }
      this.rows.length = 0;
      this.index.clear();
      for (let i = 0; i < count; i += 1) {
        this.rows.push(list.at(i));
        this.index.set(list.order[i], i);
      }
      this.count = count;
      this.now_ms = now_ms;
      if (is_other || this.shape === null) this.lay_out();
      else this.all_changed();
      begins.forEach((i) => this.light(i));
    }

    is_new_ringing(before, row) {
      return row.state === "ringing" && before.state !== "ringing";
    }

    /** One person, again. Returns whether that person has a cell. */
    change(row, now_ms) {
      const i = this.index.get(row.id);
      if (i === undefined) return false;
      if (this.is_new_ringing(this.rows[i], row)) this.light(i);
      this.rows[i] = row;
      this.now_ms = now_ms;
      this.touch(i, WHOLE);
      return true;
    }

    /** A second has passed: only what it changes. */
    tick(now_ms) {
      this.now_ms = now_ms;
      if (this.shape === null) return;
      for (let i = 0; i < this.count; i += 1) {
        const row = this.rows[i];
        if (floorwatch.limits.level(row, now_ms) !== this.drawn_level[i]) this.touch(i, WHOLE);
        else if (this.drawn_s[i] !== NO_TIME) {
          const seconds = this.seconds(row);
          if (seconds === this.drawn_s[i]) continue;
          this.touch(i, this.is_as_wide(seconds, this.drawn_s[i]) ? TIME : WHOLE);
        }
      }
    }

    /** Of the time that stands in a cell: whole minutes where no seconds are shown. */
    seconds(row) {
      const seconds = Math.max(0, Math.floor((this.now_ms - row.since) / 1000));
      const is_brief = this.geometry.manner === "line_time" && seconds >= BRIEF_MINUTES * 60;
      return is_brief || seconds >= 6000 ? seconds - (seconds % 60) : seconds;
    }

    encode(seconds) {
      return encode(seconds, this.geometry.manner === "line_time");
    }

    // -- sizes ---------------------------------------------------------------------------------------------------------

    /** `width`, `height`: the box's, in device pixels. */
    resize(width, height, ratio) {
      this.ratio = ratio;
      if (this.canvas.width !== width || this.canvas.height !== height) {
        this.canvas.width = width;
        this.canvas.height = height;
      }
      this.lay_out();
    }

    /** Finds the cells for as many people as there are, and draws them all at once. */
    lay_out() {
      const { canvas, context } = this;
      if (canvas.height < 10 || canvas.width < 10 || this.count === 0) {
        this.shape = null;
        context.clearRect(0, 0, canvas.width, canvas.height);
        return;
      }
      const style = getComputedStyle(this.box);
      const smallest = parseFloat(style.fontSize) * this.ratio;
      const weight = style.fontWeight;
      this.shape = floorwatch.agent_cells.divide(this.count, canvas, smallest, this.name_em(style.fontFamily, weight));
      if (this.shape === null) return;
      this.geometry = geometry_of(this.shape, smallest, style.fontFamily, weight);
      context.font = this.geometry.font;
      context.textBaseline = "alphabetic";
      this.names.clear();
      this.smalls.clear();
      this.sprites.begin(this.geometry);
      this.sprites.measure(context);
      this.canvas.dataset.manner = this.shape.manner;
      context.clearRect(0, 0, canvas.width, canvas.height);
      this.changed.fill(0);
      this.left_to_draw = 0;
      this.all_changed();
      this.draw_changed(Infinity);
    }

    /** How wide names are in a short form, in type sizes: the longest one, and nine of ten. */
    name_em(family, weight) {
      this.context.font = `${weight} 100px ${family}`;
      const widths = new Float32Array(this.count);
      for (let i = 0; i < this.count; i += 1) {
        const forms = floorwatch.agent_names.forms(this.name_of(this.rows[i])); // a staff number has one form
        widths[i] = this.context.measureText(forms[Math.min(2, forms.length - 1)].slice(0, 20)).width / 100;
      }
      widths.sort();
      const within = (width) => Math.min(4.8, Math.max(2.1, width + 0.03));
      return { longest: within(widths[this.count - 1]), usual: within(widths[Math.floor((this.count - 1) * 0.9)]) };
    }

    name_of(row) {
      return (this.label === "staff_number" && row.staff) || row.name || row.staff || row.id;
    }

    // -- what is to be drawn -------------------------------------------------------------------------------------------

    all_changed() {
      for (let i = 0; i < this.count; i += 1) this.touch(i, WHOLE);
    }

    touch(i, how) {
      if (this.changed[i] === 0) this.left_to_draw += 1;
      if (this.changed[i] < how) this.changed[i] = how;
      this.ask();
    }

    ask() {
      if (this.is_asked) return;
      this.is_asked = true;
      requestAnimationFrame(this.frame);
    }

    frame() {
      this.is_asked = false;
      if (this.shape === null) return;
      this.draw_changed(BUDGET_MS);
      if (this.left_to_draw > 0) this.ask();
    }

    /** In turns, so that under a flood everybody has one. */
    draw_changed(budget_ms) {
      const until = performance.now() + budget_ms;
      for (let looked = 0; looked < this.count && this.left_to_draw > 0; looked += 1) {
        if (this.next >= this.count) this.next = 0;
        const i = this.next;
        this.next += 1;
        const how = this.changed[i];
        if (how === 0) continue;
        this.changed[i] = 0;
        this.left_to_draw -= 1;
        if (how === WHOLE) this.draw_cell(i);
        else this.draw_time(i, true);
        if (performance.now() > until) return;
      }
    }

    /** A phone begins to ring: a light over its cell, three times, then it is still. An element, not the canvas: the compositor
     *  moves it, and nothing has to be drawn for it. Who wants less motion has none (core/agents.css). */
    light(i) {
      if (this.shape === null) return;
      const light = this.free_light();
      const { geometry, ratio } = this;
      light.hidden = true;
      light.style.transform = `translate(${this.x(i) / ratio}px, ${this.y(i) / ratio}px)`;
      light.style.width = `${geometry.width / ratio}px`;
      light.style.height = `${geometry.height / ratio}px`;
      light.style.borderRadius = `${geometry.radius / ratio}px`;
      requestAnimationFrame(() => (light.hidden = false)); // begins anew
    }

    free_light() {
      const free = this.lights.find((light) => light.hidden);
      if (free !== undefined) return free;
      if (this.lights.length >= MOST_LIGHTS) {
        this.next_light = (this.next_light + 1) % MOST_LIGHTS;
        return this.lights[this.next_light];
      }
      const light = floorwatch.places.make("i", "light");
      light.hidden = true;
      light.addEventListener("animationend", () => (light.hidden = true));
      this.lights.push(light);
      this.box.append(light);
      return light;
    }

    // -- one cell ------------------------------------------------------------------------------------------------------

    x(i) {
      return floorwatch.agent_cells.left(this.shape, i % this.shape.columns);
    }

    y(i) {
      return floorwatch.agent_cells.top(this.shape, Math.floor(i / this.shape.columns));
    }

    state(row) {
      return STATES.includes(row.state) ? row.state : "signed_out";
    }

    /** Whether a time stands in the cell. Where there is one line only, the time of who is free is left out. */
    has_time(row) {
      const { manner } = this.geometry;
      if (row.state === "signed_out" || row.since === null || row.since === undefined || manner === "line" || manner === "mark") return false;
      return this.geometry.has_lines || TIMED_IN_A_LINE.has(row.state);
    }

    /** Whether somebody is in the call, for who may know it. */
    is_heard(row) {
      return Boolean(row.listeners) && row.listeners.length > 0 && floorwatch.listening !== undefined;
    }

    draw_cell(i) {
      const { context, geometry } = this;
      const row = this.rows[i];
      const level = floorwatch.limits.level(row, this.now_ms);
      const x = this.x(i);
      const y = this.y(i);
      this.drawn_level[i] = level;
      this.drawn_s[i] = this.has_time(row) ? this.seconds(row) : NO_TIME;
      context.clearRect(x, y, geometry.width, geometry.height);
      context.drawImage(this.sprites.ground(this.state(row), level), x, y);
      if (this.is_heard(row)) this.draw_heard(x, y);
      if (geometry.manner === "mark") {
        this.drawn_name[i] = "";
        return;
      }
      const look = this.sprites.look(this.state(row), level);
      this.drawn_name[i] = this.names.fit(this.name_of(row), this.name_room(i), row.staff);
      context.fillStyle = look.name;
      context.fillText(this.drawn_name[i], x + geometry.name_x, y + geometry.name_y);
      if (this.drawn_s[i] !== NO_TIME) this.draw_time(i, false);
      else if (geometry.has_lines) {
        context.fillStyle = look.ink;
        context.fillText(this.word(row), x + geometry.time_x, y + geometry.time_y);
      }
      if (geometry.small) this.draw_small(row, x, y, look.small);
    }

    /** A sign in the corner beside the name; where there is one line only, a stripe at the other end. */
    draw_heard(x, y) {
      const { context, geometry, sprites } = this;
      if (geometry.has_lines) {
        const sign = sprites.sign("monitoring");
        if (sign !== null) context.drawImage(sign, x + geometry.width - geometry.pad - sign.width, y + geometry.name_y - Math.round(geometry.type * 0.8));
        return;
      }
      context.fillStyle = sprites.look("monitoring", "none").ink;
      context.fillRect(x + geometry.width - geometry.stripe, y + geometry.radius, geometry.stripe, geometry.height - 2 * geometry.radius);
    }

    name_room(i) {
      const { geometry } = this;
      if (geometry.has_lines && this.is_heard(this.rows[i])) return geometry.width - 2 * geometry.pad - geometry.icon.size - geometry.name_x;
      const end = this.drawn_s[i] === NO_TIME || geometry.has_lines ? geometry.width - geometry.pad : this.time_x(i) - geometry.pad;
      return end - geometry.name_x;
    }

    /** The word in place of a time. */
    word(row) {
      const { geometry } = this;
      return this.names.fit(words.word(`state.${this.state(row)}`), geometry.width - geometry.time_x - geometry.pad, "");
    }

    /** The third line: why, or for whom; else the state in a word. */
    draw_small(row, x, y, colour) {
      const { context, geometry } = this;
      context.font = geometry.small_font;
      context.fillStyle = colour;
      context.fillText(this.small_text(row), x + geometry.name_x, y + geometry.small_y);
      context.font = geometry.font;
    }

    small_text(row) {
      const state = words.word(`state.${this.state(row)}`);
      const more = this.more_of(row);
      const room = this.geometry.width - this.geometry.name_x - this.geometry.pad;
      if (row.state === "signed_out") return "";
      if (!more) return this.smalls.fit(state, room, "");
      const both = `${state} · ${more}`; // its state it shows twice already, by colour and icon
      return this.smalls.fit(this.smalls.fits(both, room) ? both : more, room, "");
    }

    more_of(row) {
      const { reason_name, queue_name } = floorwatch.screen;
      if (this.is_heard(row)) return floorwatch.listening.text(row.listeners);
      return row.reason ? reason_name(row.reason) : row.queue ? queue_name(row.queue) : "";
    }

    /** Where the time begins, from the cell's corner. */
    time_x(i) {
      const { geometry } = this;
      return geometry.has_lines ? geometry.time_x : geometry.width - geometry.pad - this.time_width(this.drawn_s[i]);
    }

    time_width(seconds) {
      const length = this.encode(seconds);
      let width = 0;
      for (let at = 0; at < length; at += 1) width += this.sprites.wide(glyphs[at]);
      return width;
    }

    /** Whether every glyph stands where one of the time `before` stands; that one is in `glyphs_before` then. */
    is_as_wide(seconds, before) {
      const length = this.encode(before);
      glyphs_before.set(glyphs);
      if (this.encode(seconds) !== length) return false;
      for (let at = 0; at < length; at += 1) if (this.sprites.wide(glyphs[at]) !== this.sprites.wide(glyphs_before[at])) return false;
      return true;
    }

    /** `is_alone`: nothing else in the cell is drawn anew. Then only those digits are that are others, each with the ground below it. */
    draw_time(i, is_alone) {
      const { context, geometry, sprites } = this;
      const row = this.rows[i];
      const state = this.state(row);
      const level = this.drawn_level[i];
      const strip = sprites.digits_of(state, level);
      const ground = is_alone ? sprites.ground(state, level) : null;
      const top = geometry.time_y - Math.round(geometry.type * 0.92);
      const height = Math.min(strip.height, geometry.height - top);
      const x = this.x(i);
      const y = this.y(i) + top;
      const seconds = this.seconds(row);
      if (is_alone && !this.is_as_wide(seconds, this.drawn_s[i])) {
        this.draw_cell(i);
        return;
      }
      this.drawn_s[i] = seconds;
      let left = this.time_x(i);
      const length = this.encode(seconds);
      for (let at = 0; at < length; at += 1) {
        const glyph = glyphs[at];
        const wide = sprites.wide(glyph);
        if (!is_alone || glyph !== glyphs_before[at]) {
          if (is_alone) context.drawImage(ground, left, top, wide, height, x + left, y, wide, height);
          context.drawImage(strip, glyph * sprites.step + 1, 0, wide, strip.height, x + left, y, wide, strip.height);
        }
        left += wide;
      }
    }

    // -- for who points at somebody ------------------------------------------------------------------------------------

    /** The row whose cell is at this place, in pixels of the page from the canvas' corner; null beside them. */
    at(x, y) {
      if (this.shape === null) return null;
      for (let i = 0; i < this.count; i += 1) {
        const cell = this.cell(i);
        if (x >= cell.x && x <= cell.x + cell.width && y >= cell.y && y <= cell.y + cell.height) return this.rows[i];
      }
      return null;
    }

    /** Where somebody's cell is, in the same pixels. */
    cell(i) {
      const { geometry, ratio } = this;
      return { x: this.x(i) / ratio, y: this.y(i) / ratio, width: geometry.width / ratio, height: geometry.height / ratio };
    }

    get columns() {
      return this.shape === null ? 1 : this.shape.columns;
    }

    // -- for who measures ----------------------------------------------------------------------------------------------

    /** What is drawn now: each text with its place, its type size and its cell, in pixels of the page; of a name, the `whole`. */
    texts() {
      const found = [];
      if (this.shape === null) return found;
      const at = this.canvas.getBoundingClientRect();
      for (let i = 0; i < this.count; i += 1) this.texts_of(i, at, found);
      return found;
    }

    /** Everything that is known stands there, icons too. */
    is_complete() {
      return this.left_to_draw === 0 && this.sprites.has_all_images();
    }

    time_text(seconds) {
      const length = this.encode(seconds);
      let text = "";
      for (let at = 0; at < length; at += 1) text += floorwatch.AgentSprites.GLYPHS[glyphs[at]];
      return text;
    }

    texts_of(i, at, found) {
      const { geometry, ratio } = this;
      const row = this.rows[i];
      const [x, y] = [this.x(i), this.y(i)];
      const cell = { x: at.x + x / ratio, y: at.y + y / ratio, width: geometry.width / ratio, height: geometry.height / ratio, id: row.id };
      const say = (text, left, base, type, width, whole) => {
        if (!text) return;
        const top = base - type * 0.9;
        found.push({
          text, x: cell.x + left / ratio, y: cell.y + top / ratio, width: width / ratio, height: (type * 1.1) / ratio, font_px: type / ratio, cell, whole,
        });
      };
      const wide = (text) => this.context.measureText(text).width;
      say(this.drawn_name[i], geometry.name_x, geometry.name_y, geometry.type, wide(this.drawn_name[i]), this.name_of(row));
      if (this.drawn_s[i] !== NO_TIME) {
        say(this.time_text(this.drawn_s[i]), this.time_x(i), geometry.time_y, geometry.type, this.time_width(this.drawn_s[i]));
      } else if (geometry.has_lines) say(this.word(row), geometry.time_x, geometry.time_y, geometry.type, wide(this.word(row)));
      if (!geometry.small) return;
      this.context.font = geometry.small_font;
      const small = this.small_text(row);
      say(small, geometry.name_x, geometry.small_y, geometry.small, wide(small), this.more_of(row));
      this.context.font = geometry.font;
    }
  }

  floorwatch.AgentsCanvas = AgentsCanvas;
})((window.floorwatch = window.floorwatch || {}));
