/* Messages of the board and announcements, a page each: what is important comes first, and again after every other message. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const words = floorwatch.words;

  const LOW_U = 12;

  class Ticker extends floorwatch.Tile {
    constructor(root, parts) {
      super(root, parts);
      this.own = JSON.parse(root.dataset.messages);
      this.seconds = Number(root.dataset.seconds);
      this.is_bar = root.classList.contains("bar");
      this.said = null;
      this.pages = [];
      this.turns = [];
      this.turn = 0;
      this.until_ms = 0;
      this.now_ms = 0;
      new ResizeObserver(() => this.page_anew()).observe(parts.box);
      document.fonts.ready.then(() => this.page_anew());
      if (floorwatch.announcements) floorwatch.announcements.on_change(() => this.tick(0, floorwatch.clock.now()));
    }

    tick(shown_at_ms, now_ms) {
      this.now_ms = now_ms;
      const messages = this.current(now_ms);
      const said = messages.map((one) => `${one.priority} ${one.text}`).join("\n");
      if (said !== this.said) {
        this.said = said;
        this.messages = messages;
        show(this.root, !this.is_bar || messages.length > 0);
        if (this.parts.empty) put(this.parts.empty, messages.length === 0 ? words.word("ticker.none") : "");
        this.page_anew();
      } else if (now_ms >= this.until_ms && this.turns.length > 1) this.go_on();
    }

    /** What holds now, the important first. */
    current(now_ms) {
      const local = floorwatch.moments.local(now_ms);
      const told = floorwatch.announcements ? floorwatch.announcements.tickers() : [];
      const own = this.own.filter((one) => one.text && floorwatch.moments.holds(one.from, one.until, local));
      const all = [...told, ...own];
      return [...all.filter((one) => one.priority === "high"), ...all.filter((one) => one.priority !== "high")];
    }

    /** In a low tile the heading stands beside the message. */
    arrange() {
      if (!this.is_bar) this.root.classList.toggle("low", this.root.clientHeight < LOW_U * floorwatch.places.unit_px());
    }

    /** Breaks all messages into pages of this place, and begins with the first. */
    page_anew() {
      if (!this.messages || this.root.hidden || this.parts.box.clientHeight === 0) return;
      this.arrange();
      this.pages = [];
      const of_message = this.messages.map((message) => {
        const pages = floorwatch.paged_text.pages_of(this.parts.box, this.parts.text, message.text);
        return pages.map((text) => this.pages.push({ text, is_high: message.priority === "high" }) - 1);
      });
      this.turns = this.order(of_message);
      this.turn = -1;
      if (this.turns.length > 0) this.go_on();
      else put(this.parts.text, "");
      if (this.pages.length < 2) put(this.parts.cue, "");
    }

    /** Numbers of pages, in the order in which they take turns: high ones, then each other message with a high one after it. */
    order(of_message) {
      const high = of_message.filter((pages) => pages.length > 0 && this.pages[pages[0]].is_high);
      const other = of_message.filter((pages) => pages.length > 0 && !this.pages[pages[0]].is_high);
      const turns = high.flat();
      other.forEach((pages, index) => {
        turns.push(...pages);
        if (high.length > 0 && index < other.length - 1) turns.push(...high[index % high.length]);
      });
      return turns;
    }

    go_on() {
      this.turn = (this.turn + 1) % this.turns.length;
      this.until_ms = this.now_ms + this.seconds * 1000 - 500; // ticks come once a second
      const page = this.turns[this.turn];
      const { text, is_high } = this.pages[page];
      put(this.parts.text, text);
      this.root.classList.toggle("high", is_high);
      put(this.parts.cue, this.pages.length > 1 ? `${page + 1}/${this.pages.length}` : "");
      this.parts.text.classList.toggle("odd", this.turn % 2 === 1); // begins the short fade anew
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.ticker = (root, parts) => new Ticker(root, parts);
})((window.floorwatch = window.floorwatch || {}));
