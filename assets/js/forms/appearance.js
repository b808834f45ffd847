/* How one will look on the wall, while one still chooses. Without it the page shows what was saved. */
(function (floorwatch) {
  "use strict";

  const box = document.querySelector(".wall_preview");
  const form = document.querySelector("[name=shown_as]")?.form;
  if (box === null || !form) return;

  const avatars = [...box.querySelectorAll(".avatar")].map((drawn) => {
    const avatar = new floorwatch.Avatar();
    drawn.replaceWith(avatar.root);
    return avatar;
  });

  /** As the server will say it; while a nickname is still empty, the name. */
  function name_of(chosen) {
    const by = { nickname: String(chosen.get("nickname") || "").trim(), staff_number: box.dataset.number };
    return by[chosen.get("shown_as")] || box.dataset.name;
  }

  function draw() {
    const chosen = new FormData(form);
    const name = name_of(chosen);
    for (const place of box.querySelectorAll("strong")) floorwatch.places.put(place, name);
    for (const avatar of avatars) avatar.draw({ name, avatar: box.dataset.avatar, tint: Number(chosen.get("tint")) }, "");
    box.classList.toggle("unseen_there", chosen.get("takes_part") !== "shown");
  }

  form.addEventListener("input", draw);
  draw();
})((window.floorwatch = window.floorwatch || {}));
