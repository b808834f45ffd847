/* The designer: document, grid, wall, panel and server brought together. What one may do by mouse, one may do by key. */
(function (floorwatch) {
  "use strict";

  const { put, show, make } = floorwatch.places;
  const say = floorwatch.say;
  const root = document.getElementById("designer");
  const TOAST_MS = 8000;

  floorwatch.words.start(JSON.parse(root.dataset.words), root.dataset.lang);
  floorwatch.metrics.start(document.getElementById("metrics"));

  const one = (selector) => root.querySelector(selector);
  const known = floorwatch.tiles.kinds(document.getElementById("palette"));
  const draft = new floorwatch.Draft(JSON.parse(root.dataset.document));
  const panel = new floorwatch.Panel(document.getElementById("panel"), draft);
  const is_zh = root.dataset.lang.startsWith("zh");

  let page = 0;
  let selected = null;
  let tab = "tile";
  let mistakes = [];
  let packed = JSON.parse(root.dataset.packed);
  let shown = Number(root.dataset.shown);
  let toast_timer = null;
  let placed_only = false;
  let saved_words = document.querySelector(".bar .state span").textContent;

  // -- names

  function in_language(title) {
    if (!title) return "";
    return (is_zh ? title.zh || title.en : title.en || title.zh) || "";
  }

  function kind_name(kind) {
    return document.querySelector(`#palette [data-kind="${kind}"] b`).textContent;
  }

  function tile_name(tile) {
    return in_language(tile.title) || (tile.metric && tile.kind === "number" ? floorwatch.metrics.name(tile.metric) : kind_name(tile.kind));
  }

  function page_name(n) {
    return in_language(draft.now.pages[n].title) || say("page", { n: n + 1 });
  }

  // -- what is looked at

  const preview = new floorwatch.Preview(one(".stage"), root.dataset.board, say("preview"), () => {
    grid.lie();
    follow();
  });
  const grid = new floorwatch.Grid(one(".grid-stack"), preview, known, {
    select: (id) => select(id),
    placed: (places) => {
      placed_only = true;
      floorwatch.tiles.place(draft, page, shape(), places, `place ${selected}`);
      placed_only = false;
    },
    swapped: (places) => floorwatch.tiles.place(draft, page, shape(), places, ""),
    open: () => panel.focus(""),
    say: (id) => toast(say(id)),
  }, tile_name);

  function shape() {
    return preview.is_portrait() ? "portrait" : "landscape";
  }

  function placed_tiles() {
    const { tiles } = draft.now.pages[page];
    if (shape() === "landscape") return tiles.filter((tile) => tile.at).map((tile) => ({ tile, place: tile.at }));
    const own = floorwatch.tiles.has_own_portrait(draft.now.pages[page]);
    const places = packed[page] || {};
    return tiles.map((tile) => ({ tile, place: own ? tile.portrait : places[tile.id] })).filter(({ place }) => place);
  }

  /** The wall stands as the document says, also where it was moved and is not saved, or moved back. */
  function follow() {
    for (const { tile, place } of placed_tiles()) preview.move(tile.id, place);
  }

  function mistakes_of(at, id) {
    return mistakes.filter((found) => found.page === at && (found.tile === id || (id === null && found.tile === "")));
  }

  function draw() {
    page = Math.min(page, draft.now.pages.length - 1);
    if (selected !== null && (draft.find(selected) === null || draft.find(selected).page !== page)) selected = null;
    root.dataset.shape = shape();
    const own = floorwatch.tiles.has_own_portrait(draft.now.pages[page]);
    root.dataset.portrait = own ? "own" : "packed";
    show(one('[data-do="portrait.own"]'), shape() === "portrait" && !own);
    show(one('[data-do="portrait.packed"]'), shape() === "portrait" && own);
    grid.wrong = new Set(mistakes.filter((found) => found.page === page && found.tile !== "").map((found) => found.tile));
    grid.selected = selected;
    grid.draw(shape(), placed_tiles(), shape() === "portrait" && !own);
    follow();
    const names = draft.now.pages.map((_, n) => page_name(n));
    floorwatch.pages.show(one(".pages .list"), names, page, new Set(mistakes.map((found) => found.page)), look_at);
    one('.bar [data-do="undo"]').disabled = draft.past.length === 0;
    one('.bar [data-do="redo"]').disabled = draft.future.length === 0;
    draw_panel();
  }

  function draw_panel() {
    for (const button of root.querySelectorAll("[data-tab]")) button.setAttribute("aria-selected", String(button.dataset.tab === tab));
    panel.open(subject());
    panel.show_wrong(tab === "board" ? mistakes_of(-1, null) : mistakes_of(page, tab === "tile" ? selected : null));
    panel.fill();
    if (tab === "tile" && selected === null) list_tiles();
    if (tab === "page") name_page();
    panel.body.setAttribute("aria-labelledby", `tab-${tab}`);
  }

  function subject() {
    if (tab === "board") return { panel: "board", key: "board", find: (document_) => document_ };
    if (tab === "page") return { panel: "page", key: `page ${page}`, find: (document_) => document_.pages[page] };
    if (selected === null) return { panel: "none", key: "none", find: () => null };
    const id = selected;
    const { kind } = draft.find(id).tile;
    const find = (document_) => {
      for (const one_page of document_.pages) for (const tile of one_page.tiles) if (tile.id === id) return tile;
      return null;
    };
    return { panel: kind, key: `tile ${id} ${kind}`, find };
  }

  function list_tiles() {
    const list = panel.body.querySelector(".tile_list");
    list.replaceChildren(...draft.now.pages[page].tiles.map((tile) => {
      const mark = make("i", `icon tile-${tile.kind}`);
      const button = make("button", grid.wrong.has(tile.id) ? "wrong" : "", [mark, make("span", "", [tile_name(tile)])]);
      button.type = "button";
      button.addEventListener("click", () => {
        select(tile.id);
        panel.focus("");
      });
      return make("li", "", [button]);
    }));
  }

  function name_page() {
    put(panel.body.querySelector("h2 span"), page_name(page));
    panel.body.querySelector('[data-do="page.earlier"]').disabled = page === 0;
    panel.body.querySelector('[data-do="page.later"]').disabled = page === draft.now.pages.length - 1;
    panel.body.querySelector('[data-do="page.delete"]').disabled = draft.now.pages.length < 2;
  }

  function select(id) {
    if (selected === id && tab === "tile") return;
    selected = id;
    tab = "tile";
    grid.select(id);
    draw_panel();
  }

  function look_at(n) {
    if (n === null) {
      toast(say("pages_full"));
      return;
    }
    page = n;
    selected = null;
    if (tab === "board") tab = "tile";
    preview.choose({ page });
    draw();
  }

  // -- saying

  function state(name, sentence) {
    one(".bar .state").dataset.state = name;
    put(one(".bar .state span"), sentence);
  }

  function toast(sentence, has_undo) {
    const box = one(".toast");
    put(box.querySelector("span"), sentence);
    show(box.querySelector("button"), Boolean(has_undo));
    show(box, true);
    clearTimeout(toast_timer);
    toast_timer = setTimeout(() => show(box, false), TOAST_MS);
  }

  function show_published(found) {
    shown = found.shown;
    put(one(".bar .shown"), found.shown_words);
    root.dataset.shown = String(shown);
    root.dataset.changed = found.is_changed ? "yes" : "no";
    one('[data-do="publish"]').disabled = !found.is_changed;
  }

  function show_mistakes(found) {
    mistakes = found;
    const box = one(".mistakes");
    show(box, found.length > 0);
    put(box.querySelector("h2"), say("mistakes", { n: found.length }));
    box.querySelector("ul").replaceChildren(...found.map((wrong) => {
      const button = make("button", "", [wrong.sentence]);
      button.type = "button";
      button.addEventListener("click", () => go_to(wrong));
      return make("li", "", [button]);
    }));
    draw();
  }

  function go_to(wrong) {
    if (wrong.page >= 0 && wrong.page !== page && wrong.page < draft.now.pages.length) look_at(wrong.page);
    if (wrong.page < 0) tab = "board";
    else if (wrong.tile === "") tab = "page";
    else select(wrong.tile);
    draw();
    panel.focus(wrong.field);
  }

  // -- the server

  const saving = new floorwatch.Saving(draft, `/admin/boards/${root.dataset.board}`, Number(root.dataset.version), {
    saving: () => state("saving", say("saving")),
    saved: (found) => {
      packed = found.packed;
      grid.know_least(found.least);
      saved_words = found.saved;
      state("saved", found.saved);
      show_published(found);
      show_mistakes([]);
      preview.load();
    },
    refused: (found) => {
      state("wrong", say("wrong"));
      show_mistakes(found);
    },
    conflict: (found) => {
      state("wrong", found.sentence);
      const dialog = document.getElementById("conflict");
      dialog.dataset.version = String(found.version);
      put(dialog.querySelector(".what"), found.sentence);
      if (!dialog.open) dialog.showModal();
    },
    away: () => state("away", say("away")),
    sent_away: (status) => state("wrong", say(status === 401 ? "signed_out" : "gone")),
    theirs: (found) => {
      const box = one(".theirs");
      box.found = found;
      put(box.querySelector("span"), say("theirs", { said: found.saved }));
      show(box, true);
    },
  });

  function take_theirs(found) {
    packed = found.packed;
    grid.know_least(found.least);
    saved_words = found.saved;
    saving.take(found);
    state("saved", found.saved);
    show_published(found);
    show_mistakes([]);
    show(one(".theirs"), false);
    preview.load();
  }

  async function publish() {
    const dialog = document.getElementById("publish");
    const error = dialog.querySelector(".error");
    show(error, false);
    const answer = await saving.publish(dialog.querySelector("textarea").value);
    if (answer.status === 200) {
      dialog.close();
      show_published(answer.body);
      toast(say("published", { n: answer.body.shown }));
      return;
    }
    if (answer.status === 409) {
      dialog.close();
      return;
    }
    put(error, answer.body.sentence || say(answer.status === 422 ? "publish_wrong" : "away"));
    show(error, true);
  }

  // -- deeds

  const say_full = () => toast(say("no_room"));

  function with_new(id) {
    if (id === null) {
      say_full();
      return;
    }
    selected = id;
    tab = "tile";
    draw();
    grid.focus(id);
  }

  const DEEDS = {
    undo: () => {
      if (!draft.undo()) toast(say("nothing_to_undo"));
      else show(one(".toast"), false);
    },
    redo: () => draft.redo(),
    palette: () => document.getElementById("palette").showModal(),
    "tile.add": (button) => {
      document.getElementById("palette").close();
      with_new(floorwatch.tiles.add(draft, page, button.dataset.kind, known));
    },
    "tile.duplicate": () => selected !== null && with_new(floorwatch.tiles.duplicate(draft, selected, known)),
    "tile.delete": () => {
      if (selected === null) return;
      const name = tile_name(draft.find(selected).tile);
      const id = selected;
      selected = null;
      floorwatch.tiles.remove(draft, id);
      toast(say("deleted", { name }), true);
      one(".toast button").focus({ preventScroll: true });
    },
    "tile.none": () => {
      const before = selected;
      select(null);
      draw();
      if (before !== null) grid.focus(before);
    },
    "page.add": () => {
      const added = floorwatch.pages.add(draft);
      look_at(added);
      if (added !== null) DEEDS.palette(); // an empty page is no page yet
    },
    "page.duplicate": () => look_at(floorwatch.pages.duplicate(draft, page)),
    "page.earlier": () => turn_to(floorwatch.pages.move(draft, page, -1)),
    "page.later": () => turn_to(floorwatch.pages.move(draft, page, 1)),
    "page.delete": () => {
      const dialog = document.getElementById("remove-page");
      put(dialog.querySelector(".what"), say("page.delete", { name: page_name(page), n: draft.now.pages[page].tiles.length }));
      dialog.showModal();
    },
    "page.delete.now": () => {
      document.getElementById("remove-page").close();
      const name = page_name(page);
      look_at(floorwatch.pages.remove(draft, page));
      toast(say("deleted", { name }), true);
    },
    "portrait.own": () => floorwatch.tiles.arrange(draft, page, packed[page] || {}),
    "portrait.packed": () => floorwatch.tiles.arrange(draft, page, null),
    publish: () => document.getElementById("publish").showModal(),
    "publish.now": publish,
    "dialog.close": (button) => button.closest("dialog").close(),
    "theirs.take": () => take_theirs(one(".theirs").found),
    "conflict.theirs": async () => {
      const found = await saving.theirs();
      if (found === null) return;
      document.getElementById("conflict").close();
      take_theirs(found);
      toast(say("took_theirs"), true);
    },
    "conflict.mine": () => {
      const dialog = document.getElementById("conflict");
      dialog.close();
      saving.insist(Number(dialog.dataset.version));
    },
  };

  function turn_to(n) {
    if (n === null) return;
    page = n;
    preview.chosen.page = n;
    draw();
  }

  document.getElementById("conflict").addEventListener("cancel", (event) => event.preventDefault());

  root.addEventListener("click", (event) => {
    const button = event.target.closest("[data-do]");
    if (button !== null && DEEDS[button.dataset.do] !== undefined) DEEDS[button.dataset.do](button);
    const chosen_tab = event.target.closest("[data-tab]");
    if (chosen_tab !== null) {
      tab = chosen_tab.dataset.tab;
      draw_panel();
    }
  });

  root.querySelector(".tabs").addEventListener("keydown", (event) => {
    const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
    if (step === undefined) return;
    const all = [...root.querySelectorAll("[data-tab]")];
    const next = all[(all.indexOf(document.activeElement) + step + all.length) % all.length];
    next.focus();
    next.click();
  });

  root.addEventListener("change", (event) => {
    const { choose } = event.target.dataset;
    if (choose === "size") {
      const [width, height] = event.target.value.split("x").map(Number);
      preview.choose({ width, height });
      draw();
    } else if (choose !== undefined) {
      preview.choose({ [choose]: event.target.value });
    }
  });

  function is_typing(target) {
    return target.closest("input:not([type=checkbox]), textarea") !== null;
  }

  document.addEventListener("keydown", (event) => {
    if (document.querySelector("dialog[open]") !== null) return;
    const key = event.key.toLowerCase();
    const has_ctrl = event.ctrlKey || event.metaKey;
    let deed = null;
    if (has_ctrl && key === "z" && !is_typing(event.target)) deed = event.shiftKey ? "redo" : "undo";
    else if (has_ctrl && key === "y" && !is_typing(event.target)) deed = "redo";
    else if (has_ctrl && key === "d" && selected !== null) deed = "tile.duplicate";
    else if ((key === "delete" || key === "backspace") && event.target.closest(".grid-stack-item") !== null) deed = "tile.delete";
    else if (key === "escape" && selected !== null) deed = "tile.none";
    if (deed === null) return;
    event.preventDefault();
    DEEDS[deed]();
  });

  /** Said at once, before anything is on its way. What was put right by going back needs no saving. */
  function say_if_saved() {
    if (!saving.is_done()) {
      if (mistakes.length === 0) state("saving", say("saving"));
      return;
    }
    state("saved", saved_words);
    if (mistakes.length > 0) show_mistakes([]);
  }

  draft.on_change(() => {
    say_if_saved();
    if (!placed_only) {
      draw();
      return;
    }
    for (const { tile, place } of placed_tiles()) grid.label(tile, place);
    draw_panel();
    one('.bar [data-do="undo"]').disabled = false;
    one('.bar [data-do="redo"]').disabled = true;
  });

  // -- the beginning

  grid.know_least(JSON.parse(root.dataset.least));
  const begin = { theme: draft.now.theme || "dark", lang: draft.now.lang || root.dataset.lang };
  one('[data-choose="theme"]').value = begin.theme;
  one('[data-choose="lang"]').value = begin.lang;
  one('[data-do="publish"]').disabled = root.dataset.changed !== "yes";
  preview.choose(begin);
  draw();
})((window.floorwatch = window.floorwatch || {}));
