// Where things stand in the overview: along is the model's direction, across runs over the tokens. On a wide page along is
// to the right; on a narrow one downwards.

const TURN = 600; // below this width the model runs from top to bottom
const SENTENCE = 250; // height of all rows, so that a sentence and its answer need no scrolling at 1280 x 800
const BARS = { line: 21, width: 236 };

// Everything's place, in units: { down, rows, strips, gaps, names, next, bars, size: [width, height] }. `longest` is the
// width of the longest token's name.
function overviewLayout(data, width, longest) {
  const down = width < TURN;
  const count = data.rows.length;
  const n_layer = data.turned.length;
  const n_before = data.states.findIndex((grid) => grid.id === "h0"); // strips that add up to h_0
  const n_after = data.states.length - n_before - 1 - n_layer;
  const nameRoom = down ? clamp(longest * 1.1 + 16, 36, 92) : clamp(longest * 1.12 + 14, 34, 124);
  const nextRoom = down ? 62 : 68;
  const room = down ? null : width - nameRoom - nextRoom - Math.min(BARS.width, width * 0.27) - 6;
  const strip = down ? 22 : clamp(room / (data.states.length + 2.9 * n_layer), 5, 30);
  const plus = down ? 16 : clamp(strip * 0.7, 13, 18); // between strips that add up
  const gap = down ? 50 : (room - data.states.length * strip - (n_before + n_after) * plus) / n_layer;
  const row = down ? Math.min((width - 56) / count, 30) : clamp(SENTENCE / count, 8.5, 30);
  const barsRoom = data.next.length * BARS.line + 24;
  const body = down ? row * count : Math.max(row * count, barsRoom, 120);
  const across = (down ? 54 : 40) + (down ? 0 : (body - row * count) / 2); // where the first row begins
  const strips = [];
  const gaps = [];
  let at = nameRoom;
  data.states.forEach((grid, index) => {
    const layer = index - n_before - 1; // the block before this strip
    if (layer >= 0 && layer < n_layer) {
      gaps.push({ layer, at, length: gap });
      at += gap;
    } else if (index > 0) at += plus;
    strips.push({ id: grid.id, at, length: strip });
    at += strip;
  });
  const end = at;
  const layout = { down, row, count, across, body, strips, gaps, names: { at: 0, length: nameRoom }, end };
  layout.chosenSide = data.chosen === 0 ? 1 : -1; // where the network stands beside the chosen line
  layout.next = { at: end, length: nextRoom };
  const middle = across + (data.chosen + 0.5) * row;
  if (down) {
    layout.bars = { x: 6, y: end + nextRoom + 16, width: width - 12 };
    layout.size = [width, layout.bars.y + barsRoom + 6];
  } else {
    const x = end + nextRoom;
    layout.bars = { x, y: clamp(middle - barsRoom / 2, 18, Math.max(18, 40 + body - barsRoom + 8)), width: width - x };
    layout.size = [width, 40 + body + 90];
  }
  return layout;
}

// A box of so much along and across, as [x, y, width, height].
function box(layout, along, length, across, breadth) {
  return layout.down ? [across, along, breadth, length] : [along, across, length, breadth];
}

const pointAlong = (layout, along, across) => (layout.down ? [across, along] : [along, across]);

const rowMiddle = (layout, row) => layout.across + (row + 0.5) * layout.row;

// ---- the open block ------------------------------------------------------------------------------------------------

const PANEL = { head: 50, foot: 30, below: 14, edge: 12 };
const WIDTHS = { q: 0.6, k: 0.6, v: 0.6, out: 1.55, up: 0.95, act: 0.95 }; // in parts of a square's side
const SUMS = { sum1: "+ x", sum2: "+ n" };

// Panels in lines, as large as fits into at most three of them (on a narrow page: as many as it takes). A panel is
// { id, x, y, w, h, line, arrow: how far it is from the one before, plus: what is added there }.
function insideLayout(data, width, top) {
  const inner = width - 2 * PANEL.edge;
  const { side, lines } = bestLines(data, inner, width < TURN);
  const panels = [];
  let y = top;
  lines.forEach((line, index) => {
    let x = PANEL.edge;
    // What is left of a line makes its arrows longer, up to a point.
    const spare = clamp((inner - line.length) / Math.max(1, line.arrows), 0, 26);
    for (const panel of line.panels) {
      const arrow = panel.arrow > 20 ? panel.arrow + spare : panel.arrow;
      x += panel === line.panels[0] ? 0 : arrow;
      panels.push({ ...panel, x, y: y + PANEL.head, h: side, line: index, arrow });
      x += panel.w;
    }
    y += PANEL.head + side + PANEL.foot + PANEL.below;
  });
  return { panels, side, size: [width, y] };
}

// As large as three lines allow, or four if they would be small in three; where neither fits, as low as possible.
function bestLines(data, inner, narrow) {
  const all = [];
  for (let side = clamp(data.rows.length * 13, 112, narrow ? 132 : 190); side >= 70; side -= 3) {
    const lines = panelLines(data, inner, side);
    const height = lines.length * (side + PANEL.head + PANEL.foot + PANEL.below);
    if (lines.every((line) => line.length <= inner)) all.push({ side, lines, height });
  }
  const large = (count, least) => all.find(({ side, lines }) => lines.length <= count && side >= least);
  const low = () => all.filter(({ side }) => side >= 90).sort((one, other) => one.height - other.height)[0];
  return large(3, 112) ?? large(4, 100) ?? low() ?? { side: 70, lines: panelLines(data, inner, 70) };
}

function panelLines(data, inner, side) {
  const lines = [];
  const isPost = data.post_norm;
  for (const grid of data.inside) {
    const w = side * (grid.square || grid.wide === 0 ? 1 : (WIDTHS[grid.id] ?? 0.8));
    const plus = (isPost ? SUMS : { n: "+ x", y: "+ n" })[grid.id] ?? "";
    const arrow = grid.id === "k" || grid.id === "v" ? 14 : inner < 520 ? 24 : 46;
    let line = lines.at(-1);
    if (!line || line.length + arrow + w > inner) {
      line = { panels: [], length: 0, arrows: 0 };
      lines.push(line);
    }
    line.length += w + (line.panels.length ? arrow : 0);
    line.arrows += line.panels.length && arrow > 20 ? 1 : 0;
    line.panels.push({ id: grid.id, w, arrow, plus });
  }
  return lines;
}
