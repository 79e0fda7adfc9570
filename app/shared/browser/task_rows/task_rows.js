// A task's rows as chips, a bar above each for how much [Extract] looks at it, which a click opens; below, every head's
// bars, small.

const views = new WeakMap(); // root -> { data, looks, chosen, hovered, send }
const CELL = { height: 34, gap: 5, edge: 18 };

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = {
    data,
    looks: data.looks.map((bytes) => unpack(bytes, Uint8Array)),
    chosen: data.chosen.map((bytes) => unpack(bytes, Float32Array)),
    hovered: null,
    send: setTriggerValue,
  };
  views.set(root, view);
  write(make(root, "title", "h3"), data.title);
  write(make(root, "note", "p"), data.note);
  legend(make(root, "legend"), data.legend);
  const rows = children(make(root, "rows"), data.rows.length, createRow);
  rows.forEach((row, index) => {
    write(row.firstElementChild, data.rows[index].title);
    drawChips(row.lastElementChild, data.rows[index].chips);
    listenToChips(row.lastElementChild, (at) => openable(views.get(root), index, at), index, setTriggerValue);
  });
  onLight(root, () => markChips(root, views.get(root)));
  markChips(root, view);
  drawBars(root, view);
  const heads = make(root, "heads");
  heads.hidden = !view.looks.length;
  write(make(heads, "title", "h3"), data.board_title);
  write(make(heads, "note", "p"), data.board_note);
  const canvas = make(heads, "board", "canvas");
  if (view.looks.length) {
    listen(root, view, canvas);
    onResize(root, () => drawBoard(root, views.get(root)));
    drawBoard(root, view);
  }
  drawn(root, data);
}

function legend(element, entries) {
  children(element, entries.length, () => document.createElement("span")).forEach((item, index) => {
    const [role, name, explanation] = entries[index];
    const [swatch, words] = children(item, 2, () => document.createElement("span"));
    swatch.className = `swatch ${role}`;
    write(swatch, name);
    write(words, explanation);
  });
}

function createRow() {
  const row = document.createElement("section");
  const title = document.createElement("h4");
  const chips = document.createElement("div");
  chips.className = "chips";
  row.append(title, chips);
  return row;
}

function drawChips(element, chips) {
  children(element, chips.length, createChip).forEach((chip, index) => {
    const { text, role, mark = "", detail } = chips[index];
    chip.className = `chip ${role} ${mark}`.trim();
    chip.dataset.detail = detail;
    write(chip.children[1], text);
    write(chip.children[2], String(index + 1));
  });
}

// The weight above a chip as gptcore.provenance names it; null behind [Extract], and where there is no prediction.
function openable({ data }, row, at) {
  const length = data.lengths[row] ?? 0;
  return at < length ? ["row", row, "attention", data.layer, data.head, length - 1, at] : null;
}

// One chip of a row is reached by Tab, the others by arrow keys.
function listenToChips(element, cellOf, row, send) {
  const chips = [...element.children];
  const reached = Math.max(0, chips.findIndex((chip) => chip.tabIndex === 0));
  chips.forEach((chip, at) => {
    const cell = cellOf(at);
    chip.tabIndex = cell && at === Math.min(reached, chips.length - 1) ? 0 : -1;
    chip.disabled = !cell;
    chip.onclick = () => send("cell", cell);
    chip.onpointerenter = chip.onfocus = () => light("pointed", namesOf(row, at, chip, cell));
    chip.onpointerleave = chip.onblur = () => light("pointed", []);
    chip.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowLeft: -1 }[event.key];
      const next = step && chips[at + step];
      if (!next || next.disabled) return;
      event.preventDefault();
      [chip.tabIndex, next.tabIndex] = [-1, 0];
      next.focus();
    };
  });
}

// What a chip stands for: its weight, a token of a row and, at [Extract], the state that the task's layer reads.
function namesOf(row, at, chip, cell) {
  const names = [["row", row, "token", at]];
  if (chip.classList.contains("extract")) names.push(["row", row, "final", at]);
  return cell ? [cell, ...names] : names;
}

function markChips(root, view) {
  root.querySelectorAll(".chips").forEach((element, row) => {
    element.classList.toggle("meant", isMeant([["row", row, "token"]])); // by a formula, all of them
    const isState = isMeant([["row", row, "final"]]);
    element.querySelectorAll(".extract").forEach((chip) => chip.classList.toggle("meant", isState));
    [...element.children].forEach((chip, at) => {
      const cell = openable(view, row, at);
      for (const what of ["opened", "pointed"]) chip.classList.toggle(what, Boolean(cell) && isLit(what, cell));
    });
  });
}

function createChip() {
  const chip = tokenButton();
  const bar = document.createElement("span");
  bar.className = "bar";
  bar.append(document.createElement("b"));
  chip.prepend(bar);
  return chip;
}

// The bars above the chips: of the head under the pointer, else of the chosen one.
function drawBars(root, view) {
  const { layer, head } = view.data;
  const [l, h] = view.hovered ?? [layer, head];
  root.querySelectorAll(".chips").forEach((element, row) => {
    const weights = view.hovered ? hoveredWeights(view, row, l, h) : view.chosen[row];
    const largest = weights ? Math.max(...weights, 1e-9) : 1;
    [...element.children].forEach((chip, index) => {
      const weight = weights?.[index];
      const known = weight !== undefined;
      chip.firstElementChild.hidden = !weights;
      chip.firstElementChild.firstElementChild.style.height = known ? `${(100 * weight) / largest}%` : "0";
      chip.ariaLabel = chip.title = chip.dataset.detail + (known ? `\nweight ${weight.toFixed(3)} (layer ${l + 1}, head ${h + 1})` : "");
    });
  });
}

function hoveredWeights(view, row, layer, head) {
  const bytes = view.looks[row];
  const n = bytes.length / (view.data.n_layer * view.data.n_head);
  const start = (layer * view.data.n_head + head) * n;
  return [...bytes.subarray(start, start + n)].map((value) => value / 255);
}

function geometry(root, view) {
  const { n_layer, n_head } = view.data;
  const width = clamp((widthOf(root) - CELL.edge) / n_head, 24, 190);
  return { width, height: CELL.height, total: [CELL.edge + width * n_head, CELL.edge + CELL.height * n_layer] };
}

// One cell per head: the rows' bars side by side, coloured by role.
function drawBoard(root, view) {
  const { n_layer, n_head, rows, layer, head } = view.data;
  const { width, height, total } = geometry(root, view);
  const context = prepare(root.querySelector(".board"), ...total);
  const colours = palette(root);
  const roles = rows.map((row, r) => [...root.querySelectorAll(".chips")[r].children].map(colourOf));
  context.font = `11px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colours.mute;
  for (let l = 0; l < n_layer; l++) context.fillText(String(l + 1), CELL.edge / 2 - 1, CELL.edge + (l + 0.5) * height);
  for (let h = 0; h < n_head; h++) context.fillText(String(h + 1), CELL.edge + (h + 0.5) * width, CELL.edge / 2 - 1);
  for (let l = 0; l < n_layer; l++) {
    for (let h = 0; h < n_head; h++) {
      const [x, y] = [CELL.edge + h * width, CELL.edge + l * height];
      context.fillStyle = colours.soft;
      context.fillRect(x + 2, y + 2, width - CELL.gap, height - CELL.gap);
      drawHead(context, view, roles, l, h, x + 2, y + 2, width - CELL.gap, height - CELL.gap);
    }
  }
  const frame = (l, h, colour, line) => {
    context.strokeStyle = colour;
    context.lineWidth = line;
    context.strokeRect(CELL.edge + h * width + 1, CELL.edge + l * height + 1, width - CELL.gap + 2, height - CELL.gap + 2);
  };
  frame(layer, head, colours.hot, 2);
  if (view.hovered) frame(...view.hovered, colours.accent, 2);
}

function drawHead(context, view, roles, layer, head, x, y, width, height) {
  const each = width / roles.length;
  roles.forEach((colours, row) => {
    const weights = hoveredWeights(view, row, layer, head);
    const step = each / weights.length;
    const largest = Math.max(...weights, 1e-9);
    weights.forEach((weight, index) => {
      context.fillStyle = colours[index];
      const tall = (weight / largest) * height;
      context.fillRect(x + row * each + index * step, y + height - tall, Math.max(step - 0.5, 0.7), tall);
    });
  });
}

// The strong form of a chip's colour, as its bar has it.
function colourOf(chip) {
  return getComputedStyle(chip.firstElementChild.firstElementChild).backgroundColor;
}

function listen(root, view, canvas) {
  const { n_layer, n_head } = view.data;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", view.data.board_alt);
  const headAt = (event) => {
    const { width, height } = geometry(root, view);
    const [x, y] = pointer(event);
    const [layer, head] = [Math.floor((y - CELL.edge) / height), Math.floor((x - CELL.edge) / width)];
    return layer >= 0 && head >= 0 && layer < n_layer && head < n_head ? [layer, head] : null;
  };
  const hover = (chosen) => {
    if (String(chosen) === String(view.hovered)) return;
    view.hovered = chosen;
    drawBars(root, view);
    drawBoard(root, view);
  };
  canvas.onpointermove = (event) => hover(headAt(event));
  canvas.onpointerleave = () => hover(null);
  canvas.onclick = (event) => headAt(event) && view.send("head", headAt(event));
  canvas.onkeydown = (event) => {
    const move = ARROWS[event.key];
    if (!move) return;
    event.preventDefault();
    const chosen = [clamp(view.data.layer + move[0], 0, n_layer - 1), clamp(view.data.head + move[1], 0, n_head - 1)];
    view.send("head", chosen);
  };
}
