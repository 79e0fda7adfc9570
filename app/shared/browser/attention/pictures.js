// One head, large: as a map, as arcs from the chosen token, or in the four stages of its making.

const MAP_SIDE = 312; // of the map, so that a sentence needs no scrolling

// What is shown: the chosen head exactly, or the hovered one from the board.
function shown(view) {
  const { data } = view;
  const previews = view.hovered && (data.summary || String(view.hovered) !== String([data.layer, data.head]));
  if (!previews) return { layer: data.layer, head: data.head, n: data.map_cells, at: (i, j) => view.map[lower(i, j)] };
  const [layer, head] = view.hovered;
  const offset = (layer * data.n_head + head) * lower(data.cells, 0);
  return { layer, head, n: data.cells, at: (i, j) => view.board[offset + lower(i, j)] / 255, preview: true };
}

// The chosen token's exact weights; null until the server sends those of a token just clicked in a pooled map.
function exactRow(view) {
  const { position, tokens, map_cells } = view.data;
  if (view.position === position) return view.row;
  const start = lower(view.position, 0);
  return map_cells === tokens.length ? view.map.subarray(start, start + view.position + 1) : null;
}

// Where cell i of n begins and ends: [first, last] token.
function covered(view, i, n) {
  const count = view.data.tokens.length;
  return [Math.floor((i * count) / n), Math.ceil(((i + 1) * count) / n) - 1];
}

const rowOf = (view, n) => Math.floor((view.position * n) / view.data.tokens.length);

// Keeps where things are, and finds the cell under a resting pointer again: the picture may be another now.
function place(view, geometry) {
  view.geometry = geometry;
  if (view.point) view.cell = cellAt(view, ...view.point);
  else if (view.cell && !isInside(geometry, ...view.cell)) view.cell = null;
}

function drawMap(canvas, view, width, what, colours) {
  const { n } = what;
  const { tokens } = view.data;
  const named = n === tokens.length;
  const probe = canvas.getContext("2d");
  probe.font = `13px ${colours.font}`;
  const longest = named ? Math.max(...tokens.map((token) => probe.measureText(token).width)) : 0;
  const gutter = named ? clamp(longest + 10, 24, 104) : 8;
  const room = what.preview ? Math.min(MAP_SIDE, view.height - 10) : MAP_SIDE; // a preview must not move the page
  const cell = clamp(Math.min((width - gutter - 6) / n, room / n), 1, 30);
  const size = cell * n;
  const names = Math.min(longest, 84) * 0.87 + 12;
  const namesFit = named && cell >= 11 && !(what.preview && size + names + 3 > view.height);
  if (!what.preview) view.height = size + (namesFit ? names : 6) + 4;
  const context = prepare(canvas, width, view.height);
  const [x0, y0] = [gutter, 2];
  place(view, { kind: "map", n, x: x0, y: y0, cell });
  const shade = (i, j) => (j > i ? NaN : what.at(i, j));
  const name = `map ${what.preview ? "preview" : ""} ${what.layer} ${what.head}`;
  drawCells(context, kept(view, name, colours, () => cellPicture(n, n, shade, colours)), x0, y0, size);
  if (isOff(view.data, "head", what.layer, what.head) && !view.data.summary) strikeOut(context, x0, y0, size, size, colours, 0.35, true);
  const chosen = rowOf(view, n);
  if (named && cell >= 8) nameCells(context, view, { x0, y0, cell, size, gutter, chosen, below: namesFit }, colours);
  frameIfMeant(context, view, "attention", colours, x0 - 1, y0, size + 2, size);
  outline(context, colours.hot, 2, x0 - 1, y0 + chosen * cell - 1, (chosen + 1) * cell + 1, cell + 1);
  outlineLit(context, view, kindAt(view), { n, x0, y0, cell }, colours);
  if (view.cell) outline(context, colours.ink, 1.5, x0 + view.cell[1] * cell, y0 + view.cell[0] * cell, cell - 0.5);
  if (!what.preview) listStrongest(context, view, x0, size, width, colours);
}

function nameCells(context, view, { x0, y0, cell, size, gutter, chosen, below }, colours) {
  context.font = `${clamp(cell, 9, 13)}px ${colours.font}`;
  context.textBaseline = "middle";
  context.textAlign = "right";
  view.data.tokens.forEach((token, i) => {
    context.fillStyle = i === chosen ? colours.hot : colours.mute;
    const name = fit(context, token, gutter - 10);
    context.fillText(name, x0 - 6, y0 + (i + 0.5) * cell);
    strikeName(context, view, i, name, x0 - 6, y0 + (i + 0.5) * cell, colours);
    if (below) slanted(context, view, i, fit(context, token, 84), x0 + (i + 0.5) * cell, y0 + size + 6, colours);
  });
}

function slanted(context, view, index, text, x, y, colours) {
  context.save();
  context.translate(x, y);
  context.rotate(-Math.PI / 3);
  context.fillText(text, 0, 0);
  strikeName(context, view, index, text, 0, 0, colours);
  context.restore();
}

// The chosen token's largest weights, in the corner that the mask leaves empty.
function listStrongest(context, view, x0, size, width, colours) {
  const { tokens } = view.data;
  const row = exactRow(view);
  const x = x0 + size * 0.5 + 24;
  if (!row || size < 150 || width - x < 90) return;
  const order = [...row.keys()].sort((a, b) => row[b] - row[a]).slice(0, 4);
  context.font = `13px ${colours.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = colours.mute;
  order.forEach((j, line) => {
    const names = fit(context, `${tokens[view.position]} → ${tokens[j]}`, width - x - 44);
    context.fillText(`${names}  ${row[j].toFixed(2)}`, x, 14 + 20 * line);
  });
}

function drawArcs(canvas, view, width, colours) {
  const { tokens } = view.data;
  const { position } = view;
  const step = Math.min(46, (width - 30) / tokens.length);
  const [base, x] = [230, (i) => 15 + (i + 0.5) * step];
  view.height = base + 96;
  const context = prepare(canvas, width, view.height);
  place(view, { kind: "arcs", n: tokens.length, step, base });
  context.lineCap = "round";
  context.strokeStyle = colours.accent;
  exactRow(view)?.forEach((weight, j) => {
    if (weight < 0.004) return;
    const [middle, radius] = [(x(j) + x(position)) / 2, (x(position) - x(j)) / 2];
    context.globalAlpha = Math.min(1, 0.15 + weight);
    context.lineWidth = Math.max(0.7, weight * 14);
    context.beginPath();
    if (radius === 0) context.arc(x(j), base - 9, 7, 0, 7);
    else context.ellipse(middle, base, radius, Math.min(base - 10, 24 + radius * 0.8), 0, Math.PI, 0);
    context.stroke();
  });
  context.globalAlpha = 1;
  frameIfMeant(context, view, "attention", colours, 12, 4, tokens.length * step + 6, base);
  context.textAlign = "right";
  context.textBaseline = "middle";
  tokens.forEach((token, i) => {
    const [isChosen, isPointed] = [i === position, view.cell?.[0] === i];
    if (step < 11 && !isChosen && !isPointed) return;
    context.font = `${isPointed ? "600 " : ""}13px ${colours.font}`;
    context.fillStyle = isChosen ? colours.hot : isPointed ? colours.accent : i < position ? colours.ink : colours.mute;
    slanted(context, view, i, fit(context, token, 90), x(i), base + 8, colours);
  });
}

const STAGES = ["1 · q · k", "2 · divided by √d", "3 · later tokens masked", "4 · softmax: the weights"];

function drawStages(canvas, view, width, colours) {
  const n = view.data.tokens.length;
  const columns = width < 600 ? 2 : 4;
  const panel = (width - 14 * (columns - 1)) / columns;
  const size = Math.min(panel - 2, 300);
  const cell = size / n;
  view.height = (size + 54) * (4 / columns);
  const context = prepare(canvas, width, view.height);
  place(view, { kind: "stages", n, panel, size, columns });
  STAGES.forEach((title, stage) => {
    const [x0, y0] = [(stage % columns) * (panel + 14) + 1, Math.floor(stage / columns) * (size + 54) + 22];
    const { picture, scale } = kept(view, `stage ${stage}`, colours, () => stagePicture(view, stage, n, colours));
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.font = `600 13px ${colours.font}`;
    context.fillStyle = colours.ink;
    context.fillText(fit(context, title, panel), x0, y0 - 8);
    drawCells(context, picture, x0, y0, size);
    if (stage === 2) hatchMasked(context, x0, y0, size, size, n, colours);
    frameIfMeant(context, view, STAGE_KINDS[stage], colours, x0, y0, size);
    outline(context, colours.hot, 1.5, x0 - 0.5, y0 + view.position * cell - 0.5, size + 1, cell + 1);
    outlineLit(context, view, kindAt(view, stage), { n, x0, y0, cell }, colours);
    if (view.cell) outline(context, colours.ink, 1.5, x0 + view.cell[1] * cell, y0 + view.cell[0] * cell, cell);
    context.font = `12px ${colours.font}`;
    context.fillStyle = colours.mute;
    const range = stage === 3 ? `0 to ${scale.toFixed(2)}` : `−${scale.toFixed(1)} to +${scale.toFixed(1)}`;
    context.fillText(range, x0, y0 + size + 16);
  });
}

// One stage on its own scale: { picture, scale }.
function stagePicture(view, stage, n, colours) {
  const drawnHere = (i, j) => stage < 2 || j <= i;
  let scale = 1e-9;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      if (drawnHere(i, j)) scale = Math.max(scale, Math.abs(stageValue(view, stage, i, j)));
    }
  }
  const shade = (i, j) => (drawnHere(i, j) ? stageValue(view, stage, i, j) / scale : NaN);
  return { picture: cellPicture(n, n, shade, colours), scale };
}

function stageValue(view, stage, i, j) {
  const score = view.scores[i * view.data.tokens.length + j];
  if (stage === 0) return score * view.data.sqrt_d;
  if (stage === 1) return score;
  if (j > i) return stage === 2 ? -Infinity : 0;
  return stage === 2 ? score : view.map[lower(i, j)];
}
