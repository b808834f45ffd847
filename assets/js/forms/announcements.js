/* The message as it will look, while it is being written; and how many characters are left of its form. */
(function () {
  "use strict";

  const text = document.getElementById("text-field");
  const form = document.getElementById("form-field");
  const priority = document.getElementById("priority-field");
  const all = document.getElementById("all-field");
  const preview = document.getElementById("preview");

  function draw() {
    const wall = preview.querySelector(".wall_preview");
    preview.hidden = text.value.trim() === "";
    wall.dataset.form = form.value;
    wall.dataset.priority = priority.checked ? "high" : "normal";
    wall.querySelector(".words").textContent = text.value;
  }

  function choose_all() {
    for (const box of document.querySelectorAll("input[name='screens']")) box.disabled = all.checked;
  }

  if (text === null) return;
  for (const element of [text, form, priority]) element.addEventListener("input", draw);
  all.addEventListener("input", choose_all);
  draw();
  choose_all();
})();
