/* Every agent, in AG Grid, through the grid's own client API: changed rows as asynchronous transactions, times redrawn once a
   second for the rows that can be seen. Groups are rows of their own (the community grid has no grouping): after every sort
   they are put before their members. */
(function (floorwatch) {
  "use strict";

  const { put, show } = floorwatch.places;
  const words = floorwatch.words;
  const NARROW_PX = 700;
  const NOT_ON_A_PHONE = ["staff", "number", "team", "calls", "missed", "aht", "occupancy", "listening"];
  const NOT_ON_A_SMALL_DESK = ["missed", "staff"];
  const NOT_BESIDE_A_MENU = ["missed", "staff", "occupancy"];
  const BESIDE_A_MENU = ["ag-Grid-SelectionColumn", "queue"];
  const SORT_EVERY_MS = 5000;
  /** Keys that open something from a cell. */
  const opens = (event) => event.key === "Enter" || event.key === "ContextMenu" || (event.key === "F10" && event.shiftKey);
  const LEVELS = { red: 2, amber: 1, none: 0 };

  class AgentGrid {
    constructor(root, parts) {
      this.root = root;
      this.parts = parts;
      this.api = null;
      this.list = null;
      this.rows = new Map();
      this.groups = new Map();
      this.sorted_at = 0;
      this.shown = -1;
      this.needle = "";
      floorwatch.desk.grid = this;
      floorwatch.desk.hear(this);
      this.find_api(root.firstElementChild.id || "agent-grid");
    }

    async find_api(id) {
      this.api = await window.dash_ag_grid.getApiAsync(id);
      this.api.addEventListener("cellClicked", (event) => this.pressed(event));
      this.api.addEventListener("cellKeyDown", (event) => opens(event.event) && this.pressed(event));
      this.api.addEventListener("cellContextMenu", (event) => this.menu(event, event.event));
      this.api.addEventListener("selectionChanged", () => this.selected());
      window.addEventListener("resize", () => this.fit_columns());
      this.fit_columns();
      this.sort();
      if (this.list !== null) this.fill();
    }

    /** A cell was clicked, or a key of `opens` pressed in it: a number, or the menu, which keys open from any other cell too. */
    pressed(event) {
      const { column, event: by } = event;
      const id = column.getColId();
      const is_key = by instanceof KeyboardEvent;
      if (id === "number" && !(is_key && by.key !== "Enter")) this.reveal(event);
      else if (id === "controls" || is_key) this.menu(event, null);
    }

    /** `at`: a mouse event; null for the cell itself. */
    menu({ data, event }, at) {
      if (floorwatch.row_menu === undefined || !data || data.is_group) return;
      const cell = event.target instanceof Element ? event.target.closest(".ag-cell") : null;
      if (at !== null && at.preventDefault) at.preventDefault();
      const is_mouse = at !== null && (at.clientX > 0 || at.clientY > 0);
      floorwatch.row_menu.open({ agent: data.id }, is_mouse || cell === null ? { x: at.clientX, y: at.clientY, back_to: cell } : cell);
    }

    selected() {
      if (floorwatch.selection_bar !== undefined) floorwatch.selection_bar.chosen(this.api.getSelectedRows().map((row) => row.id));
    }

    /** The number of whom an agent talks to, for who may. */
    reveal({ column, data }) {
      if (floorwatch.reveal === undefined || column.getColId() !== "number" || !data || !data.number) return;
      floorwatch.reveal.open({ agent: data.id, number: data.number }, data.name);
    }

    /** A menu, a box and who is in the call take their room too. */
    small_px() {
      return floorwatch.row_menu === undefined ? 900 : 1080;
    }

    fit_columns() {
      const width = this.root.clientWidth;
      const hidden = width < NARROW_PX ? NOT_ON_A_PHONE : width < this.small_px() ? (floorwatch.row_menu === undefined ? NOT_ON_A_SMALL_DESK : NOT_BESIDE_A_MENU) : [];
      if (floorwatch.row_menu !== undefined) this.api.setColumnsVisible(BESIDE_A_MENU, width >= NARROW_PX); // one thumb, one agent: the menu says the rest
      const is_team_said = floorwatch.desk.chosen.group === "team";
      for (const column of NOT_ON_A_PHONE) {
        this.api.setColumnsVisible([column], !hidden.includes(column) && !(column === "team" && is_team_said));
      }
    }

    /** The grid's row of an agent: what the gateway said, and what it means in this language. */
    row_of(agent, place) {
      const screen = floorwatch.screen;
      const partly = agent.partly ? words.word("partly_paused", { n: agent.partly[0], of: agent.partly[1] }) : "";
      return {
        ...agent,
        is_group: false,
        place,
        work: agent.reason ? screen.reason_name(agent.reason) : agent.queue ? screen.queue_name(agent.queue) : partly,
        team_name: screen.team_name(agent.team),
        group: this.group_of(agent),
        level: floorwatch.limits.level(agent, floorwatch.freshness.shown_now()),
        letters: null,
        listening: floorwatch.listening.text(agent.listeners),
        listening_mode: floorwatch.listening.mode(agent.listeners),
      };
    }

    group_of(agent) {
      const by = floorwatch.desk.chosen.group;
      if (by === "team") return floorwatch.screen.team_name(agent.team) || words.word("desk.group.no_team");
      if (by === "state") return words.word(`state.${agent.state}`);
      if (by === "queue") return agent.queue ? floorwatch.screen.queue_name(agent.queue) : words.word("desk.group.no_queue");
      return "";
    }

    update(list, change) {
      this.list = list;
      if (this.api === null) return;
      if (change === null || this.rows.size === 0) this.fill();
      else this.change(change);
    }

    names() {
      if (this.list !== null && this.api !== null) this.fill();
    }

    /** Everything anew: a snapshot, other names, another grouping. */
    fill() {
      this.rows.clear();
      for (let place = 0; place < this.list.size; place += 1) {
        const agent = this.list.at(place);
        this.rows.set(agent.id, this.row_of(agent, place));
      }
      this.count_groups();
      this.api.setGridOption("rowData", [...this.groups.values(), ...this.rows.values()]);
      this.draw_empty();
    }

    change(change) {
      const add = [];
      const update = [];
      const remove = [];
      for (const agent of change.set || []) {
        const before = this.rows.get(agent.id);
        const row = this.row_of(agent, before === undefined ? this.rows.size : before.place);
        (before === undefined ? add : update).push(row);
        this.rows.set(agent.id, row);
      }
      for (const id of change.del || []) {
        if (this.rows.delete(id)) remove.push({ id });
      }
      this.api.applyTransactionAsync({ add, update, remove });
      if (add.length || remove.length) this.draw_empty();
    }

    count_groups() {
      const counts = new Map();
      if (floorwatch.desk.chosen.group !== "none") {
        for (const row of this.rows.values()) {
          if (!counts.has(row.group)) counts.set(row.group, { all: 0, staffed: 0, talking: 0, available: 0, worst: 0, matches: 0 });
          const count = counts.get(row.group);
          count.all += 1;
          if (row.state !== "signed_out") count.staffed += 1;
          if (row.state === "talking" || row.state === "available") count[row.state] += 1;
          if (this.needle === "" || this.matches(row)) count.matches += 1;
        }
      }
      this.groups.clear();
      for (const [name, count] of counts) {
        const id = `group ${name}`;
        this.groups.set(id, { id, is_group: true, group: name, name, line: words.word("desk.group_line", count), matches: count.matches });
      }
    }

    /** Groups' numbers follow their members, once a second. */
    refresh_groups() {
      const before = new Map(this.groups);
      this.count_groups();
      const add = [];
      const update = [];
      const remove = [];
      for (const [id, row] of this.groups) {
        const old = before.get(id);
        if (old === undefined) add.push(row);
        else if (old.line !== row.line || old.matches !== row.matches) update.push(row);
      }
      for (const [id, row] of before) if (!this.groups.has(id)) remove.push(row);
      if (add.length || update.length || remove.length) this.api.applyTransactionAsync({ add, update, remove });
    }

    tick(now_ms) {
      if (this.api === null || this.list === null) return;
      for (const row of this.rows.values()) row.level = floorwatch.limits.level(row, now_ms);
      this.refresh_groups();
      this.api.refreshCells({ columns: ["in_state"], force: true, suppressFlash: true });
      if (floorwatch.desk.chosen.order === "attention" && performance.now() - this.sorted_at > SORT_EVERY_MS) this.sort();
    }

    /** "Needs attention first" is an order of its own; any column's header takes over from it. */
    sort() {
      this.sorted_at = performance.now();
      this.api.refreshClientSideRowModel("sort");
    }

    /** Called after the grid has sorted by its column, if any: attention and groups on top of that. */
    keep_groups(nodes) {
      const { chosen } = floorwatch.desk;
      const now_ms = floorwatch.freshness.shown_now();
      const is_plain = this.api === null || this.api.getColumnState().every((column) => !column.sort);
      if (is_plain) {
        for (const node of nodes) node.weight = this.weight(node.data, now_ms, chosen.order === "attention");
        nodes.sort((a, b) => b.weight - a.weight);
      }
      if (chosen.group === "none") return;
      const heads = new Map();
      for (const { group } of this.groups.values()) heads.set(group, { head: null, members: [] });
      for (const node of nodes) {
        const { group } = node.data;
        if (!heads.has(group)) heads.set(group, { head: null, members: [] });
        if (node.data.is_group) heads.get(group).head = node;
        else heads.get(group).members.push(node);
      }
      let index = 0;
      for (const { head, members } of heads.values()) {
        if (head !== null) nodes[index++] = head;
        for (const member of members) nodes[index++] = member;
      }
    }

    weight(row, now_ms, by_attention) {
      if (row.is_group) return -Infinity;
      const over = by_attention && row.level !== "none" ? floorwatch.limits.excess(row, now_ms) : 0;
      return (by_attention ? (LEVELS[row.level] || 0) * 1e9 + over * 1e6 : 0) - row.place;
    }

    chosen(name) {
      this.needle = floorwatch.desk.chosen.text.toLowerCase(); // also what is typed before the grid is there
      if (this.api === null || this.list === null) return;
      if (name === "group") {
        this.fit_columns();
        this.fill();
      }
      if (name === "order") {
        if (floorwatch.desk.chosen.order === "attention") this.api.applyColumnState({ defaultState: { sort: null } });
        this.sort();
      }
      if (name === "text") {
        this.refresh_groups();
        this.api.flushAsyncTransactions();
        this.api.onFilterChanged();
        this.draw_empty();
      }
    }

    is_filtered() {
      return this.needle !== "";
    }

    passes(row) {
      return row.is_group ? row.matches > 0 : this.matches(row);
    }

    /** Name, staff number, interface, or pinyin initials. */
    matches(row) {
      const { needle } = this;
      if (row.letters === null) row.letters = floorwatch.pinyin.initials(row.name || "");
      return (row.name || "").toLowerCase().includes(needle) || (row.staff || "").toLowerCase().includes(needle)
        || row.id.toLowerCase().includes(needle) || row.letters.includes(needle);
    }

    draw_empty() {
      let shown = 0;
      for (const row of this.rows.values()) if (!this.is_filtered() || this.matches(row)) shown += 1;
      if (floorwatch.desk.tools) floorwatch.desk.tools.counted(shown);
      const is_empty = this.rows.size === 0;
      const text = is_empty ? words.word("desk.none") : words.word("desk.no_match", { text: floorwatch.desk.chosen.text });
      put(this.parts.empty, text);
      put(this.parts.hint, is_empty ? words.word("desk.none_hint") : "");
      show(this.parts.empty.parentElement, shown === 0);
    }

    go_to(id) {
      const node = this.api === null ? undefined : this.api.getRowNode(id);
      if (node === undefined) return;
      floorwatch.desk.choose("view", "list");
      this.api.ensureNodeVisible(node, "middle");
      node.setSelected(true, true);
    }
  }

  floorwatch.widgets = floorwatch.widgets || {};
  floorwatch.widgets.agent_grid = (root, parts) => new AgentGrid(root, parts);
})((window.floorwatch = window.floorwatch || {}));
