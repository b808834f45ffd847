/* What supervisors wrote, newest first. Who wrote it sees that it was read once one says so here. */
(function (floorwatch) {
  "use strict";

  const { put, make, mark, show } = floorwatch.places;
  const words = floorwatch.words;

  class OwnMessages {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.rows = [];
      this.asked = new Set();
    }

    update(list) {
      while (this.rows.length < list.size) this.add();
      let unread = 0;
      this.rows.forEach((row, i) => {
        show(row.root, i < list.size);
        if (i >= list.size) return;
        this.draw(row, list.at(i));
        if (list.at(i).read === null) unread += 1;
      });
      put(this.parts.count, unread > 0 ? words.counted("messages.unread", unread) : "");
      put(this.parts.empty, list.size === 0 ? words.word("messages.none") : "");
    }

    add() {
      const by = make("b");
      const when = make("small");
      const text = make("p");
      const read = make("button", "chip");
      const root = make("li", "", [make("div", "head", [by, when]), text, read]);
      read.type = "button";
      const row = { root, by, when, text, read, id: "" };
      read.addEventListener("click", () => this.read(row));
      this.rows.push(row);
      this.parts.messages.append(root);
    }

    draw(row, data) {
      row.id = data.id;
      put(row.by, data.by);
      put(row.when, words.hour(data.at));
      put(row.text, data.text);
      const is_read = data.read !== null;
      mark(row.root, "is-", is_read ? "read" : "unread");
      row.read.disabled = is_read || this.asked.has(data.id);
      put(row.read, is_read ? words.word("messages.read_at", { time: words.hour(data.read) }) : words.word(this.asked.has(data.id) ? "messages.reading" : "messages.read"));
    }

    /** Told once; when the socket was away it can be told again. */
    read(row) {
      this.asked.add(row.id);
      floorwatch.live.send({ read: row.id });
      row.read.disabled = true;
      put(row.read, words.word("messages.reading"));
      setTimeout(() => this.asked.delete(row.id), 5000);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.own_messages = (root, parts) => new OwnMessages(root, parts);
})((window.floorwatch = window.floorwatch || {}));
