/* Who stands where: rank, places won since an hour ago, name, the score as a bar of its parts, the score. Ten a page; pages take turns, and
   so do groups that are compared with themselves alone. A row keeps its element as long as its person is on the page, so that it moves to
   its new place. On a phone the page scrolls: everybody stands in one list, the first three too. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark, show } = floorwatch.places;
  const { words, leaderboards } = floorwatch;
  const PAGE = 10;
  const ON_PODIUM = 3;
  const PAGE_S = 12;
  const LEAST_ROW_U = 4.4;
  const HIGHEST_ROW_U = 9.6;
  const PHONE_ROW_U = 8.4;
  const TYPE_OF_ROW = 0.37;
  const TYPE_U = { least: 1.9, most: 3.1 };
  /** From which width on, in type sizes, a row has its bar in line, its avatar. */
  const WIDE_EM = 25;
  const WITH_AVATAR_EM = 14.5;
  const WITH_BAR_BELOW_U = 5.6;
  const SAME = "–";

  function direction(move) {
    return move === null ? "new" : move > 0 ? "up" : move < 0 ? "down" : "same";
  }

  class Ranking extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.id = root.dataset.leaderboard;
      this.list = null;
      this.rows = new Map();
      this.free = [];
      this.swatches = [];
      this.page_key = "";
      this.row_px = 0;
      this.seconds_per_page = PAGE_S;
      this.draw = this.draw.bind(this);
      new ResizeObserver(this.draw).observe(parts.lines);
      document.fonts.ready.then(this.draw);
    }

    get is_phone() {
      return getComputedStyle(this.parts.lines).getPropertyValue("--scrolls").trim() === "yes";
    }

    /** The first three stand elsewhere; on a phone there is no podium. */
    get is_beside_podium() {
      return this.root.dataset.besidePodium === "yes" && !this.is_phone;
    }

    names() {
      this.draw_legend();
      this.draw();
    }

    update(list) {
      this.list = list;
      this.draw();
    }

    make_row() {
      const avatar = new floorwatch.Avatar();
      const cells = { rank: make("b", "rank"), move: make("span", "move"), name: make("span", "name"), extras: make("span", "extras"), points: make("b", "points") };
      const person = make("span", "person", [cells.name, cells.extras]);
      const bar = make("span", "bar");
      const root = make("div", "one", [cells.rank, cells.move, avatar.root, person, bar, cells.points]);
      return { ...cells, root, avatar, bar, segments: [], said: "" };
    }

    /** Which lines stand here now: of whose turn it is, a page. */
    page(now_ms) {
      const all = leaderboards.groups(this.list);
      if (all.length === 0) return { key: "", lines: [], group: "", pages: 1, page: 0 };
      const at = leaderboards.turn(all.length, now_ms);
      const { group, lines } = all[at];
      const skipped = this.is_beside_podium ? ON_PODIUM : 0;
      const room = this.room();
      const pages = [];
      for (let from = skipped; from < lines.length;) {
        const until = Math.min(lines.length, from + room, (Math.floor(from / PAGE) + 1) * PAGE);
        pages.push(lines.slice(from, this.is_phone ? lines.length : until));
        from = this.is_phone ? lines.length : until;
      }
      const seconds = all.length > 1 ? leaderboards.GROUP_S / Math.max(1, pages.length) : PAGE_S;
      const page = leaderboards.turn(pages.length, now_ms, seconds);
      return { key: `${group} ${page}`, lines: pages[page] || [], group: all.length > 1 || group ? leaderboards.group_name(this.id, group) : "", pages: pages.length, page };
    }

    room() {
      const u = floorwatch.places.unit_px();
      return Math.max(1, Math.min(PAGE, Math.floor(this.parts.lines.clientHeight / (LEAST_ROW_U * u))));
    }

    draw() {
      if (this.list === null || this.parts.lines.clientWidth === 0) return;
      const now_ms = floorwatch.clock.now();
      const shown = this.page(now_ms);
      this.welcome(this.list.size);
      put(this.parts.group, shown.group);
      put(this.parts.cue, shown.pages > 1 ? `${shown.page + 1}/${shown.pages}` : "");
      this.weigh();
      this.place_legend();
      const head = leaderboards.head(this.id);
      this.root.classList.toggle("final", head !== null && head.state === "final");
      this.measure(shown.lines.length);
      const is_other_page = shown.key !== this.page_key;
      this.page_key = shown.key;
      this.place(shown.lines, is_other_page);
      this.fit_heading();
    }

    /** What all bars are a share of; and whether anybody's place of an hour ago is known. */
    weigh() {
      this.most = 10000;
      this.has_moves = false;
      for (let i = 0; i < this.list.size; i += 1) {
        const { score, move } = this.list.at(i);
        this.most = Math.max(this.most, score);
        this.has_moves = this.has_moves || move !== null;
      }
    }

    /** Beside the heading where it finds room in one line, else below it. */
    place_legend() {
      const { legend, heading } = this.parts;
      this.root.classList.add("beside_heading");
      const free = legend.getBoundingClientRect().left - heading.parentElement.lastElementChild.getBoundingClientRect().right;
      this.root.classList.toggle("beside_heading", free > floorwatch.places.unit_px() * 2);
    }

    /** Heights and type of a page's rows; on a phone the box grows with them. */
    measure(count) {
      const { lines } = this.parts;
      const u = floorwatch.places.unit_px();
      const rows = Math.max(count, this.is_phone ? 1 : Math.min(PAGE - ON_PODIUM, this.room()));
      const row_px = this.is_phone ? PHONE_ROW_U * u : Math.min(lines.clientHeight / rows, HIGHEST_ROW_U * u);
      lines.style.height = this.is_phone ? `${(count * row_px).toFixed(1)}px` : "";
      const type = Math.max(TYPE_U.least * u, Math.min(TYPE_U.most * u, row_px * TYPE_OF_ROW));
      const width_em = lines.clientWidth / type;
      lines.dataset.room = width_em >= WIDE_EM ? "wide" : row_px >= WITH_BAR_BELOW_U * u ? "stacked" : "plain";
      lines.classList.toggle("narrow", width_em < WITH_AVATAR_EM);
      if (row_px !== this.row_px) for (const row of this.rows.values()) this.arrive(row); // another size is no move
      this.row_px = row_px;
      lines.style.setProperty("--row", `${row_px.toFixed(1)}px`);
      lines.style.setProperty("--type", `${type.toFixed(1)}px`);
    }

    /** Each person's row to its place. On another page nobody moves: they are there. */
    place(lines, is_other_page) {
      const gone = new Map(this.rows);
      lines.forEach((line, at) => {
        let row = is_other_page ? undefined : this.rows.get(line.id);
        if (row !== undefined) gone.delete(line.id);
        else if (gone.has(line.id)) {
          row = gone.get(line.id);
          gone.delete(line.id);
          this.arrive(row);
        } else row = this.add();
        this.rows.set(line.id, row);
        row.root.style.setProperty("--at", String(at));
        this.draw_row(row, line);
      });
      for (const [id, row] of gone) this.remove(id, row);
      for (const line of lines) this.fit_name(this.rows.get(line.id), leaderboards.name_of(line));
    }

    /** Whole, if need be without what stands beside it. */
    fit_name(row, name) {
      show(row.extras, true);
      floorwatch.fitted_words.fit(row.name, name);
      if (row.name.textContent === name) return;
      show(row.extras, false);
      floorwatch.fitted_words.fit(row.name, name);
    }

    add() {
      const row = this.free.pop() || this.make_row();
      this.arrive(row);
      this.parts.lines.append(row.root);
      return row;
    }

    /** It stands where it is at once, and is faded in. */
    arrive(row) {
      row.root.classList.remove("settled");
      requestAnimationFrame(() => requestAnimationFrame(() => row.root.classList.add("settled")));
    }

    remove(id, row) {
      this.rows.delete(id);
      row.root.remove();
      row.root.classList.remove("settled");
      this.free.push(row);
    }

    draw_row(row, line) {
      const way = this.has_moves ? direction(line.move) : "same";
      put(row.rank, words.number(line.rank));
      mark(row.move, "is-", way);
      put(row.move, way === "up" ? `▲${line.move}` : way === "down" ? `▼${-line.move}` : way === "new" ? words.word("leaderboard.new") : SAME);
      row.root.dataset.rank = line.rank <= ON_PODIUM ? String(line.rank) : "other";
      row.avatar.draw(line, line.rank <= ON_PODIUM ? line.rank : "");
      put(row.points, leaderboards.points(line.score));
      this.draw_extras(row, line);
      this.draw_bar(row, line);
    }

    draw_extras(row, line) {
      const icons = line.badges.slice(-2).map((key) => leaderboards.badge(this.id, key));
      if (leaderboards.has_long_streak(line)) icons.push({ icon: "badge-flame", title: words.counted("leaderboard.streak", line.streak), text: String(line.streak) });
      while (row.extras.childElementCount > icons.length) row.extras.lastElementChild.remove();
      while (row.extras.childElementCount < icons.length) row.extras.append(make("span", "extra", [make("i", "icon"), make("b")]));
      icons.forEach(({ icon, title, text }, i) => {
        const [sign, number] = row.extras.children[i].children;
        row.extras.children[i].title = title;
        mark(sign, "icon-", icon);
        put(number, text || "");
      });
    }

    draw_bar(row, line) {
      while (row.segments.length < line.parts.length) {
        const segment = make("i", `part-${row.segments.length}`);
        row.segments.push(segment);
        row.bar.append(segment);
      }
      for (let i = 0; i < row.segments.length; i += 1) {
        const part = line.parts[i];
        row.segments[i].style.setProperty("--share", part === undefined ? "0" : (Math.max(0, part.points) / this.most).toFixed(4));
      }
    }

    draw_legend() {
      const found = leaderboards.facts(this.id);
      const parts = found === null ? [] : found.parts || [];
      const { legend } = this.parts;
      while (this.swatches.length > parts.length) this.swatches.pop().remove();
      while (this.swatches.length < parts.length) {
        const swatch = make("span", "", [make("i", `part-${this.swatches.length}`), make("span")]);
        this.swatches.push(swatch);
        legend.append(swatch);
      }
      parts.forEach((part, i) => put(this.swatches[i].lastElementChild, leaderboards.metric_name(this.id, part.metric)));
    }

    /** While nobody stands here: what to say, what is needed, what can be won. */
    welcome(count) {
      const { welcome, welcome_words, needed, prizes, lines, legend } = this.parts;
      const head = leaderboards.head(this.id);
      const shown_here = this.is_beside_podium ? count - ON_PODIUM : count;
      const found = leaderboards.facts(this.id);
      show(welcome, shown_here <= 0);
      show(legend, shown_here > 0 && this.swatches.length > 0);
      lines.classList.toggle("none", shown_here <= 0);
      if (shown_here > 0) return;
      const state = found === null ? "gone" : head === null ? "running" : head.state;
      const time = head === null ? "" : `${leaderboards.day(head.from)} ${words.hour(head.from)}`;
      put(welcome_words, head !== null && head.loading ? words.word("leaderboard.loading")
        : count > 0 ? words.word("leaderboard.room.more") : words.word(`leaderboard.welcome.${state}`, { time }));
      put(needed, state === "running" || state === "to_come" ? leaderboards.needed(this.id).join(" · ") : "");
      this.draw_prizes(prizes, found === null ? [] : found.prizes || []);
    }

    draw_prizes(list, prizes) {
      while (list.childElementCount > prizes.length) list.lastElementChild.remove();
      while (list.childElementCount < prizes.length) list.append(make("li", "", [make("b"), make("span")]));
      prizes.forEach((prize, i) => {
        const [rank, text] = list.children[i].children;
        list.children[i].dataset.rank = prize.rank <= ON_PODIUM ? String(prize.rank) : "other";
        put(rank, words.number(prize.rank));
        put(text, words.name_of(prize, ""));
        show(list.children[i], true);
      });
      const { welcome } = this.parts; // the last prizes go first
      for (let i = prizes.length - 1; i >= 0 && welcome.scrollHeight > welcome.clientHeight + 1; i -= 1) show(list.children[i], false);
    }

    tick() {
      if (this.list === null) return;
      const now_ms = floorwatch.clock.now();
      if (this.list.size === 0) this.welcome(0);
      else if (this.page(now_ms).key !== this.page_key) this.draw();
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.ranking = (root, parts) => new Ranking(root, parts);
})((window.floorwatch = window.floorwatch || {}));
