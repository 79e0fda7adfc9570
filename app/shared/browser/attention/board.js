// The board: every head as a small map. Pointing previews a head; a click or an arrow key keeps it. Beside the heads, where
// it is about switching off, stand each layer's attention and feed-forward network.

const EDGE = 18; // room for layer and head numbers
const PART = 24; // how wide a layer's attention and its feed-forward network are drawn
const PARTS = [
  ["attention", "attn"],
  ["mlp", "ff"],
];

function boardGeometry(root, view) {
  const { n_layer, n_head } = view.data;
  const width = widthOf(root.querySelector(".board"));
  const parts = showsParts(view.data) ? 2 * PART : 0;
  const size = clamp(Math.floor((width - EDGE - parts) / n_head), 12, 54);
  return { size, parts, width: EDGE + size * n_head + parts, height: EDGE + size * n_layer };
}

const showsParts = (data) => Boolean(data.switching || data.worth || data.off.some(([kind]) => kind === "attention" || kind === "mlp"));

// What stands at a place of the board, as a switch; null where nothing does.
function partAt(data, { size, parts }, x, y) {
  const [layer, head] = [y, x].map((at) => Math.floor((at - EDGE) / size));
  if (layer < 0 || head < 0 || layer >= data.n_layer) return null;
  if (head < data.n_head) return ["head", layer, head];
  const part = parts ? PARTS[Math.floor((x - EDGE - size * data.n_head) / PART)] : null;
  return part ? [part[0], layer] : null;
}

// Its place: [x, y, width, height].
function partBox({ n_head }, { size }, [kind, layer, head]) {
  const y = EDGE + layer * size + 2;
  if (kind === "head") return [EDGE + head * size + 2, y, size - 4, size - 4];
  return [EDGE + n_head * size + PARTS.findIndex(([name]) => name === kind) * PART + 2, y, PART - 4, size - 4];
}

// The part that an arrow key leads to.
function nextPart(data, [kind, layer, head], [down, right]) {
  const columns = data.n_head + (showsParts(data) ? PARTS.length : 0);
  const column = kind === "head" ? head : data.n_head + PARTS.findIndex(([name]) => name === kind);
  const [row, to] = [clamp(layer + down, 0, data.n_layer - 1), clamp(column + right, 0, columns - 1)];
  return to < data.n_head ? ["head", row, to] : [PARTS[to - data.n_head][0], row];
}

// What fills a bar: { head, whole }, for heads and for whole layers' parts.
function mostWorth({ worth, data }) {
  const most = { head: 1e-9, whole: 1e-9 };
  worth?.forEach((nats, at) => {
    const kind = at % (data.n_head + PARTS.length) < data.n_head ? "head" : "whole";
    most[kind] = Math.max(most[kind], Math.abs(nats));
  });
  return most;
}

// What the text loses without a part, in nats; null if that was not asked yet.
function worthOf(view, [kind, layer, head]) {
  const { n_head } = view.data;
  const column = kind === "head" ? head : n_head + PARTS.findIndex(([name]) => name === kind);
  return view.worth ? view.worth[layer * (n_head + PARTS.length) + column] : null;
}

function drawBoard(root, view, colours) {
  const { n_layer, n_head, cells, layer, head } = view.data;
  const geometry = boardGeometry(root, view);
  const { size, width, height } = geometry;
  const context = prepare(root.querySelector(".board .canvas"), width, height);
  const inner = size - 4;
  const picture = kept(view, "board", colours, () => headPictures(view, colours));
  context.imageSmoothingEnabled = cells > inner;
  context.font = `11px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillStyle = colours.mute;
  for (let l = 0; l < n_layer; l++) context.fillText(String(l + 1), EDGE / 2 - 1, EDGE + (l + 0.5) * size);
  for (let h = 0; h < n_head; h++) context.fillText(String(h + 1), EDGE + (h + 0.5) * size, EDGE / 2 - 1);
  for (let l = 0; l < n_layer; l++) {
    for (let h = 0; h < n_head; h++) {
      const [x, y] = [EDGE + h * size + 2, EDGE + l * size + 2];
      context.fillStyle = colours.soft;
      context.fillRect(x, y, inner, inner);
      context.drawImage(picture, h * cells, l * cells, cells, cells, x, y, inner, inner);
      if (!view.data.roles[l * n_head + h]) continue;
      context.fillStyle = colours.hot;
      context.beginPath();
      context.arc(x + inner - 5, y + 5, 2.5, 0, 7);
      context.fill();
    }
  }
  drawParts(context, view, geometry, colours);
  const frame = (part, colour, line) => {
    const [x, y, w, h] = partBox(view.data, geometry, part);
    outline(context, colour, line, x - 1, y - 1, w + 1, h + 1);
  };
  if (!view.data.summary) frame(["head", layer, head], colours.hot, 2.5);
  if (view.part) frame(view.part, colours.accent, 2);
}

// The columns of whole layers' parts, what each part is worth where that is known, and what is off.
function drawParts(context, view, geometry, colours) {
  const { data } = view;
  const names = geometry.parts ? PARTS : [];
  names.forEach(([kind, name]) => {
    context.fillStyle = colours.mute;
    context.fillText(name, partBox(data, geometry, [kind, 0])[0] + PART / 2 - 2, EDGE / 2 - 1);
  });
  for (let layer = 0; layer < data.n_layer; layer++) {
    const heads = Array.from({ length: data.n_head }, (_, head) => ["head", layer, head]);
    for (const part of [...heads, ...names.map(([kind]) => [kind, layer])]) {
      const [x, y, w, h] = partBox(data, geometry, part);
      if (part[0] !== "head") {
        context.fillStyle = colours.soft;
        context.fillRect(x, y, w, h);
      }
      const gone = isOff(data, ...part) || (part[0] === "head" && isOff(data, "attention", layer));
      if (gone) strikeOut(context, x, y, w, h, colours);
      else if (part[0] !== "head" && data.switching) powerSign(context, x + w / 2, y + h / 2 - 2, 5, { ...colours, page: colours.soft });
      drawWorth(context, view, part, [x, y + h - 4, w], colours);
    }
  }
}

// A thin bar from the left: so much of the text's log-probability is lost without it. From the right: so much is won.
function drawWorth(context, view, part, [x, y, width], colours) {
  const worth = worthOf(view, part);
  if (worth === null) return;
  const long = width * Math.min(1, Math.abs(worth) / view.most[part[0] === "head" ? "head" : "whole"]);
  context.fillStyle = colours.page;
  context.fillRect(x, y, width, 4);
  context.fillStyle = worth < 0 ? colours.hot : colours.accent;
  context.fillRect(worth < 0 ? x + width - long : x, y + 0.5, long, 3.5);
}

// All heads side by side, one pixel per cell.
function headPictures(view, colours) {
  const { n_layer, n_head, cells } = view.data;
  const perHead = lower(cells, 0);
  const shade = (row, column) => {
    const [i, j] = [row % cells, column % cells];
    if (j > i) return NaN;
    const head = Math.floor(row / cells) * n_head + Math.floor(column / cells);
    return view.board[head * perHead + lower(i, j)] / 255;
  };
  return cellPicture(n_layer * cells, n_head * cells, shade, colours);
}

function listenToBoard(root, view, canvas) {
  const { data } = view;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", data.board_alt);
  const under = (event) => partAt(data, boardGeometry(root, view), ...pointer(event));
  const hover = (part) => {
    if (String(part) === String(view.part)) return;
    view.part = part;
    view.hovered = part?.[0] === "head" ? part.slice(1) : null;
    const colours = palette(root);
    drawBoard(root, view, colours);
    drawHead(root, view, colours);
  };
  const keep = (part) => {
    hover(part);
    if (part[0] === "head") view.send("head", part.slice(1));
  };
  canvas.onpointermove = (event) => hover(under(event));
  canvas.onpointerleave = () => hover(null);
  canvas.onclick = (event) => {
    const part = under(event);
    if (!part) return;
    if (part[0] !== "head" || switches(data, event)) view.send("switch", part);
    else keep(part);
  };
  canvas.onkeydown = (event) => {
    const part = view.part ?? ["head", data.layer, data.head];
    if (isSwitchKey(event)) view.send("switch", part);
    else if (ARROWS[event.key]) keep(nextPart(data, part, ARROWS[event.key]));
    else return;
    event.preventDefault();
  };
}
