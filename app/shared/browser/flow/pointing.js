// Pointing at the picture, by mouse, finger or keys.

function listen(view, canvas) {
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", view.data.texts.alt);
  canvas.onpointermove = (event) => pointAt(view, placeAt(view, ...pointer(event)));
  canvas.onpointerleave = () => pointAt(view, null);
  canvas.onblur = () => pointAt(view, null);
  canvas.onclick = (event) => {
    pointAt(view, placeAt(view, ...pointer(event)));
    if (!switches(view.data, event) || !switchHere(view, view.at)) pick(view);
  };
  canvas.onkeydown = (event) => {
    if (event.key === "Escape" && view.at) pointAt(view, null);
    else if (isSwitchKey(event) && view.at) switchHere(view, view.at);
    else if (event.key === "Enter" && view.at) pick(view);
    else if (view.at?.keys && ARROWS[event.key]) pointAt(view, neighbour(view, ...ARROWS[event.key]));
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") pointAt(view, entrance(view));
    else {
      walkKey(view, event);
      return;
    }
    event.preventDefault();
  };
}

// What is at a point: { place, row, column }, numbers before names before blocks.
function placeAt(view, x, y) {
  const inside = (place) => x >= place.x && y >= place.y && x < place.x + place.w && y < place.y + place.h;
  for (const kind of ["grid", "logit", "bar", "name", "gap"]) {
    const place = view.places.find((one) => one.kind === kind && inside(one));
    if (!place) continue;
    if (kind === "gap") return { place, row: halfOf(view, place, x, y) };
    if (kind !== "grid") return { place };
    const [along, down] = [(x - place.x) / place.w, (y - place.y) / place.h];
    const [row, column] = place.across ? [along, down] : [down, along];
    return { place, row: Math.floor(row * place.grid.rows), column: Math.floor(column * place.grid.cells) };
  }
  return null;
}

function pointAt(view, at) {
  const same = at?.place === view.at?.place && at?.row === view.at?.row && at?.column === view.at?.column;
  if (same && Boolean(at) === Boolean(view.at)) return;
  view.at = at;
  view.root.querySelector(".picture").style.cursor = at ? "pointer" : "default";
  write(make(make(view.root, "steps"), "readout", "p"), at ? describePlace(view, at) : view.data.texts.hint);
  view.pointing = true;
  light("pointed", at && placeName(view, at.place, at.row, at.column) ? [placeName(view, at.place, at.row, at.column)] : []);
  view.pointing = Boolean(at);
  drawMarks(view);
}

// What was pointed at before the picture was drawn anew, where it is now; null if it is gone.
function stillAt(view, before) {
  const { place, row, column } = view.at;
  const alike = (one) => one.kind === place.kind && one.id === place.id;
  const found = view.places.filter(alike)[before.filter(alike).indexOf(place)];
  if (!found || (place.kind === "grid" && (row >= found.grid.rows || column >= found.grid.cells))) return null;
  const at = { ...view.at, place: found };
  write(view.root.querySelector(".readout"), describePlace(view, at));
  return at;
}

// The name of the number there, or null.
function placeName(view, place, row, column) {
  const { data } = view;
  if (place.kind === "grid") {
    return Number.isNaN(valueAt(place.grid, row, column)) ? null : cellName(place.grid, data.rows, row, column);
  }
  const next = data.next[place.index];
  if (place.kind === "logit") return ["logit", data.position, next.id];
  return place.kind === "bar" ? next.cell : null;
}

function describePlace(view, at) {
  const { place, row, column } = at;
  const { data } = view;
  const switching = data.switching && switchText(view, at);
  if (switching) return switching;
  if (place.kind === "grid") return describeCell(place.grid, data.rows, row, column);
  const chosen = data.rows[data.chosen].label;
  if (place.kind === "gap") return gapText(view, place.layer, chosen);
  if (place.kind === "name") {
    const { label: name, first, last } = data.rows[place.row];
    return first === last ? `Token ${first + 1}, “${name}”: click to follow it` : `Tokens ${name}: click to follow the first of them`;
  }
  const next = data.next[place.index];
  if (place.kind === "logit") return `Logit of “${next.text}” after “${chosen}”: ${number(next.logit)}`;
  return `“${next.text}” after “${chosen}”: ${next.cut ? "cut" : `probability ${next.probability.toPrecision(4)}`}`;
}

function gapText(view, layer, chosen) {
  const { data } = view;
  const count = data.rows.length;
  const row = [...view.weights.subarray(layer * count, (layer + 1) * count)];
  const most = row.indexOf(Math.max(...row));
  const whose = layer === data.layer ? `head ${data.head + 1}` : "all heads on average";
  const took = `${whose}: most from “${data.rows[most].label}”, ${row[most].toFixed(2)}`;
  const lengths = `attention added a vector of length ${data.attention_length[layer].toFixed(2)}, the feed-forward network ${data.mlp_length[layer].toFixed(2)}`;
  return `Block ${layer + 1} turned “${chosen}” by ${data.turned[layer].toFixed(1)}°; ${lengths}. ${took}.`;
}

function pick(view) {
  const { data, at } = view;
  if (!at) return;
  const { place } = at;
  if (place.kind === "gap") {
    if (place.layer !== data.layer) view.send("layer", place.layer);
  } else if (place.kind === "name") {
    view.send("position", data.rows[place.row].first);
  } else {
    const name = placeName(view, place, at.row, at.column);
    const head = place.grid?.heads ? name[2] : data.head;
    if (head !== data.head) view.send("head", head);
    else if (name) view.send("cell", name);
  }
}

// Where the arrow keys begin: in the stage's own panel, in the chosen token's row.
function entrance(view) {
  const place = stagePlaces(view).find(({ kind }) => kind === "grid") ?? view.places.find(({ kind }) => kind === "grid");
  return { place, row: view.data.chosen, column: 0, keys: true };
}

// The cell that an arrow key leads to; over a panel's left or right edge into the next panel.
function neighbour(view, down, right) {
  const { place, row, column } = view.at;
  const [rows, columns] = place.across ? [right, down] : [down, right];
  const to = { place, row: clamp(row + rows, 0, place.grid.rows - 1), column: column + columns, keys: true };
  if (to.column >= 0 && to.column < place.grid.cells) return to;
  const grids = view.places.filter(({ kind }) => kind === "grid");
  const next = grids[grids.indexOf(place) + Math.sign(columns)];
  if (!next) return view.at;
  return { place: next, row: to.row, column: columns > 0 ? 0 : next.grid.cells - 1, keys: true };
}
