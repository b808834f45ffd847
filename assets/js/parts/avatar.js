/* A person's picture in a small round place: their own, or the first sign of the name that they chose, on their tint. */
(function (floorwatch) {
  "use strict";

  const { put, make, show } = floorwatch.places;
  const TINTS = 12;
  const signs = typeof Intl.Segmenter === "function" ? new Intl.Segmenter(undefined, { granularity: "grapheme" }) : null;

  /** What stands for a name: its first sign; of a number its last two digits, which differ. */
  function sign_of(name) {
    const found = /^\D{0,2}(\d+)\D{0,2}$/.exec(name);
    if (found !== null) return found[1].slice(-2);
    const first = signs === null ? Array.from(name)[0] : signs.segment(name)[Symbol.iterator]().next().value?.segment;
    return (first || "").toUpperCase();
  }

  class Avatar {
    constructor() {
      this.sign = make("span", "sign");
      this.image = make("img");
      this.image.alt = "";
      this.image.hidden = true;
      this.icon = make("i", "icon icon-me");
      this.root = make("span", "avatar", [this.sign, this.icon, this.image]);
      this.root.setAttribute("aria-hidden", "true"); // the name stands beside it
      this.image.addEventListener("load", () => show(this.image, true));
      this.image.addEventListener("error", () => show(this.image, false));
    }

    /** `person`: `{name, avatar, tint}`, without a name where it is not told; null for nobody. `medal`: 1 to 3 for a ring, "" for none. */
    draw(person, medal) {
      const sign = person === null ? "" : sign_of(person.name);
      const address = person === null ? "" : person.avatar;
      put(this.sign, sign);
      show(this.icon, person !== null && sign === "");
      this.root.classList.toggle("two", sign.length > 1);
      this.root.classList.toggle("nobody", person === null);
      this.root.dataset.tint = String(person === null ? 0 : ((person.tint % TINTS) + TINTS) % TINTS);
      this.root.dataset.medal = String(medal || "");
      if ((this.image.getAttribute("src") || "") === address) return;
      this.image.hidden = true;
      if (address) this.image.src = address;
      else this.image.removeAttribute("src");
    }
  }

  floorwatch.Avatar = Avatar;
})((window.floorwatch = window.floorwatch || {}));
