// The whole model on one line: tokens, the state after each block as a strip of cells a token, what attention took from
// where in between, and at the end the next token.

const SUM_AT = 0.46; // of a gap: where attention is added to the chosen row

function drawOverview(context, view, colours) {
  const { data, overview: o } = view;
  drawGaps(context, view, colours);
  drawStream(context, view, colours);
  for (const strip of o.strips) drawStrip(context, view, strip, colours);
  drawSums(context, view, colours);
  drawNames(context, view, colours);
  drawNext(context, view, colours);
  drawBars(context, view, colours);
}

function drawStrip(context, view, { id, at, length }, colours) {
  const { overview: o } = view;
  const grid = view.grids[id];
  const [x, y, w, h] = box(o, at, length, o.across, o.row * o.count);
  drawGrid(context, view, grid, { x, y, w, h, across: o.down }, colours);
  paleOthers(context, view, at, length, colours);
  context.textBaseline = "alphabetic";
  if (o.down) {
    label(context, grid.symbol, 44, y + 10, `600 12px ${colours.font}`, colours.ink, "right", 44);
    label(context, scaleText(grid), 44, y + 21, `10px ${colours.font}`, colours.mute, "right", 46);
  } else {
    const middle = x + w / 2;
    label(context, grid.symbol, middle, y - 7, `600 ${w < 22 ? 11 : 13}px ${colours.font}`, colours.ink, "center", w + 24);
    if (w > 17) label(context, scaleText(grid), middle, y + h + 13, `10px ${colours.font}`, colours.mute, "center", w + 14);
  }
}

// What is not the chosen row, paler.
function paleOthers(context, view, at, length, colours) {
  const { data, overview: o } = view;
  const before = data.chosen * o.row;
  const after = (o.count - data.chosen - 1) * o.row;
  context.fillStyle = colours.page;
  context.globalAlpha = 0.38;
  context.fillRect(...box(o, at, length, o.across, before));
  context.fillRect(...box(o, at, length, o.across + before + o.row, after));
  context.globalAlpha = 1;
}

// A grid's cells at a place, and the place remembered for pointing. The rows' gaps are cut where there is room.
function drawGrid(context, view, grid, place, colours) {
  const { x, y, w, h, across } = place;
  context.fillStyle = colours.soft;
  context.fillRect(x, y, w, h);
  context.imageSmoothingEnabled = false;
  context.drawImage(gridPicture(view, grid, across, colours), x, y, w, h);
  const step = (across ? w : h) / grid.rows;
  if (step >= 5) {
    context.fillStyle = colours.page;
    const line = step >= 9 ? 1.5 : 0.7;
    for (let row = 1; row < grid.rows; row++) {
      if (across) context.fillRect(x + row * step - line / 2, y, line, h);
      else context.fillRect(x, y + row * step - line / 2, w, line);
    }
  }
  view.places.push({ kind: "grid", id: grid.id, grid, ...place });
}

// The residual stream: a line along every token's row, strong for the chosen one.
function drawStream(context, view, colours) {
  const { data, overview: o } = view;
  const last = o.next.at;
  const first = o.strips[0].at;
  for (let row = 0; row < o.count; row++) {
    const chosen = row === data.chosen;
    context.strokeStyle = chosen ? colours.ink : colours.line;
    context.lineWidth = chosen ? 2.6 : Math.min(1.2, o.row / 9);
    context.beginPath();
    context.moveTo(...pointAlong(o, first - 6, rowMiddle(o, row)));
    context.lineTo(...pointAlong(o, last + 8, rowMiddle(o, row)));
    context.stroke();
  }
}

// Between two strips: where the block's attention took from, and what was done to the chosen row.
function drawGaps(context, view, colours) {
  const { data, overview: o } = view;
  for (const gap of o.gaps) {
    const open = gap.layer === data.layer;
    const breadth = o.row * o.count;
    const rect = box(o, gap.at + 1, gap.length - 2, o.across - (o.down ? 4 : 24), breadth + (o.down ? 8 : 78));
    if (open) {
      context.fillStyle = colours.soft;
      context.beginPath();
      context.roundRect(...rect, 6);
      context.fill();
      context.strokeStyle = colours.accent;
      context.lineWidth = 1.4;
      context.stroke();
    }
    view.places.push({ kind: "gap", layer: gap.layer, x: rect[0], y: rect[1], w: rect[2], h: rect[3] });
    drawAttention(context, view, gap, colours);
    drawBlock(context, view, gap, colours);
    gapNotes(context, view, gap, open, colours);
  }
}

// Lines from every row that the chosen token took from, as wide as the weight, to where attention is added to it.
function drawAttention(context, view, gap, colours) {
  const { data, overview: o } = view;
  const sum = gap.at + gap.length * SUM_AT;
  const to = rowMiddle(o, data.chosen);
  context.strokeStyle = colours.accent;
  for (let row = 0; row <= data.chosen; row++) {
    const weight = view.weights[gap.layer * o.count + row];
    if (weight < 0.004) continue;
    const from = rowMiddle(o, row);
    context.globalAlpha = clamp(0.25 + weight, 0, 0.95);
    context.lineWidth = 0.5 + weight * Math.min(7, o.row * 0.7);
    context.beginPath();
    context.moveTo(...pointAlong(o, gap.at, from));
    context.bezierCurveTo(
      ...pointAlong(o, gap.at + gap.length * 0.42, from),
      ...pointAlong(o, gap.at + gap.length * 0.04, to),
      ...pointAlong(o, sum, to),
    );
    context.stroke();
  }
  context.globalAlpha = 1;
}

// The chosen row's way through a block: a sum, the feed-forward network beside the line, a sum; LayerNorm where the model
// has it: across the line after each sum, or (pre-norm) before what attention and the network read.
function drawBlock(context, view, gap, colours) {
  const { data, overview: o } = view;
  const middle = rowMiddle(o, data.chosen);
  const along = (share) => gap.at + gap.length * share;
  const side = o.chosenSide; // where there is room for the network beside the line
  const aside = middle + side * clamp(o.row * 0.95, 9, 13);
  const r = gap.length < 50 ? 3 : 4;
  const [from, to] = data.post_norm ? [0.67, 0.85] : [0.62, 0.86];
  view.nodes.push(() => {
    context.strokeStyle = colours.ink;
    context.lineWidth = 1.4;
    context.beginPath();
    context.moveTo(...pointAlong(o, along(from), middle));
    context.lineTo(...pointAlong(o, along(from), aside));
    context.lineTo(...pointAlong(o, along(to), aside));
    context.lineTo(...pointAlong(o, along(to), middle));
    context.stroke();
    const [x, y] = pointAlong(o, along((from + to) / 2), aside);
    context.fillStyle = colours.ink;
    context.beginPath();
    context.roundRect(x - r, y - r, 2 * r, 2 * r, 2);
    context.fill();
    for (const at of [SUM_AT, to]) plusNode(context, ...pointAlong(o, along(at), middle), r, colours);
    if (data.post_norm) for (const at of [0.585, 0.95]) normNode(context, o, along(at), middle, r, colours);
    else for (const [at, across] of [[0.06, middle], [from, (middle + aside) / 2]]) branchNorm(context, o, along(at), across, at > 0.5, colours);
  });
}

function plusNode(context, x, y, r, colours) {
  context.fillStyle = colours.page;
  context.strokeStyle = colours.ink;
  context.lineWidth = 1.4;
  context.beginPath();
  context.arc(x, y, r, 0, 7);
  context.fill();
  context.stroke();
  context.beginPath();
  context.moveTo(x - r, y);
  context.lineTo(x + r, y);
  context.moveTo(x, y - r);
  context.lineTo(x, y + r);
  context.stroke();
}

// LayerNorm: a bar across the line.
function normNode(context, o, along, across, r, colours) {
  normBar(context, box(o, along - 1.6, 3.2, across - r - 2, 2 * r + 4), colours);
}

// LayerNorm on a branch: at the start of attention's lines, or on the network's.
function branchNorm(context, o, along, across, turned, colours) {
  normBar(context, turned ? box(o, along - 4, 8, across - 1.5, 3) : box(o, along - 1.5, 3, across - 12, 9), colours);
}

function normBar(context, rect, colours) {
  context.fillStyle = colours.ink;
  context.strokeStyle = colours.page;
  context.lineWidth = 1;
  context.beginPath();
  context.roundRect(...rect, 1.5);
  context.fill();
  context.stroke();
}

// The block's number, by how much it turned the chosen vector, and how long what it added is.
function gapNotes(context, view, gap, open, colours) {
  const { data, overview: o } = view;
  const [turned, longest] = [data.turned[gap.layer], Math.max(...data.attention_length, ...data.mlp_length, 1e-9)];
  const lengths = [data.attention_length[gap.layer], data.mlp_length[gap.layer]];
  const name = gap.length >= 56 && !o.down ? `block ${gap.layer + 1}` : String(gap.layer + 1);
  const font = `${open ? 600 : 400} 12px ${colours.font}`;
  const tint = open ? colours.accent : colours.mute;
  context.textBaseline = "alphabetic";
  const bars = (x, y, width) =>
    lengths.forEach((length, line) => {
      context.fillStyle = line ? colours.mute : colours.accent;
      context.fillRect(x, y + 6 * line, Math.max(1, (width * length) / longest), 4);
    });
  if (o.down) {
    const y = gap.at + gap.length / 2;
    label(context, name, 3, y - 8, font, tint, "left", 40);
    label(context, `${turned.toFixed(0)}°`, 44, y - 8, `12px ${colours.font}`, colours.ink, "right", 30);
    bars(4, y - 2, 40);
    return;
  }
  const middle = gap.at + gap.length / 2;
  label(context, name, middle, o.across - 9, font, tint, "center", gap.length);
  const below = o.across + o.row * o.count;
  label(context, `${turned.toFixed(0)}°`, middle, below + 28, `600 12px ${colours.font}`, colours.ink, "center", gap.length);
  const width = Math.min(56, gap.length - 8);
  bars(middle - width / 2, below + 34, width);
}

// The signs between strips that add up to h_0, and before a last LayerNorm.
function drawSums(context, view, colours) {
  const { overview: o } = view;
  o.strips.forEach((strip, index) => {
    if (index === 0 || /^h[1-9]/.test(strip.id)) return;
    const before = o.strips[index - 1];
    const at = (before.at + before.length + strip.at) / 2;
    const [x, y] = pointAlong(o, at, o.across + (o.row * o.count) / 2);
    context.fillStyle = colours.page;
    context.fillRect(x - 6, y - 8, 12, 16);
    context.textBaseline = "middle";
    label(context, strip.id === "h0" ? "=" : strip.id === "final" ? "→" : "+", x, y, `650 15px ${colours.font}`, colours.ink, "center", 20);
  });
}
