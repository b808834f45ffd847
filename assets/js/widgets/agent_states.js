/* Agents by state: who could take a call in large, all states as a bar with their numbers. */
(function (floorwatch) {
  "use strict";

  const { put, put_number, show } = floorwatch.places;
  const words = floorwatch.words;

  class AgentStates {
    constructor(root, parts) {
      this.parts = parts;
      this.counts = new Map();
      this.bars = new Map();
      for (const element of root.querySelectorAll("[data-count]")) this.counts.set(element.dataset.count, element);
      for (const element of root.querySelectorAll("[data-bar]")) this.bars.set(element.dataset.bar, element);
    }

    update(value) {
      put_number(this.parts.number, words.number(value.counts.available));
      for (const [state, element] of this.counts) {
        const count = state === "signed_out" ? value.signed_out : value.counts[state];
        put(element, words.number(count));
        if (element.parentElement.classList.contains("rare")) show(element.parentElement, Boolean(count));
        element.parentElement.classList.toggle("zero", count === 0);
      }
      for (const [state, element] of this.bars) {
        const count = value.counts[state] || 0;
        element.style.flexGrow = String(count);
        show(element, count > 0);
      }
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.agent_states = (root, parts) => new AgentStates(root, parts);
})((window.floorwatch = window.floorwatch || {}));
