/* What is wrong with a wall as it is drawn now: text that leaves its tile or the screen, that is cut, covered, or lies over other text,
   that is too small to read from afar; tiles over tiles; scroll bars; the same of text on a canvas. Returns sentences; an empty list
   is a good wall.
   `limits`: `least`, `crowd` (of text on a canvas), `main` (height of the digits of important numbers): in percent of the screen's
   smaller side. `names`: what people typed that may be longer than a place can hold. Such a name may be cut if the whole one is its
   title (where it is no canvas) and as much of it stands there as tells it from others: `STUMP` type sizes. */
(limits) => {
  const SLACK = 1.5;
  const STUMP = 2.2;
  const side = Math.min(window.innerWidth, window.innerHeight);
  const screen = document.querySelector(".screen.wall");
  const faults = [];
  const percent = (px) => `${((px / side) * 100).toFixed(2)} %`;
  const short = (text) => `“${text.trim().replace(/\s+/g, " ").slice(0, 24)}”`;
  const name = (element) => {
    const tile = element.closest("[data-widget]");
    const part = element.closest("[data-part]");
    return `${tile ? tile.dataset.tile || tile.dataset.widget : "page"}${part ? `.${part.dataset.part}` : ""} ${short(element.textContent || "")}`;
  };
  const seen = (element) => element.checkVisibility({ visibilityProperty: true, opacityProperty: true });
  const inside = (a, b) => a.left >= b.left - SLACK && a.top >= b.top - SLACK && a.right <= b.right + SLACK && a.bottom <= b.bottom + SLACK;
  const meet = (a, b) => Math.min(a.right, b.right) - Math.max(a.left, b.left) > SLACK && Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top) > SLACK;
  const view = { left: 0, top: 0, right: window.innerWidth, bottom: window.innerHeight };
  /* A line box is higher than its letters. */
  const letters = (rect, size) => ({ left: rect.left, right: rect.right, top: rect.top + size / 6, bottom: rect.bottom - size / 6 });
  const is_name = (text) => limits.names.some((one) => text.includes(one));

  function look_at_page() {
    const root = document.documentElement;
    if (root.scrollWidth > window.innerWidth || root.scrollHeight > window.innerHeight) faults.push("the page scrolls");
    const tiles = [...screen.querySelectorAll(".tile")].filter(seen);
    if (tiles.length === 0) faults.push("no tile is shown");
    for (const [index, tile] of tiles.entries()) {
      const a = tile.getBoundingClientRect();
      if (!inside(a, view)) faults.push(`${name(tile)}: leaves the screen`);
      if (a.width < 4 || a.height < 4) faults.push(`${name(tile)}: has no room`);
      for (const other of tiles.slice(index + 1)) {
        if (!tile.contains(other) && meet(a, other.getBoundingClientRect())) faults.push(`${name(tile)} lies over ${name(other)}`);
      }
    }
  }

  /* As the eye sees it: an element may be drawn smaller than it was laid out. */
  function scale_of(element) {
    if (element.ownerSVGElement) return element.getScreenCTM() ? element.getScreenCTM().d : 1;
    const box = element.closest("*:not(b, i, small, span, sup, time)") || element;
    const scale = box.offsetHeight > 0 ? box.getBoundingClientRect().height / box.offsetHeight : 1;
    return scale < 0.95 ? scale : 1; // offsetHeight is a whole number of pixels
  }

  /* Below an open explanation lies the tile that it explains: nobody reads both. The same of what is said over the whole screen. */
  function is_below(element) {
    const tile = element.closest(".tile");
    const over = tile === null ? null : tile.querySelector(":scope > .definitions:not([hidden])");
    if (over !== null && !over.contains(element)) return true;
    const full = screen.querySelector(".announcement_full:not([hidden])");
    return full !== null && !full.contains(element);
  }

  function find_texts() {
    const found = [];
    const walker = document.createTreeWalker(screen, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
      const node = walker.currentNode;
      const element = node.parentElement;
      if (!node.data.trim() || !seen(element) || element.closest(".unseen") || is_below(element)) continue;
      const range = document.createRange();
      range.selectNodeContents(node);
      const rects = [...range.getClientRects()].filter((rect) => rect.width > 0 && rect.height > 0);
      if (rects.length > 0) found.push({ element, text: node.data, rects, size: parseFloat(getComputedStyle(element).fontSize) * scale_of(element) });
    }
    return found;
  }

  const ruler = document.createElement("canvas").getContext("2d");
  function digits_of(element, size) {
    const style = getComputedStyle(element);
    ruler.font = `${style.fontWeight} 100px ${style.fontFamily}`;
    return (ruler.measureText("0").actualBoundingBoxAscent / 100) * size;
  }

  function look_at_size({ element, text, size }) {
    if ((size / side) * 100 < limits.least - 0.005) faults.push(`${name(element)}: ${percent(size)} is smaller than ${limits.least} %`);
    if (element.dataset.part !== "number" || !limits.main_of.includes((element.closest(".tile") || {}).dataset?.widget)) return;
    const height = digits_of(element, size);
    if ((height / side) * 100 < limits.main - 0.05) faults.push(`${name(element)}: the main number ${short(text)} is ${percent(height)} high, not ${limits.main} %`);
  }

  /* Cut text: what a box with a closed edge does not show, and what code has shortened. */
  function look_at_edges(one) {
    const { element, text, rects, size } = one;
    if (text.trim().endsWith("…") && !is_name(element.title)) faults.push(`${name(element)}: is shortened`);
    const tile = element.closest(".tile");
    const room = { name: "", left: -Infinity, top: -Infinity, right: Infinity, bottom: Infinity };
    for (let box = element; box !== null && box !== screen.parentElement; box = box.parentElement) {
      const style = getComputedStyle(box);
      const is_closed = style.display !== "inline" && (style.overflowX !== "visible" || style.overflowY !== "visible");
      if (!is_closed && box !== tile) continue;
      const edges = box.getBoundingClientRect();
      if (room.name === "" && !rects.every((rect) => inside(letters(rect, size), edges))) room.name = box.className || box.tagName;
      narrow(room, edges);
    }
    if (room.name === "") {
      if (!rects.every((rect) => inside(rect, view))) faults.push(`${name(element)}: leaves the screen`);
      return;
    }
    const is_left_alone = rects.every((rect) => inside({ ...letters(rect, size), right: rect.left }, room));
    if (is_name(element.title) && is_left_alone && room.right - rects[0].left >= STUMP * size) {
      one.rects = rects.map((rect) => ({ left: rect.left, top: rect.top, bottom: rect.bottom, right: Math.min(rect.right, room.right) }));
      return;
    }
    const wide = Math.max(...rects.map((rect) => rect.right)) - rects[0].left;
    faults.push(`${name(element)}: is cut by ${room.name} (${Math.round(wide)} px in ${Math.round(room.right - room.left)} px)`);
  }

  function narrow(room, edges) {
    room.left = Math.max(room.left, edges.left);
    room.top = Math.max(room.top, edges.top);
    room.right = Math.min(room.right, edges.right);
    room.bottom = Math.min(room.bottom, edges.bottom);
  }

  const IMAGES = new Set(["IMG", "CANVAS", "VIDEO"]);
  function is_opaque(element) {
    const { backgroundColor, backgroundImage } = getComputedStyle(element);
    return IMAGES.has(element.tagName) || backgroundImage !== "none" || !/^(transparent|.*, 0\)|.*\/ 0\))$/.test(backgroundColor);
  }

  /* Something opaque lies over it: another tile, a banner. */
  function look_at_cover({ element, rects }) {
    for (const rect of new Set([rects[0], rects[rects.length - 1]])) {
      const x = (Math.max(rect.left, 0) + Math.min(rect.right, view.right)) / 2;
      for (const over of document.elementsFromPoint(x, (rect.top + rect.bottom) / 2)) {
        if (over.contains(element) || element.contains(over) || over.ownerSVGElement) break;
        if (!is_opaque(over)) continue;
        faults.push(`${name(element)}: is covered by ${over.className || over.tagName}`);
        break;
      }
    }
  }

  function look_at_pairs(texts) {
    for (let i = 0; i < texts.length; i += 1) {
      for (let k = i + 1; k < texts.length; k += 1) {
        const a = texts[i];
        const b = texts[k];
        if (a.element.contains(b.element) || b.element.contains(a.element)) continue;
        for (const one of a.rects) {
          for (const two of b.rects) {
            const high = Math.min(one.bottom - a.size / 5, two.bottom - b.size / 5) - Math.max(one.top + a.size / 5, two.top + b.size / 5);
            const wide = Math.min(one.right, two.right) - Math.max(one.left, two.left);
            if (high > SLACK && wide > SLACK) faults.push(`${name(a.element)} lies over ${name(b.element)}`);
          }
        }
      }
    }
  }

  // -- canvas ----------------------------------------------------------------------------------------------------------------------

  const box_of = (one) => ({ left: one.x, top: one.y, right: one.x + one.width, bottom: one.y + one.height });

  function look_at_canvas(canvas) {
    const texts = canvas.texts();
    for (const [index, one] of texts.entries()) {
      const said = `canvas ${short(one.text)}`;
      if (one.font_px < (side * limits.crowd) / 100 - 0.05) faults.push(`${said}: ${percent(one.font_px)} is smaller than ${limits.crowd} %`);
      const box = box_of(one);
      if (!inside(letters(box, one.font_px), box_of(one.cell)) || !inside(box_of(one.cell), canvas.getBoundingClientRect())) faults.push(`${said}: leaves its cell`);
      if (one.text.endsWith("…") && !(is_name(one.whole || "") && one.width >= STUMP * one.font_px)) faults.push(`${said}: is shortened`);
      for (let next = index + 1; next < texts.length && texts[next].cell.id === one.cell.id; next += 1) {
        if (meet(letters(box, one.font_px), letters(box_of(texts[next]), texts[next].font_px))) faults.push(`${said} lies over ${short(texts[next].text)}`);
      }
    }
    look_between_cells(canvas, texts);
  }

  /* What it says that it drew is one thing; between the cells nothing must be drawn at all. */
  function look_between_cells(canvas, texts) {
    if (canvas.width === 0 || texts.length === 0) return;
    const at = canvas.getBoundingClientRect();
    const ratio = window.devicePixelRatio;
    const free = new Uint8Array(canvas.width * canvas.height).fill(1);
    for (const { cell } of texts) {
      const [left, right] = [cell.x - at.x, cell.x - at.x + cell.width].map((x) => Math.round(x * ratio));
      const [top, bottom] = [cell.y - at.y, cell.y - at.y + cell.height].map((y) => Math.round(y * ratio));
      for (let y = Math.max(0, top); y < bottom; y += 1) free.fill(0, y * canvas.width + left, y * canvas.width + right);
    }
    const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
    const dots = new Uint32Array(data.buffer);
    for (let i = 0; i < free.length; i += 1) {
      if (free[i] === 0 || dots[i] === 0) continue;
      faults.push(`${name(canvas)}: something is drawn between the cells, at ${i % canvas.width}, ${Math.floor(i / canvas.width)}`);
      return;
    }
  }

  look_at_page();
  const texts = find_texts();
  if (texts.length === 0) faults.push("no text is shown");
  for (const text of texts) {
    look_at_size(text);
    look_at_edges(text);
    look_at_cover(text);
  }
  look_at_pairs(texts);
  for (const canvas of screen.querySelectorAll("canvas")) if (canvas.texts && seen(canvas) && !is_below(canvas)) look_at_canvas(canvas);
  return [...new Set(faults)].slice(0, 12);
}
