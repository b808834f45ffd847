/* How a box is divided among people: columns and rows, how large the type is, and how much of a person there is room for.
   Sizes are in device pixels, so that every cell begins and ends on a whole one. */
(function (floorwatch) {
  "use strict";

  /* What a cell needs in each manner, in type sizes: height, width beside the name's own, and altogether; the most that a name gets. */
  const MANNERS = {
    roomy: { height: 4.3, width: 1.5, at_least: 5.6 },
    two_lines: { height: 2.75, width: 1.15, at_least: 5.0 },
    line_time: { height: 1.31, width: 4.25, at_least: 0, most: 3.2 },
    line: { height: 1.5, width: 2.1, at_least: 0 },
    mark: { height: 1.3, width: 0, at_least: 1.5 },
  };
  const CROWD = 240;
  const CROWD_TYPE = 14 / 18;
  const LARGEST_TYPE = 3.2;
  const ROOMY_TYPE = 1.7;
  const TALLEST = 1.9;
  const EMPTY_CELLS_COST = 0.08;

  function gap_of(count, unit) {
    const share = count > CROWD ? 0.11 : count > 120 ? 0.2 : count > 40 ? 0.25 : 0.3;
    return Math.max(2, Math.round(unit * share));
  }

  /** The division with the largest type for one manner. */
  function best(count, box, gap, manner, name_em, largest) {
    const { height, width, at_least, most } = MANNERS[manner];
    const em = manner === "mark" ? at_least : Math.max(at_least, width + Math.min(name_em, most || name_em));
    let found = null;
    for (let columns = 1; columns <= count; columns += 1) {
      const rows = Math.ceil(count / columns);
      const cell_width = Math.floor((box.width + gap) / columns) - gap;
      const cell_height = Math.floor((box.height + gap) / rows) - gap;
      if (cell_width < 1 || cell_height < 1) continue;
      const type = Math.floor(Math.min(cell_width / em, cell_height / height, largest) * 10) / 10;
      const shape = Math.abs(Math.log(cell_width / cell_height / (em / height)));
      const score = type * (1 - EMPTY_CELLS_COST * ((columns * rows - count) / columns) - 0.02 * shape);
      if (found === null || score > found.score) found = { columns, rows, type, score, cell_width, cell_height };
    }
    return found;
  }

  /** Manners from the richest on, how many of the names stand there whole, and the type that it takes. */
  function* attempts(smallest, floor) {
    yield ["roomy", "longest", smallest * ROOMY_TYPE];
    for (const name of ["two_lines", "line_time"]) {
      yield [name, "longest", floor];
      yield [name, "usual", floor];
    }
    yield ["line", "longest", floor];
    yield ["line", "usual", smallest * CROWD_TYPE];
  }

  /** `box`: width and height. `smallest`: the smallest type that can be read across the floor. `name_em`: how wide names are in their
   *  short forms, in type sizes: the `longest`, and the `usual` ones. Returns the manner, the type, and where cells are; null where
   *  there is no room for anybody. */
  function divide(count, box, smallest, name_em) {
    const gap = gap_of(count, smallest);
    const floor = count > CROWD ? smallest * CROWD_TYPE : smallest;
    let found = null;
    let manner = "mark";
    for (const [name, names, wanted] of attempts(smallest, floor)) {
      found = best(count, box, gap, name, name_em[names], smallest * LARGEST_TYPE);
      manner = name;
      if (found !== null && found.type >= wanted) break;
      found = null;
    }
    if (found === null) {
      manner = "mark";
      found = best(count, box, gap, manner, 0, smallest);
      if (found === null) return null;
    }
    const height = Math.min(found.cell_height, Math.round(MANNERS[manner].height * found.type * TALLEST));
    return { manner, type: found.type, gap, columns: found.columns, rows: found.rows, width: found.cell_width, height, box };
  }

  /** Left edge of a column: cells have one width, what is left over goes into the gaps. */
  function left(shape, column) {
    return shape.columns < 2 ? 0 : Math.round((column * (shape.box.width - shape.width)) / (shape.columns - 1));
  }

  function top(shape, row) {
    const used = Math.min(shape.box.height, shape.rows * (shape.height + shape.gap * 2) - shape.gap * 2);
    return shape.rows < 2 ? 0 : Math.round((row * (used - shape.height)) / (shape.rows - 1));
  }

  floorwatch.agent_cells = { divide, left, top };
})((window.floorwatch = window.floorwatch || {}));
