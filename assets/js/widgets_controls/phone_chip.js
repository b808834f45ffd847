/* On what one is called: the phone's number and whether it could ring now. */
(function (floorwatch) {
  "use strict";

  const { put, mark } = floorwatch.places;
  const words = floorwatch.words;

  class PhoneChip {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      floorwatch.station.on_change(this);
      this.station(floorwatch.station.desk());
    }

    station({ phone }) {
      const is_heard = floorwatch.station.is_heard();
      put(this.parts.device, phone === null ? "" : floorwatch.facts.short(phone.device));
      const why_not = phone === null ? "no_phone" : phone.why_not;
      const word = phone === null ? "phone.none" : why_not ? `phone.${why_not}` : "phone.ready";
      const is_known = words.has(word);
      put(this.parts.state, !is_heard ? words.word("phone.unknown") : is_known ? words.word(word) : words.word("phone.off"));
      mark(this.root, "is-", is_heard ? (why_not ? "off" : "ready") : "unknown");
      this.root.title = is_heard ? floorwatch.facts.sentence(why_not) : "";
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.phone_chip = (root, parts) => new PhoneChip(root, parts);
})((window.floorwatch = window.floorwatch || {}));
