/* What this browser does with alerts: notifications of the system after one press, sound on or off, and how it sounds. */
(function (floorwatch) {
  "use strict";

  const root = document.getElementById("browser");
  if (root === null) return;
  const { chosen, choose, unlock, ring, notifying } = floorwatch.alarm_choices;
  const notify = root.querySelector('[data-part="notify"]');
  const state = root.querySelector('[data-part="state"]');
  const sound = document.getElementById("sound-field");

  function draw() {
    const now = notifying();
    notify.hidden = now !== "off";
    state.textContent = now === "on" ? root.dataset.on : now === "denied" ? root.dataset.denied : "";
    sound.checked = chosen.sound;
  }

  notify.addEventListener("click", async () => {
    choose("notify", (await Notification.requestPermission()) === "granted");
    draw();
  });
  sound.addEventListener("change", () => choose("sound", sound.checked));
  root.querySelector('[data-part="try"]').addEventListener("click", async () => {
    await unlock();
    ring("bell");
  });
  root.hidden = false;
  draw();
})((window.floorwatch = window.floorwatch || {}));
