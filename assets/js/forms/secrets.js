"use strict";
/* A button beside each password that shows what was typed. Without this script the password stays hidden and all else works. */

function offerToShow(field, words) {
  const hadFocus = document.activeElement === field;
  const box = document.createElement("span");
  box.className = "peek";
  field.replaceWith(box);
  const button = document.createElement("button");
  button.type = "button";
  button.setAttribute("aria-controls", field.id);
  button.addEventListener("click", () => {
    show(field, button, words, field.type === "password");
    field.focus();
  });
  box.append(field, button);
  show(field, button, words, false);
  if (hadFocus) field.focus();
  if (field.form) field.form.addEventListener("submit", () => show(field, button, words, false));
}

function show(field, button, words, isShown) {
  field.type = isShown ? "text" : "password";
  button.textContent = isShown ? words.hide : words.show;
  const label = document.querySelector(`label[for="${field.id}"]`);
  button.setAttribute("aria-label", `${button.textContent} · ${label ? label.textContent : ""}`);
}

/* A one-time code that came behind the `#` of a link: never sent to a server, and gone from the address at once. */
function takeCodeFromAddress() {
  const found = new URLSearchParams(location.hash.slice(1)).get("code");
  const field = document.getElementById("code-field");
  if (!found || !field) return;
  field.value = found.slice(0, 100);
  history.replaceState(null, "", location.pathname + location.search);
  const next = document.querySelector("input:not([type=hidden]):placeholder-shown, input[type=password]");
  if (next) next.focus();
}

for (const door of document.querySelectorAll(".door")) {
  const words = { show: door.dataset.show, hide: door.dataset.hide };
  for (const field of door.querySelectorAll("input[type=password]")) offerToShow(field, words);
}
takeCodeFromAddress();
