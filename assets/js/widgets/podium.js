/* The first three on their steps. A step is as high as its rank, so who ties stands as high. Somebody new on a step comes up once.
   Where people are compared in groups, the groups take turns, here as in the ranking beside. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark, show } = floorwatch.places;
  const { words, leaderboards } = floorwatch;
  /** Places of the list as they stand from the left. */
  const FROM_THE_LEFT = [1, 0, 2];

  class Podium extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.id = root.dataset.leaderboard;
      this.list = null;
      this.places = [];
      for (const place of FROM_THE_LEFT) {
        this.places[place] = this.make_place();
        parts.steps.append(this.places[place].root);
      }
      this.fit = this.fit.bind(this);
      new ResizeObserver(this.fit).observe(parts.steps);
      document.fonts.ready.then(this.fit);
    }

    make_place() {
      const avatar = new floorwatch.Avatar();
      const crown = make("i", "icon icon-badge-crown crown");
      const name = make("b", "name");
      const points = make("b", "points");
      const unit = make("small");
      const why = make("p", "why");
      const rank = make("b", "rank");
      const badges = make("span", "badges");
      const step = make("div", "step", [rank, badges]);
      const score = make("p", "score", [points, unit]);
      const root = make("div", "place", [crown, avatar.root, name, score, why, step]);
      return { root, avatar, crown, name, points, unit, score, why, rank, badges, shown: null, line: null, said: "" };
    }

    names() {
      this.draw();
    }

    update(list) {
      this.list = list;
      this.draw();
    }

    draw() {
      if (this.list === null) return;
      const all = leaderboards.groups(this.list);
      const now_ms = floorwatch.clock.now();
      const at = leaderboards.turn(all.length, now_ms);
      const { group, lines } = all.length > 0 ? all[at] : { group: "", lines: [] };
      put(this.parts.group, all.length > 1 || group ? leaderboards.group_name(this.id, group) : "");
      const head = leaderboards.head(this.id);
      const is_final = head !== null && head.state === "final";
      for (let place = 0; place < this.places.length; place += 1) this.draw_place(this.places[place], place, lines[place] || null, is_final);
      this.fit();
      this.fit_heading();
    }

    draw_place(place, index, line, is_final) {
      const rank = line === null ? index + 1 : line.rank;
      place.line = line;
      place.root.dataset.step = String(Math.min(3, rank));
      place.root.classList.toggle("free", line === null);
      put(place.rank, String(rank));
      place.avatar.draw(line, rank);
      show(place.crown, line !== null && rank === 1);
      put(place.points, line === null ? "" : leaderboards.points(line.score));
      put(place.unit, line === null ? "" : words.word("leaderboard.points"));
      const prize = line === null || is_final ? leaderboards.prize(this.id, rank) : "";
      place.root.classList.toggle("wins", prize !== "");
      place.said = prize || (line === null ? "" : leaderboards.stands_out(this.id, line));
      this.draw_badges(place, line);
      const id = line === null ? null : line.id;
      if (place.shown !== id) {
        place.root.classList.remove("fresh");
        void place.root.offsetWidth; // so that the same animation begins anew
        place.root.classList.toggle("fresh", id !== null);
        place.shown = id;
      }
    }

    draw_badges(place, line) {
      const icons = line === null ? [] : line.badges.slice(-3).map((key) => leaderboards.badge(this.id, key));
      while (place.badges.childElementCount > icons.length) place.badges.lastElementChild.remove();
      while (place.badges.childElementCount < icons.length) place.badges.append(make("i", "icon"));
      icons.forEach(({ icon, title }, i) => {
        mark(place.badges.children[i], "icon-", icon);
        place.badges.children[i].title = title;
      });
    }

    fit() {
      if (this.parts.steps.clientHeight === 0) return;
      for (const place of this.places) {
        const name = place.line === null ? words.word("leaderboard.free") : leaderboards.name_of(place.line);
        floorwatch.fitted_words.fit(place.name, name);
        floorwatch.fitted_words.fit(place.why, place.said || "");
      }
    }

    tick() {
      if (this.list !== null && this.list.size > 0 && this.list.at(0).group) this.draw();
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.podium = (root, parts) => new Podium(root, parts);
})((window.floorwatch = window.floorwatch || {}));
