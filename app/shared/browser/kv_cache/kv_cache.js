// Keys and values of every layer and token: which are read from the cache, which are computed now. What is computed
// appears layer by layer.

const EDGE = { left: 62, right: 6, top: 4, bottom: 26 };
const ROW = 24; // of a layer: its keys above, its values below
const GROW = 600; // milliseconds until all layers stand
const views = new WeakMap(); // root -> { at, since, stamp }

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  root.dataset.title = data.title;
  const view = views.get(root) ?? { at: null };
  views.set(root, view);
  const isNew = view.stamp !== undefined && view.stamp !== data.stamp && !stands();
  [view.stamp, view.data] = [data.stamp, data];
  view.since = isNew ? performance.now() : -GROW;
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const legend = children(make(root, "legend"), 3, () => document.createElement("span"));
  ["read from the cache", "computed now", "dropped: the context was full"].forEach((words, index) => {
    write(legend[index], words);
    legend[index].className = ["held", "new", "gone"][index];
    legend[index].hidden = (index === 0 && !data.held) || (index === 2 && !data.dropped);
  });
  const canvas = make(make(root, "picture"), "canvas", "canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  const readout = make(root, "readout", "p");
  readout.setAttribute("aria-live", "polite");
  canvas.setAttribute("aria-label", `${data.title}. ${data.subtitle} Arrow keys read the cells out.`);
  const n = data.tokens.length;

  const draw = () => {
    const colours = palette(root);
    const width = Math.max(200, widthOf(root));
    const height = EDGE.top + data.layers * ROW + EDGE.bottom;
    const cell = (width - EDGE.left - EDGE.right) / n;
    const context = prepare(canvas, width, height);
    const grown = Math.min(1, (performance.now() - view.since) / GROW);
    paintCells(context, data, cell, grown, view.at, colours);
    if (grown < 1 && view.since > 0) requestAnimationFrame(draw);
    write(readout, view.at ? cellText(data, ...view.at) : `Each cell: a key and a value of ${data.width} numbers.`);
    canvas.onpointermove = (event) => {
      const [x, y] = pointer(event);
      point(Math.floor((y - EDGE.top) / ROW), Math.floor((x - EDGE.left) / cell));
    };
    canvas.onpointerleave = canvas.onblur = () => point(null);
    canvas.onkeydown = (event) => {
      const step = ARROWS[event.key];
      if (!step) return;
      event.preventDefault();
      const [row, column] = view.at ?? [data.layers - 1, n - 1];
      point(clamp(row + step[0], 0, data.layers - 1), clamp(column + step[1], 0, n - 1));
    };
  };
  const point = (row, column) => {
    const isCell = row !== null && row >= 0 && row < data.layers && column >= 0 && column < n;
    if (!isCell && !view.at) return;
    view.at = isCell ? [row, column] : null;
    draw();
  };
  if (view.at && (view.at[0] >= data.layers || view.at[1] >= n)) view.at = null;
  onResize(root, draw);
  draw();
  drawn(root, data);
}

const stands = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// What a token's column is: "gone", "held" or "new".
const kindOf = (data, token) => (token < data.dropped ? "gone" : token < data.dropped + data.held ? "held" : "new");

// Layers stand from the bottom up, as they are computed: the row at the top is the last layer's.
const layerOf = (data, row) => data.layers - row;

function cellText(data, row, token) {
  const where = `layer ${layerOf(data, row)}, token ${token + 1} “${data.tokens[token]}”`;
  const does = {
    gone: "dropped, for the context was full",
    held: "its key and value are read from the cache",
    new: "its key and value are computed now",
  }[kindOf(data, token)];
  return `${where}: ${does}`;
}

function paintCells(context, data, cell, grown, at, colours) {
  const n = data.tokens.length;
  const gap = cell > 6 ? 1.5 : 0;
  context.font = `12px ${colours.font}`;
  context.textBaseline = "middle";
  for (let row = 0; row < data.layers; row++) {
    const y = EDGE.top + row * ROW;
    context.fillStyle = colours.mute;
    context.textAlign = "left";
    context.fillText(`layer ${layerOf(data, row)}`, 0, y + ROW / 2);
    const stood = clamp(grown * data.layers - (data.layers - 1 - row), 0, 1);
    for (let token = 0; token < n; token++) {
      const kind = kindOf(data, token);
      const x = EDGE.left + token * cell;
      context.fillStyle = kind === "new" ? colours.hot : kind === "held" ? colours.accent : colours.line;
      for (const [part, opacity] of [[0, 0.95], [1, 0.6]]) {
        const top = y + 1.5 + part * (ROW / 2 - 1);
        context.globalAlpha = (kind === "new" ? stood : kind === "held" ? 0.55 : 0.5) * opacity;
        context.fillRect(x, top, Math.max(0.5, cell - gap), ROW / 2 - 2.5);
      }
      context.globalAlpha = 1;
      if (at && at[0] === row && at[1] === token) {
        context.strokeStyle = colours.ink;
        context.lineWidth = 2;
        context.strokeRect(x - 0.5, y + 0.5, Math.max(2, cell), ROW - 2);
      }
    }
  }
  const y = EDGE.top + data.layers * ROW + 12;
  const every = Math.max(1, Math.ceil(46 / cell)); // as many names as have room
  context.textAlign = "left";
  for (let token = (n - 1) % every; token < n; token += every) {
    context.fillStyle = token === n - 1 ? colours.ink : colours.mute;
    context.fillText(fit(context, data.tokens[token], every * cell - 4), EDGE.left + token * cell, y);
  }
}
