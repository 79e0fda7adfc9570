// The board: every head as a small map. Pointing previews a head; a click or an arrow key keeps it.

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
  const frame = (l, h, colour, line) =>
    outline(context, colour, line, EDGE + h * size + 1, EDGE + l * size + 1, size - 3);
  if (!view.data.summary) frame(layer, head, colours.hot, 2.5);
  if (view.hovered) frame(...view.hovered, colours.accent, 2);
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
    const move = ARROWS[event.key];
    if (!move) return;
    event.preventDefault();
    const [layer, head] = view.hovered ?? [view.data.layer, view.data.head];
    keep([clamp(layer + move[0], 0, n_layer - 1), clamp(head + move[1], 0, n_head - 1)]);
  };
}
