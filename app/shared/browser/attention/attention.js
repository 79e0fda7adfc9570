// Every head as a small map on one board, and one head large: as a map, as arcs from the chosen token, or in stages.
// All weights arrive once, so pointing at a head or a cell asks nobody. Before this: board.js, cells.js, lit.js,
// names.js, pictures.js, switch.js.

const POOLED = "A click chooses the token; a shorter text has cells that open.";
const NARROW = 520; // below this width the board stands above the head; in a hall (large type) both must be in sight

// root -> { data, arrays, pictures, what is pointed at: hovered head, cell, point; position, ahead of the server's }
const views = new WeakMap();

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = views.get(root) ?? {};
  views.set(root, view);
  Object.assign(view, {
    data,
    hovered: null,
    part: null,
    named: view.named < data.tokens.length ? view.named : null,
    position: data.position,
    pictures: {},
    send: setTriggerValue,
    board: unpack(data.board, Uint8Array),
    map: unpack(data.map, Float32Array),
    row: unpack(data.row, Float32Array),
    scores: data.scores && unpack(data.scores, Float32Array),
    worth: data.worth && unpack(data.worth, Float32Array),
  });
  view.most = mostWorth(view);
  const board = make(root, "board");
  write(make(board, "title", "h3"), data.board_title);
  write(make(board, "subtitle", "p"), data.board_note);
  listenToBoard(root, view, make(board, "canvas", "canvas"));
  const head = make(root, "head");
  make(head, "title", "h3");
  write(make(head, "subtitle", "p"), data.map_note);
  listenToHead(root, view, make(head, "canvas", "canvas"));
  make(head, "readout", "p").setAttribute("aria-live", "polite");
  onResize(root, () => draw(root, views.get(root)));
  onLight(root, () => drawHead(root, views.get(root), palette(root)));
  draw(root, view);
}

function draw(root, view) {
  const colours = palette(root);
  root.classList.toggle("narrow", widthOf(root) < NARROW);
  drawBoard(root, view, colours);
  drawHead(root, view, colours);
  drawn(root, view.data);
}

function drawHead(root, view, colours) {
  const { data } = view;
  const what = shown(view);
  const summed = data.summary && !what.preview;
  const role = summed ? "" : data.roles[what.layer * data.n_head + what.head];
  const title = root.querySelector(".head .title");
  write(make(title, "name", "span"), summed ? data.summary : `Layer ${what.layer + 1}, head ${what.head + 1}`);
  const badge = make(title, "badge", "span");
  const preview = data.cells < data.tokens.length ? `preview, ${data.cells} cells a side` : "preview";
  const gone = !summed && (isOff(data, "head", what.layer, what.head) || isOff(data, "attention", what.layer));
  const worth = summed ? null : worthOf(view, ["head", what.layer, what.head]);
  const said = [gone && "switched off", role, worth !== null && worthText(worth), what.preview && preview];
  write(badge, said.filter(Boolean).join(" · "));
  badge.hidden = !badge.textContent;
  const canvas = root.querySelector(".head .canvas");
  const width = widthOf(root.querySelector(".head"));
  if (data.view === "stages" && view.scores && !what.preview) drawStages(canvas, view, width, colours);
  else if (data.view === "arcs" && !what.preview) drawArcs(canvas, view, width, colours);
  else drawMap(canvas, view, width, what, colours);
  write(root.querySelector(".head .readout"), readout(view));
}

const worthText = (nats) => `without it ${nats < 0 ? "+" : "−"}${Math.abs(nats).toFixed(2)} nats`;

function readout(view) {
  const { data, named, part } = view;
  if (named !== null && named !== undefined) return switchHint(data, ["token", named], data.tokens[named]);
  if (part && (data.switching || part[0] !== "head")) {
    const worth = part[0] === "head" ? null : worthOf(view, part);
    return switchHint({ ...data, switching: true }, part) + (worth === null ? "" : ` The text, ${worthText(worth)}.`);
  }
  return view.cell ? describe(view, ...view.cell) : data.hint;
}

// ---- pointing at the large picture -----------------------------------------------------------------------------

function listenToHead(root, view, canvas) {
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", view.data.map_alt);
  const redraw = () => drawHead(root, view, palette(root));
  const pointAt = (point) => {
    const cell = point && cellAt(view, ...point);
    const named = point && canHide(view) ? nameAt(view, ...point) : null;
    const moved = String(cell) !== String(view.cell) || named !== view.named;
    Object.assign(view, { point, cell, named });
    if (moved) pointed();
  };
  // Other pieces show what is pointed at here.
  const pointed = () => {
    const cell = view.cell && openable(view, view.cell);
    light("pointed", cell ? [cell] : []);
    redraw();
  };
  // The number opens, and its row is chosen; of a pooled map the row alone.
  const pick = () => {
    if (!view.cell) return;
    const cell = openable(view, view.cell);
    const position = cell?.[3] ?? Math.floor(((view.cell[0] + 0.5) * view.data.tokens.length) / view.geometry.n);
    const moves = position !== view.position;
    view.position = position;
    redraw();
    if (cell) view.send("cell", cell);
    else if (moves) view.send("position", position);
  };
  canvas.onpointermove = (event) => pointAt(pointer(event));
  canvas.onpointerleave = () => pointAt(null);
  canvas.onblur = () => {
    if (!view.point) pointAt(null);
  };
  canvas.onclick = (event) => {
    pointAt(pointer(event));
    const named = nameAt(view, ...pointer(event));
    if (named !== null && switches(view.data, event)) view.send("switch", ["token", named]);
    else pick();
  };
  canvas.onkeydown = (event) => {
    if (isSwitchKey(event)) view.send("switch", ["head", view.data.layer, view.data.head]);
    else if (event.key === "Enter" || event.key === " ") pick();
    else if (ARROWS[event.key]) Object.assign(view, { point: null, cell: neighbour(view, ...ARROWS[event.key]) });
    else return;
    event.preventDefault();
    pointed();
  };
}

// The cell that an arrow key leads to; the first key starts from the chosen token itself.
function neighbour(view, down, right) {
  const { kind, n } = view.geometry;
  const chosen = rowOf(view, n);
  const [i, j, stage = STAGES.length - 1] = view.cell ?? [chosen, chosen];
  if (kind === "stages") {
    // Over the edge lies the stage before or after this one.
    const other = j + right < 0 ? stage - 1 : j + right >= n ? stage + 1 : stage;
    const stays = other === stage || !STAGES[other];
    const column = stays ? clamp(j + right, 0, n - 1) : right < 0 ? n - 1 : 0;
    return [clamp(i + down, 0, n - 1), column, stays ? stage : other];
  }
  const row = clamp(kind === "arcs" ? i + right : i + down, 0, n - 1);
  return [row, kind === "arcs" ? row : clamp(j + right, 0, row)];
}

// [row, column] under the pointer; in the arcs, [token, token]; in the stages, [row, column, stage].
function cellAt(view, x, y) {
  const g = view.geometry;
  let cell;
  if (g.kind === "arcs") {
    const at = Math.floor((x - 15) / g.step);
    cell = [at, at];
  } else if (g.kind === "stages") {
    const [px, py] = [(x % (g.panel + 14)) - 1, (y % (g.size + 54)) - 22];
    const stage = Math.floor(y / (g.size + 54)) * g.columns + Math.floor(x / (g.panel + 14));
    cell = [Math.floor((py / g.size) * g.n), Math.floor((px / g.size) * g.n), stage];
  } else {
    const row = Math.floor((y - g.y) / g.cell);
    const column = Math.floor((x - g.x) / g.cell);
    cell = [row, column < g.n ? clamp(column, 0, Math.max(0, row)) : column];
  }
  return isInside(g, ...cell) ? cell : null;
}

function isInside({ kind, n }, i, j) {
  return i >= 0 && j >= 0 && i < n && j < n && (kind !== "map" || j <= i);
}

function describe(view, i, j) {
  const { data, geometry } = view;
  const name = (k) => `“${data.tokens[k]}”`;
  const names = ([first, last]) => (first >= last ? name(first) : `${name(first)} … ${name(last)}`);
  const [row, column] = [covered(view, i, geometry.n), covered(view, j, geometry.n)];
  if (geometry.kind === "arcs") {
    if (j > view.position) return `${name(view.position)} cannot see ${name(j)}: it comes later`;
    const weight = exactRow(view)?.[j];
    return weight === undefined ? data.hint : `${name(view.position)} listens to ${name(j)}: ${weight.toFixed(4)}`;
  }
  if (geometry.kind === "stages") {
    const values = STAGES.map((_, stage) => stageValue(view, stage, i, j));
    const text = values.map((value) => (Number.isFinite(value) ? value.toFixed(4) : "−∞"));
    return `${names(row)} → ${names(column)}:  ${text.join("  →  ")}`;
  }
  const what = shown(view);
  const weight = what.at(i, j);
  if (data.summary && !what.preview) return describeSum(view, names(row), names(column), weight);
  if (what.preview) return `${names(row)} listens to ${names(column)}: about ${weight.toFixed(2)}`; // sent as a byte
  if (geometry.n === data.tokens.length) return `${names(row)} listens to ${names(column)}: ${weight.toFixed(4)}`;
  const exact = i === rowOf(view, geometry.n) && exactRow(view);
  if (!exact) return `${names(row)} listens to ${names(column)}: at most ${weight.toFixed(4)}. ${POOLED}`;
  let strongest = column[0];
  for (let k = column[0]; k <= Math.min(column[1], view.position); k++) if (exact[k] > exact[strongest]) strongest = k;
  return `${name(view.position)} listens to ${names(column)}: most to ${name(strongest)}, ${exact[strongest].toFixed(4)}. ${POOLED}`;
}

// The same of the summary of all heads.
function describeSum(view, row, column, weight) {
  const known = view.geometry.n === view.data.tokens.length ? "" : "at most ";
  return `${row} draws on ${column} through all layers: ${known}${weight.toFixed(4)}`;
}
