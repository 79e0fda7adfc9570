// The open block: every step of its arithmetic as a panel of cells, rows being the tokens.

function drawInside(context, view, colours) {
  const { data, inside } = view;
  drawLens(context, view, colours);
  inside.panels.forEach((panel, index) => {
    const grid = view.grids[panel.id];
    panelTitle(context, panel, grid, colours);
    if (panel.id === "out") drawWeightedSum(context, view, panel, grid, colours);
    else drawGrid(context, view, grid, { ...panel, across: false }, colours);
    if (panel.id === "masked") hatchMasked(context, panel.x, panel.y, panel.w, panel.h, view.data.rows.length, colours);
    if (grid.heads) frameHead(context, view, panel, grid, colours);
    rowTick(context, view, panel, colours);
    const under = panel.y + panel.h + 14;
    context.textBaseline = "alphabetic";
    const font = `11px ${colours.font}`;
    label(context, shape(grid, data), panel.x, under, font, colours.mute, "left", panel.w + 10);
    if (panel.w > 104) label(context, scaleText(grid), panel.x + panel.w, under, font, colours.mute, "right", 60);
    else label(context, scaleText(grid), panel.x, under + 13, font, colours.mute, "left", 60);
    if (index) drawArrow(context, inside.panels[index - 1], panel, view, colours);
  });
}

const shape = (grid, data) => `${data.texts.n_tokens} × ${grid.size.toLocaleString("en")}`;

// The open gap of the overview, enlarged: lines from its corners to the frame around the panels.
function drawLens(context, view, colours) {
  const { data, overview: o, inside } = view;
  const gap = o.gaps[data.layer];
  const [width, bottom] = inside.size;
  const top = view.insideTop;
  context.fillStyle = colours.soft;
  context.strokeStyle = colours.accent;
  context.lineWidth = 1.4;
  if (!o.down) {
    const y = o.across + o.row * o.count + 54;
    context.beginPath();
    context.moveTo(gap.at + 1, y);
    context.bezierCurveTo(gap.at, y + 24, 4, y + 8, 4, top);
    context.lineTo(width - 4, top);
    context.bezierCurveTo(width - 4, y + 8, gap.at + gap.length, y + 24, gap.at + gap.length - 1, y);
    context.fill();
  }
  context.beginPath();
  context.roundRect(0.7, top, width - 1.4, bottom - top - 1, 8);
  context.stroke();
  context.textBaseline = "middle";
  label(context, data.texts.open, PANEL.edge, top + 18, `650 15px ${colours.font}`, colours.ink, "left", width);
}

function panelTitle(context, panel, grid, colours) {
  context.font = `600 12px ${colours.font}`;
  const lines = wrapped(context, grid.title, panel.w + 8);
  context.textBaseline = "alphabetic";
  lines.forEach((line, index) => {
    const y = panel.y - 22 - 14 * (lines.length - 1 - index);
    label(context, line, panel.x, y, `600 12px ${colours.font}`, colours.ink, "left", panel.w + 12);
  });
  label(context, grid.symbol, panel.x, panel.y - 7, `12px ${colours.font}`, colours.mute, "left", panel.w + 10);
}

// At most two lines of whole words.
function wrapped(context, text, room) {
  const lines = [""];
  for (const word of text.split(" ")) {
    const longer = `${lines.at(-1)} ${word}`.trim();
    if (lines.length < 2 && lines[0] && context.measureText(longer).width > room) lines.push(word);
    else lines[lines.length - 1] = longer;
  }
  return lines;
}

// The values, lines as wide as the weights to the chosen row, and what comes of it for every row.
function drawWeightedSum(context, view, panel, grid, colours) {
  const { data } = view;
  const [values, lines] = [panel.w * 0.28, panel.w * 0.32];
  drawGrid(context, view, view.grids.v, { ...panel, w: values, across: false }, colours);
  const row = panel.h / grid.rows;
  const to = panel.y + (data.chosen + 0.5) * row;
  context.strokeStyle = colours.accent;
  for (let from = 0; from <= data.chosen; from++) {
    const weight = view.weights[data.layer * grid.rows + from];
    if (weight < 0.004) continue;
    const y = panel.y + (from + 0.5) * row;
    context.globalAlpha = clamp(0.25 + weight, 0, 0.95);
    context.lineWidth = 0.5 + 6 * weight;
    context.beginPath();
    context.moveTo(panel.x + values + 1, y);
    context.bezierCurveTo(panel.x + values + lines * 0.5, y, panel.x + values + lines * 0.5, to, panel.x + values + lines - 1, to);
    context.stroke();
  }
  context.globalAlpha = 1;
  drawGrid(context, view, grid, { ...panel, x: panel.x + values + lines, w: panel.w - values - lines, across: false }, colours);
}

// The chosen head's part of all heads, its neighbours' borders pale.
function frameHead(context, view, panel, grid, colours) {
  const each = panel.w / grid.heads;
  context.fillStyle = colours.page;
  for (let head = 1; head < grid.heads; head++) context.fillRect(panel.x + head * each - 0.75, panel.y, 1.5, panel.h);
  outline(context, colours.ink, 2, panel.x + view.data.head * each, panel.y - 1, each, panel.h + 2);
}

// Where the chosen row is: a small mark on both sides.
function rowTick(context, view, panel, colours) {
  const row = panel.h / view.data.rows.length;
  const y = panel.y + (view.data.chosen + 0.5) * row;
  const size = clamp(row * 0.5, 3, 5);
  context.fillStyle = colours.ink;
  for (const [x, way] of [[panel.x - 2, -1], [panel.x + panel.w + 2, 1]]) {
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(x + way * size, y - size * 0.8);
    context.lineTo(x + way * size, y + size * 0.8);
    context.fill();
  }
}

// From one panel to the next: an arrow, or a sum to which the older vector comes. At a line's end it turns around.
function drawArrow(context, from, to, view, colours) {
  const middle = to.y + to.h / 2;
  context.strokeStyle = colours.mute;
  context.fillStyle = colours.mute;
  context.lineWidth = 1.4;
  if (from.line !== to.line) {
    const [between, start] = [from.y + from.h + PANEL.foot + PANEL.below / 2 - 2, from.x + from.w + 9];
    const right = Math.min(start, view.inside.size[0] - 5);
    context.globalAlpha = 0.5;
    context.beginPath();
    context.moveTo(from.x + from.w + 3, from.y + from.h / 2);
    context.lineTo(right, from.y + from.h / 2);
    context.lineTo(right, between);
    context.lineTo(5, between);
    context.lineTo(5, middle);
    context.lineTo(to.x - 2, middle);
    context.stroke();
    context.globalAlpha = 1;
    return;
  }
  if (to.arrow < 20) return;
  const [x0, x1] = [from.x + from.w + 8, to.x - 8];
  context.beginPath();
  context.moveTo(x0, middle);
  context.lineTo(x1, middle);
  context.stroke();
  context.beginPath();
  context.moveTo(x1 + 3, middle);
  context.lineTo(x1 - 4, middle - 4);
  context.lineTo(x1 - 4, middle + 4);
  context.fill();
  if (!to.plus) return;
  const x = (x0 + x1) / 2 - 2;
  plusNode(context, x, middle, 6, colours);
  context.textBaseline = "alphabetic";
  label(context, to.plus, x, middle - 11, `600 12px ${colours.font}`, colours.ink, "center", 40);
}
