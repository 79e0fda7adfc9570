// Every head as a small map on one board, and one head large: as a map, as arcs from the chosen token, or in stages.
// All weights arrive once, so hovering a head or a cell asks nobody.

const views = new WeakMap(); // root -> { data, arrays, hovered, send }

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = views.get(root) ?? {};
  views.set(root, view);
  Object.assign(view, {
    data,
    hovered: null,
    send: setTriggerValue,
    board: unpack(data.board, Uint8Array),
    map: unpack(data.map, Float32Array),
    row: unpack(data.row, Float32Array),
    scores: data.scores && unpack(data.scores, Float32Array),
  });
  const board = make(root, "board");
  write(make(board, "title", "h3"), data.board_title);
  write(make(board, "subtitle", "p"), data.board_note);
  listenToBoard(root, view, make(board, "canvas", "canvas"));
  const head = make(root, "head");
  make(head, "title", "h3");
  write(make(head, "subtitle", "p"), data.map_note);
  listenToMap(root, view, make(head, "canvas", "canvas"));
  make(head, "readout", "p").setAttribute("aria-live", "polite");
  onResize(root, () => draw(root, views.get(root)));
  draw(root, view);
}

function draw(root, view) {
  const colours = palette(root);
  drawBoard(root, view, colours);
  drawHead(root, view, colours);
  drawn(root, view.data);
}

const lower = (i, j) => (i * (i + 1)) / 2 + j;

// ---- the board -----------------------------------------------------------------------------------------------

const EDGE = 18; // room for layer and head numbers

function boardGeometry(root, view) {
  const { n_layer, n_head } = view.data;
  const width = widthOf(root.querySelector(".board"));
  const size = clamp(Math.floor((width - EDGE) / n_head), 12, 54);
  return { size, width: EDGE + size * n_head, height: EDGE + size * n_layer };
}

function drawBoard(root, view, colours) {
  const { n_layer, n_head, cells, layer, head } = view.data;
  const { size, width, height } = boardGeometry(root, view);
  const context = prepare(root.querySelector(".board .canvas"), width, height);
  const inner = size - 5;
  const picture = headPictures(view, colours.accent);
  context.imageSmoothingEnabled = cells > inner;
  context.font = `11px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  for (let l = 0; l < n_layer; l++) {
    context.fillStyle = colours.mute;
    context.fillText(String(l + 1), EDGE / 2 - 1, EDGE + (l + 0.5) * size);
    for (let h = 0; h < n_head; h++) {
      if (l === 0) {
        context.fillStyle = colours.mute;
        context.fillText(String(h + 1), EDGE + (h + 0.5) * size, EDGE / 2 - 1);
      }
      const [x, y] = [EDGE + h * size + 2, EDGE + l * size + 2];
      context.fillStyle = colours.soft;
      context.fillRect(x, y, inner + 1, inner + 1);
      context.drawImage(picture, h * cells, l * cells, cells, cells, x, y, inner + 1, inner + 1);
      if (view.data.roles[l * n_head + h]) {
        context.fillStyle = colours.hot;
        context.beginPath();
        context.arc(x + inner - 4, y + 5, 2.5, 0, 7);
        context.fill();
      }
    }
  }
  outline(context, size, layer, head, colours.hot, 2.5);
  if (view.hovered) outline(context, size, ...view.hovered, colours.accent, 2);
}

function outline(context, size, layer, head, colour, width) {
  context.strokeStyle = colour;
  context.lineWidth = width;
  context.strokeRect(EDGE + head * size + 1, EDGE + layer * size + 1, size - 3, size - 3);
}

// All heads side by side, one pixel per cell; drawn once per data and colour.
function headPictures(view, colour) {
  if (view.pictureOf === view.board && view.pictureColour === colour) return view.picture;
  const { n_layer, n_head, cells } = view.data;
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [n_head * cells, n_layer * cells];
  const context = canvas.getContext("2d");
  const image = context.createImageData(canvas.width, canvas.height);
  context.fillStyle = colour;
  const [r, g, b] = [1, 3, 5].map((at) => parseInt(context.fillStyle.slice(at, at + 2), 16));
  const perHead = (cells * (cells + 1)) / 2;
  for (let n = 0; n < n_layer * n_head; n++) {
    const [top, left] = [Math.floor(n / n_head) * cells, (n % n_head) * cells];
    for (let i = 0; i < cells; i++) {
      for (let j = 0; j <= i; j++) {
        const value = view.board[n * perHead + lower(i, j)];
        image.data.set([r, g, b, 16 + (value * 239) / 255], 4 * ((top + i) * canvas.width + left + j));
      }
    }
  }
  context.putImageData(image, 0, 0);
  Object.assign(view, { picture: canvas, pictureOf: view.board, pictureColour: colour });
  return canvas;
}

function listenToBoard(root, view, canvas) {
  const { n_layer, n_head } = view.data;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", view.data.board_alt);
  const headAt = (event) => {
    const { size } = boardGeometry(root, view);
    const [head, layer] = pointer(event).map((at) => Math.floor((at - EDGE) / size));
    return layer >= 0 && head >= 0 && layer < n_layer && head < n_head ? [layer, head] : null;
  };
  const hover = (chosen) => {
    if (String(chosen) === String(view.hovered)) return;
    view.hovered = chosen;
    const colours = palette(root);
    drawBoard(root, view, colours);
    drawHead(root, view, colours);
  };
  const keep = (chosen) => {
    hover(chosen);
    view.send("head", chosen);
  };
  canvas.onpointermove = (event) => hover(headAt(event));
  canvas.onpointerleave = () => hover(null);
  canvas.onclick = (event) => headAt(event) && keep(headAt(event));
  canvas.onkeydown = (event) => {
    const move = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] }[event.key];
    if (!move) return;
    event.preventDefault();
    const [layer, head] = view.hovered ?? [view.data.layer, view.data.head];
    keep([clamp(layer + move[0], 0, n_layer - 1), clamp(head + move[1], 0, n_head - 1)]);
  };
}

// ---- one head, large -----------------------------------------------------------------------------------------

// What is shown: the chosen head exactly, or the hovered one from the board.
function shown(view) {
  const { data } = view;
  const previews = view.hovered && String(view.hovered) !== String([data.layer, data.head]);
  if (!previews) return { layer: data.layer, head: data.head, n: data.map_cells, at: (i, j) => view.map[lower(i, j)] };
  const [layer, head] = view.hovered;
  const offset = ((layer * data.n_head + head) * data.cells * (data.cells + 1)) / 2;
  const at = (i, j) => view.board[offset + lower(i, j)] / 255;
  return { layer, head, n: data.cells, at, preview: true };
}

function drawHead(root, view, colours) {
  const { data } = view;
  const what = shown(view);
  const role = data.roles[what.layer * data.n_head + what.head];
  const title = root.querySelector(".head .title");
  write(make(title, "name", "span"), `Layer ${what.layer + 1}, head ${what.head + 1}`);
  const badge = make(title, "badge", "span");
  write(badge, what.preview ? `${role ? role + " · " : ""}preview` : role);
  badge.hidden = !badge.textContent;
  const canvas = root.querySelector(".head .canvas");
  const width = widthOf(root.querySelector(".head"));
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", data.map_alt);
  if (data.view === "stages" && view.scores && !what.preview) drawStages(canvas, view, width, colours);
  else if (data.view === "arcs" && !what.preview) drawArcs(canvas, view, width, colours);
  else drawMap(canvas, view, width, what, colours);
  if (!view.cell) write(root.querySelector(".head .readout"), view.data.hint);
}

// The tokens that cell i of n stands for.
function span(view, i, n) {
  const tokens = view.data.tokens;
  const [first, last] = [Math.floor((i * tokens.length) / n), Math.ceil(((i + 1) * tokens.length) / n) - 1];
  return first >= last ? `“${tokens[first]}”` : `“${tokens[first]}” … “${tokens[last]}”`;
}

const rowOf = (view, n) => Math.floor((view.data.position * n) / view.data.tokens.length);

function drawMap(canvas, view, width, what, colours) {
  const { n } = what;
  const named = n === view.data.tokens.length;
  const probe = canvas.getContext("2d");
  probe.font = `13px ${colours.font}`;
  const longest = Math.max(...view.data.tokens.map((token) => probe.measureText(token).width));
  const gutter = named ? clamp(longest + 10, 24, 104) : 8;
  const cell = clamp(Math.min((width - gutter - 6) / n, 312 / n), 2, 30);
  const below = named && cell >= 11 ? Math.min(longest, 84) * 0.87 + 12 : 6;
  const size = cell * n;
  const context = prepare(canvas, width, size + below + 4);
  view.geometry = { x: gutter, y: 2, cell, n };
  const [x0, y0] = [gutter, 2];
  context.fillStyle = colours.accent;
  const gap = cell > 8 ? 1 : 0;
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      context.globalAlpha = Math.min(1, 0.05 + 0.95 * what.at(i, j));
      context.fillRect(x0 + j * cell, y0 + i * cell, cell - gap, cell - gap);
    }
  }
  context.globalAlpha = 1;
  const chosen = rowOf(view, n);
  context.font = `${clamp(cell, 9, 13)}px ${colours.font}`;
  if (named && cell >= 8) {
    context.textBaseline = "middle";
    view.data.tokens.forEach((token, i) => {
      context.fillStyle = i === chosen ? colours.hot : colours.mute;
      context.textAlign = "right";
      context.fillText(fit(context, token, gutter - 10), x0 - 6, y0 + (i + 0.5) * cell);
      if (cell < 11) return;
      context.save();
      context.translate(x0 + (i + 0.5) * cell, y0 + size + 6);
      context.rotate(-Math.PI / 3);
      context.fillText(fit(context, token, 84), 0, 0);
      context.restore();
    });
  }
  context.strokeStyle = colours.hot;
  context.lineWidth = 2;
  context.strokeRect(x0 - 1, y0 + chosen * cell - 1, (chosen + 1) * cell + 1, cell + 1);
  if (!what.preview) listStrongest(context, view, x0, size, width, colours);
}

// The chosen token's largest weights, in the corner that the mask leaves empty.
function listStrongest(context, view, x0, size, width, colours) {
  const { tokens, position } = view.data;
  const order = [...view.row.keys()].sort((a, b) => view.row[b] - view.row[a]).slice(0, 4);
  const x = x0 + size * 0.5 + 24;
  if (size < 150 || width - x < 90) return;
  context.font = `13px ${colours.font}`;
  context.textAlign = "left";
  context.textBaseline = "middle";
  context.fillStyle = colours.mute;
  order.forEach((j, line) => {
    const value = view.row[j].toFixed(2);
    const names = fit(context, `${tokens[position]} → ${tokens[j]}`, width - x - 44);
    context.fillText(`${names}  ${value}`, x, 14 + 20 * line);
  });
}

function drawArcs(canvas, view, width, colours) {
  const { tokens, position } = view.data;
  const step = Math.min(46, (width - 30) / tokens.length);
  const [base, x] = [230, (i) => 15 + (i + 0.5) * step];
  const context = prepare(canvas, width, base + 96);
  view.geometry = { arcs: true, step };
  context.lineCap = "round";
  context.strokeStyle = colours.accent;
  view.row.forEach((weight, j) => {
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
  context.font = `13px ${colours.font}`;
  context.textAlign = "right";
  context.textBaseline = "middle";
  tokens.forEach((token, i) => {
    const isChosen = i === position;
    if (step < 11 && !isChosen) return;
    context.save();
    context.translate(x(i), base + 8);
    context.rotate(-Math.PI / 3);
    context.fillStyle = isChosen ? colours.hot : i < position ? colours.ink : colours.mute;
    context.fillText(fit(context, token, 90), 0, 0);
    context.restore();
  });
}

const STAGES = ["1 · q · k", "2 · divided by √d", "3 · later tokens masked", "4 · softmax: the weights"];

function drawStages(canvas, view, width, colours) {
  const n = view.data.tokens.length;
  const columns = width < 600 ? 2 : 4;
  const panel = (width - 14 * (columns - 1)) / columns;
  const size = Math.min(panel, 300);
  const context = prepare(canvas, width, (size + 54) * (4 / columns));
  view.geometry = { stages: true, panel, size, columns, n };
  const chosen = view.data.position;
  STAGES.forEach((title, stage) => {
    const [x0, y0] = [(stage % columns) * (panel + 14), Math.floor(stage / columns) * (size + 54) + 22];
    const values = Array.from({ length: n * n }, (_, k) => stageValue(view, stage, Math.floor(k / n), k % n));
    const scale = Math.max(...values.filter(Number.isFinite).map(Math.abs), 1e-9);
    context.font = `600 13px ${colours.font}`;
    context.fillStyle = colours.ink;
    context.textAlign = "left";
    context.textBaseline = "alphabetic";
    context.fillText(fit(context, title, panel), x0, y0 - 8);
    const cell = size / n;
    const gap = cell > 8 ? 1 : 0;
    values.forEach((value, k) => {
      const [i, j] = [Math.floor(k / n), k % n];
      const masked = !Number.isFinite(value);
      context.fillStyle = masked ? colours.line : value < 0 ? colours.hot : colours.accent;
      context.globalAlpha = masked ? 0.5 : stage === 3 && j > i ? 0 : 0.05 + (0.95 * Math.abs(value)) / scale;
      context.fillRect(x0 + j * cell, y0 + i * cell, cell - gap, cell - gap);
    });
    context.globalAlpha = 1;
    context.strokeStyle = colours.hot;
    context.lineWidth = 1.5;
    context.strokeRect(x0 - 0.5, y0 + chosen * cell - 0.5, size + 1, cell + 1);
    context.font = `12px ${colours.font}`;
    context.fillStyle = colours.mute;
    const range = stage === 3 ? `0 to ${scale.toFixed(2)}` : `−${scale.toFixed(1)} to +${scale.toFixed(1)}`;
    context.fillText(range, x0, y0 + size + 16);
  });
}

function stageValue(view, stage, i, j) {
  const score = view.scores[i * view.data.tokens.length + j];
  if (stage === 0) return score * view.data.sqrt_d;
  if (stage === 1) return score;
  if (j > i) return stage === 2 ? -Infinity : 0;
  return stage === 2 ? score : view.map[lower(i, j)];
}

// ---- pointing at the large picture -----------------------------------------------------------------------------

function listenToMap(root, view, canvas) {
  const point = (event) => {
    view.cell = cellAt(view, ...pointer(event));
    write(root.querySelector(".head .readout"), view.cell ? describe(view, ...view.cell) : view.data.hint);
  };
  canvas.onpointermove = point;
  canvas.onpointerleave = () => {
    view.cell = null;
    write(root.querySelector(".head .readout"), view.data.hint);
  };
  canvas.onclick = (event) => {
    point(event);
    if (!view.cell) return;
    const n = view.geometry.n ?? view.data.tokens.length;
    const position = Math.floor(((view.cell[0] + 0.5) * view.data.tokens.length) / n);
    if (position !== view.data.position) view.send("position", position);
  };
}

// [row, column] under the pointer; in the arcs, [token, token].
function cellAt(view, x, y) {
  const g = view.geometry;
  const tokens = view.data.tokens.length;
  if (g.arcs) {
    const at = Math.floor((x - 15) / g.step);
    return at >= 0 && at < tokens ? [at, at] : null;
  }
  if (g.stages) {
    const [px, py] = [x % (g.panel + 14), (y % (g.size + 54)) - 22];
    const [i, j] = [Math.floor((py / g.size) * g.n), Math.floor((px / g.size) * g.n)];
    return i >= 0 && j >= 0 && i < g.n && j < g.n ? [i, j] : null;
  }
  const [i, j] = [Math.floor((y - g.y) / g.cell), Math.floor((x - g.x) / g.cell)];
  return i >= 0 && i < g.n && j < g.n ? [i, clamp(j, 0, i)] : null;
}

function describe(view, i, j) {
  const { data, geometry } = view;
  if (geometry.arcs) {
    const listens = j <= data.position ? ` listens to “${data.tokens[j]}”: ${view.row[j].toFixed(4)}` : " cannot see it";
    return `“${data.tokens[data.position]}”${listens}`;
  }
  if (geometry.stages) {
    const values = STAGES.map((_, stage) => stageValue(view, stage, i, j));
    const text = values.map((value) => (Number.isFinite(value) ? value.toFixed(3) : "−∞"));
    return `${span(view, i, geometry.n)} → ${span(view, j, geometry.n)}:  ${text.join("  →  ")}`;
  }
  const value = shown(view).at(i, j);
  const most = geometry.n < data.tokens.length ? "at most " : "";
  return `${span(view, i, geometry.n)} listens to ${span(view, j, geometry.n)}: ${most}${value.toFixed(4)}`;
}
