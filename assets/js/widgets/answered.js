/* Answered and abandoned today, and how fast and how long. */
(function (floorwatch) {
  "use strict";

  const { put, put_number } = floorwatch.places;
  const words = floorwatch.words;

  function also_of(value, id) {
    const found = value.also ? value.also[id] : undefined;
    return found ? found.v : null;
  }

  class Answered extends floorwatch.Tile {
    update(value) {
      const abandoned = words.number(also_of(value, "abandoned"));
      const asa = also_of(value, "asa");
      this.draw_frame(value);
      put_number(this.parts.number, words.number(value.v), 0.44 * (abandoned.length + 1.3));
      put(this.parts.unit, `/ ${abandoned}`);
      put(this.parts.abandon_rate, words.word("answered.abandon_rate", { value: words.percent_fine(also_of(value, "abandon_rate")) }));
      put(this.parts.asa, words.word("answered.asa", { value: asa === null ? words.NO_VALUE : words.word("seconds", { n: Math.round(asa) }) }));
      put(this.parts.aht, words.word("answered.aht", { value: words.duration(also_of(value, "aht")) }));
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.answered = (root, parts) => new Answered(root, parts);
})((window.floorwatch = window.floorwatch || {}));
