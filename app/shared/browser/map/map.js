// A map: points in the plane, faint; those that map_marks names are labelled; the name of any under the pointer.

const PAD = 14;
const pointed = new WeakMap(); // root -> index of the point under the pointer

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const plot = make(root, "plot");
  const canvas = make(plot, "canvas", "canvas");
  canvas.setAttribute("role", "img");
  canvas.setAttribute("aria-label", data.alt);
  const readout = make(root, "readout", "p");
  readout.setAttribute("aria-live", "polite");
  const points = unpackPlane(data);
  const at = new Map(data.ids.map((id, index) => [id, index]));
  const marks = () => (lit()[`marks:${data.map}`] ?? []).filter(([id]) => at.has(id));

  const draw = () => {
    const width = Math.max(120, widthOf(plot));
    const height = heightOf(points, width, data.height);
    const place = placed(points, width, height);
    const context = prepare(canvas, width, height);
    const colours = palette(root);
    paintPoints(context, place, data, colours);
    paintMarks(context, marks().map(([id, label, strong]) => ({ at: place(at.get(id)), label, strong })), width, height, colours);
    const index = pointed.get(root);
    const named = marks().find(([, , , isPointed]) => isPointed);
    const shown = index ?? (named && at.get(named[0]));
    if (shown !== undefined) ring(context, place(shown), colours.hot);
    write(readout, shown === undefined ? data.names.length.toLocaleString("en") + " points" : nameAt(data, points, shown));
    canvas.onpointermove = (event) => point(nearest(place, points.x.length, pointer(event)));
    canvas.onpointerleave = () => point(undefined);
  };
  const point = (index) => {
    if (index === pointed.get(root)) return;
    if (index === undefined) pointed.delete(root);
    else pointed.set(root, index);
    draw();
  };
  pointed.delete(root);
  onResize(root, draw);
  onLight(root, draw);
  draw();
  drawn(root, data);
}

// x and y of each point, in the table's own units.
function unpackPlane(data) {
  const numbers = unpack(data.points, Uint16Array);
  const count = numbers.length / 2;
  const [x, y] = [new Float32Array(count), new Float32Array(count)];
  for (let i = 0; i < count; i++) {
    x[i] = data.low[0] + (numbers[2 * i] / 65535) * data.size;
    y[i] = data.low[1] + (numbers[2 * i + 1] / 65535) * data.size;
  }
  return { x, y };
}

const rangeOf = (values) =>
  values.reduce(([low, high], value) => [Math.min(low, value), Math.max(high, value)], [Infinity, -Infinity]);

// As high as the points need where they fill the width, within bounds.
function heightOf({ x, y }, width, most) {
  const [[left, right], [bottom, top]] = [rangeOf(x), rangeOf(y)];
  return clamp(((width - 2 * PAD) * (top - bottom)) / Math.max(right - left, 1e-9) + 2 * PAD, most / 2, most);
}

// index -> [x, y] on the canvas; one scale for both directions, the whole in the middle.
function placed({ x, y }, width, height) {
  const [[left, right], [bottom, top]] = [rangeOf(x), rangeOf(y)];
  const across = (width - 2 * PAD) / Math.max(right - left, 1e-9);
  const scale = Math.min(across, (height - 2 * PAD) / Math.max(top - bottom, 1e-9));
  return (i) => [
    width / 2 + (x[i] - (left + right) / 2) * scale,
    height / 2 - (y[i] - (bottom + top) / 2) * scale,
  ];
}

function nearest(place, count, [x, y]) {
  let [best, least] = [undefined, 14 * 14];
  for (let i = 0; i < count; i++) {
    const [px, py] = place(i);
    const distance = (px - x) ** 2 + (py - y) ** 2;
    if (distance < least) [best, least] = [i, distance];
  }
  return best;
}

function paintPoints(context, place, data, colours) {
  const count = data.names.length;
  const size = count > 2000 ? 1.6 : 2.6;
  if (data.joined) {
    context.strokeStyle = colours.mute;
    context.globalAlpha = 0.55;
    context.beginPath();
    for (let i = 0; i < count; i++) context.lineTo(...place(i));
    context.stroke();
  }
  context.fillStyle = colours.mute;
  context.globalAlpha = count > 2000 ? 0.35 : 0.6;
  for (let i = 0; i < count; i++) {
    const [x, y] = place(i);
    context.fillRect(x - size / 2, y - size / 2, size, size);
  }
  context.globalAlpha = 1;
}

// Marks with their labels, the strong one last; a label that would lie on another is left out.
function paintMarks(context, marks, width, height, colours) {
  context.textBaseline = "middle";
  const taken = [];
  for (const { at: [x, y], label, strong } of [...marks].sort((a, b) => b.strong - a.strong)) {
    context.fillStyle = strong ? colours.hot : colours.accent;
    context.beginPath();
    context.arc(x, y, strong ? 4.5 : 3.2, 0, 2 * Math.PI);
    context.fill();
    context.font = `${strong ? 700 : 500} 12px ${colours.font}`;
    const box = boxFor(x, y, context.measureText(label).width, width, height, taken);
    if (!box) continue;
    taken.push(box);
    context.fillStyle = strong ? colours.hot : colours.ink;
    context.fillText(label, box.x, box.y + 7);
  }
}

// Where a label has room: to the right of its point, to the left, above or below; null where it would hide another.
function boxFor(x, y, length, width, height, taken) {
  const places = [
    [x + 7, y - 7],
    [x - 7 - length, y - 7],
    [x - length / 2, y - 21],
    [x - length / 2, y + 6],
  ];
  for (const [left, top] of places) {
    const box = { x: left, y: top, right: left + length, bottom: top + 14 };
    const inside = left >= 0 && box.right <= width && top >= 0 && box.bottom <= height;
    if (inside && !taken.some((other) => box.x < other.right && other.x < box.right && box.y < other.bottom && other.y < box.bottom)) return box;
  }
  return null;
}

function ring(context, [x, y], colour) {
  context.strokeStyle = colour;
  context.lineWidth = 2;
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.stroke();
  context.lineWidth = 1;
}

const nameAt = (data, { x, y }, i) => `${data.names[i]}: ${x[i].toFixed(2)} along the first direction, ${y[i].toFixed(2)} along the second`;
