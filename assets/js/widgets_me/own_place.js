/* One's own place on each leaderboard: rank, score and its parts, and the next step up. Others' numbers never come here. */
(function (floorwatch) {
  "use strict";

  const { put, make, show } = floorwatch.places;
  const words = floorwatch.words;
  const PODIUM = 3;

  /** A number as on the wall; a count for each hour with its decimal. */
  function written(unit, value) {
    const { figure, is_count } = floorwatch.leaderboards;
    return is_count(unit) && typeof value === "number" && !Number.isInteger(value) ? value.toFixed(1) : figure(unit, value);
  }

  /** Hundredths of a point as points, written as on the wall. */
  function points(hundredths) {
    return floorwatch.leaderboards.points(hundredths);
  }

  function name_of(one) {
    return words.name_of(one, one.metric || one.id);
  }

  function is_minimum(asked) {
    return asked.metric === "calls" || asked.metric === "minutes";
  }

  /** What is still missing, of the first thing that is. */
  function missing(asked) {
    if (is_minimum(asked)) return words.word(`place.asked.${asked.metric}`, { n: words.number(Math.ceil(asked.least - (asked.v || 0))) });
    const values = { metric: name_of(asked), least: written(asked.unit, asked.least), v: written(asked.unit, asked.v) };
    return words.word(asked.less ? "place.asked.less" : "place.asked.more", values);
  }

  /** One sentence about how it stands. */
  function said(place) {
    if (place.state === "to_come") return words.word("place.to_come", { when: moment(place.from) });
    if (place.rank === 1) return words.word("place.first");
    if (place.rank > 0 && place.rank <= PODIUM) return words.word("place.podium");
    if (place.rank > 0) return place.needed > 0 ? words.word("place.needed", { n: points(place.needed) }) : words.word("place.among");
    if (place.asked.length > 0) return missing(place.asked[0]);
    return words.has(`place.why.${place.why_not}`) ? words.word(`place.why.${place.why_not}`) : "";
  }

  /** The step that is nearest, where one alone is enough. */
  function step(place) {
    const part = place.rank > 1 && place.state === "running" ? place.parts.find((one) => one.metric === place.lift) : undefined;
    if (part === undefined || part.to === null || part.to === undefined) return "";
    return words.word("place.lift", { metric: name_of(part), v: written(part.unit, part.v), to: written(part.unit, part.to) });
  }

  function moment(at_ms) {
    return `${words.date(at_ms)} ${words.hour(at_ms)}`;
  }

  class Card {
    constructor() {
      this.title = make("b");
      this.period = make("small");
      this.rank = make("span", "rank");
      this.score = make("span", "score");
      this.said = make("p", "said");
      this.step = make("p", "step");
      this.private = make("p", "private");
      this.parts = make("ul", "parts");
      this.rows = [];
      const stand = make("div", "stand", [this.rank, this.score]);
      this.root = make("li", "", [make("div", "head", [this.title, this.period]), stand, this.said, this.step, this.parts, this.private]);
    }

    draw(place) {
      put(this.title, name_of(place));
      put(this.period, words.word(place.state === "running" ? `leaderboard.period.${place.period}` : `leaderboard.state.${place.state}`));
      this.root.dataset.rank = place.rank > 0 && place.rank <= PODIUM ? String(place.rank) : "";
      put(this.rank, place.rank > 0 ? words.word("leaderboard.place", { rank: words.number(place.rank) }) : words.word("place.not_yet"));
      put(this.score, place.rank > 0 ? words.word("leaderboard.points_of", { n: points(place.score) }) : "");
      for (const [element, text] of [[this.said, said(place)], [this.step, step(place)], [this.private, place.only_me ? words.word("place.only_me") : ""]]) {
        put(element, text);
        show(element, text !== "");
      }
      while (this.rows.length < place.parts.length) this.add();
      this.rows.forEach((row, i) => {
        show(row.root, i < place.parts.length);
        if (i < place.parts.length) this.draw_part(row, place.parts[i]);
      });
    }

    add() {
      const row = { name: make("span", "name"), value: make("span", "value"), points: make("span", "points"), bar: make("i", "bar") };
      row.root = make("li", "", [row.name, row.value, row.points, row.bar]);
      this.rows.push(row);
      this.parts.append(row.root);
    }

    draw_part(row, part) {
      put(row.name, name_of(part));
      const now = written(part.unit, part.v);
      put(row.value, part.before === null || part.before === undefined ? now : words.word("place.before", { v: now, before: written(part.unit, part.before) }));
      put(row.points, words.word("place.points", { n: points(part.points), most: points(part.most) }));
      row.bar.style.setProperty("--share", String(part.most > 0 ? Math.min(1, Math.max(0, part.points / part.most)) : 0));
    }
  }

  class OwnPlace {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.cards = [];
    }

    update(list) {
      while (this.cards.length < list.size) {
        const card = new Card();
        this.cards.push(card);
        this.parts.places.append(card.root);
      }
      this.cards.forEach((card, i) => {
        show(card.root, i < list.size);
        if (i < list.size) card.draw(list.at(i));
      });
      show(this.root, list.size > 0);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.own_place = (root, parts) => new OwnPlace(root, parts);
})((window.floorwatch = window.floorwatch || {}));
