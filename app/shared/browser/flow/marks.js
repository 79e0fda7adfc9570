// What lies over the picture and changes often: the stage's frames, what is pointed at, what is lit up, the dot.

function drawMarks(view) {
  const { root, colours } = view;
  const canvas = root.querySelector(".marks");
  const context = prepare(canvas, ...view.size);
  for (const place of stagePlaces(view)) {
    outline(context, colours.accent, 3, place.x - 3, place.y - 3, place.w + 6, place.h + 6);
  }
  for (const pattern of lit().opened) outlineLit(context, view, pattern, colours, 2.4);
  for (const pattern of lit().pointed) if (!view.pointing) outlineLit(context, view, pattern, colours, 1.4);
  if (view.at) drawPointed(context, view, colours);
  drawDot(context, view, colours);
}

// Where the things stand that the stage is about.
function stagePlaces(view) {
  const { data, overview: o } = view;
  const parts = new Set(data.stages[view.stage].at);
  const places = view.places.filter((place) => (place.kind === "grid" || place.kind === "part") && parts.has(place.id));
  if (parts.has("names")) places.push(spread(o, o.names.at + 4, o.names.length - 12));
  if (parts.has("stream")) places.push(spread(o, o.strips[0].at, o.end - o.strips[0].at));
  if (parts.has("gap")) places.push(...view.places.filter((place) => place.kind === "gap" && place.layer === data.layer));
  return places;
}

function spread(o, along, length) {
  const [x, y, w, h] = box(o, along, length, o.across, o.row * o.count);
  return { x, y, w, h };
}

function cellBox({ grid, x, y, w, h, across }, row, column, rows = 1, columns = 1) {
  if (across) return [x + (row * w) / grid.rows, y + (column * h) / grid.cells, (rows * w) / grid.rows, (columns * h) / grid.cells];
  return [x + (column * w) / grid.cells, y + (row * h) / grid.rows, (columns * w) / grid.cells, (rows * h) / grid.rows];
}

function outlineLit(context, view, pattern, colours, line) {
  const { data } = view;
  const frame = (rect) => {
    outline(context, colours.page, line + 2, ...rect); // around the line, on cells of any colour
    outline(context, colours.ink, line, ...rect);
  };
  for (const place of view.places) {
    if (place.kind === "grid") {
      const part = litPart(place.grid, data.rows, pattern);
      if (part) frame(grown(cellBox(place, ...part)));
    } else if (place.kind === "bar" || place.kind === "logit") {
      if (fits(pattern, placeName(view, place))) frame([place.x, place.y, place.w, place.h]);
    }
  }
}

const grown = ([x, y, w, h]) => [x - 0.5, y - 0.5, w + 1, h + 1];

// The cell under the pointer or chosen by keys, with its number beside it.
function drawPointed(context, view, colours) {
  const { place, row, column } = view.at;
  if (place.kind === "gap" || place.kind === "part") return;
  const rect = place.kind === "grid" ? cellBox(place, row, column) : [place.x, place.y, place.w, place.h];
  outline(context, colours.ink, 2, ...grown(rect));
  const text = place.kind === "grid" && number(valueAt(place.grid, row, column));
  if (!text) return;
  context.font = `600 13px ${colours.font}`;
  const width = context.measureText(text).width + 14;
  const x = clamp(rect[0] + rect[2] / 2 - width / 2, 2, view.size[0] - width - 2);
  const y = rect[1] > 30 ? rect[1] - 28 : rect[1] + rect[3] + 6;
  context.fillStyle = colours.ink;
  context.beginPath();
  context.roundRect(x, y, width, 22, 6);
  context.fill();
  context.textBaseline = "middle";
  label(context, text, x + width / 2, y + 11.5, `600 13px ${colours.font}`, colours.page, "center", width);
}

// While playing, a dot goes from the last stage's place to this one's, along the chosen token's row.
function drawDot(context, view, colours) {
  if (!view.playing || matchMedia("(prefers-reduced-motion: reduce)").matches) return;
  const [from, to] = [view.before ?? view.stage, view.stage].map((stage) => chosenPoint(view, stage));
  if (!from || !to) return;
  const share = clamp((((performance.now() - view.since) / 1000) * view.speed) / TRAVEL, 0, 1);
  const eased = share * share * (3 - 2 * share);
  const [x, y] = from.map((start, axis) => start + (to[axis] - start) * eased);
  context.fillStyle = colours.page;
  context.beginPath();
  context.arc(x, y, 9, 0, 7);
  context.fill();
  context.fillStyle = colours.hot;
  context.beginPath();
  context.arc(x, y, 6.5, 0, 7);
  context.fill();
}

// Where the chosen token is in what a stage is about.
function chosenPoint(view, stage) {
  const { data, overview: o } = view;
  const place = stagePlaces({ ...view, stage }).at(-1);
  if (!place) return null;
  if (place.grid && !place.across) return [place.x + place.w / 2, place.y + ((data.chosen + 0.5) * place.h) / place.grid.rows];
  if (place.id === "next") return [place.x, o.down ? place.y : rowMiddle(o, data.chosen)];
  return o.down ? [rowMiddle(o, data.chosen), place.y + place.h / 2] : [place.x + place.w / 2, rowMiddle(o, data.chosen)];
}
