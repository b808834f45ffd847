/* The name of the queue that the page is about. */
(function (floorwatch) {
  "use strict";

  const { put } = floorwatch.places;

  class QueueName {
    constructor(root) {
      this.root = root;
      this.queue = document.querySelector(".screen").dataset.queue;
      put(root, this.queue);
    }

    names() {
      const name = floorwatch.screen.queue_name(this.queue);
      put(this.root, name);
      document.title = `${name} · Floorwatch`;
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.queue_name = (root) => new QueueName(root);
})((window.floorwatch = window.floorwatch || {}));
