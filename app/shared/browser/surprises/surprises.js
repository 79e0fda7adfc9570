// Bits of surprise of two texts, token by token: a bar of each side by side, and below the line their difference.

const ABOVE = 92; // height of the longest bar
const BELOW = 64; // of all differences, up and down
const GAP = 16;
const LEFT = 40; // room for the scale
const views = new WeakMap(); // root -> { at: the column pointed at }

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = views.get(root) ?? { at: null };
  views.set(root, view);
  write(make(root, "title", "h3"), data.title);
  legendOfTwo(root, data.legend);
  const canvas = make(root, "canvas", "canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", data.alt);
  const readout = make(root, "readout", "p");
  readout.setAttribute("aria-live", "polite");
  const [now, beside] = [unpack(data.now, Float32Array), unpack(data.beside, Float32Array)];
  const count = now.length;
  if (view.at !== null && view.at >= count) view.at = null;

  const draw = () => {
    paint(canvas, widthOf(root), data, now, beside, view.at, palette(root));
    write(readout, columnText(data, now, beside, view.at ?? data.selected));
    drawn(root, data);
  };
  const point = (at) => {
    if (at === view.at) return;
    view.at = at;
    draw();
  };
  const columnAt = (event) => {
    const at = Math.floor((pointer(event)[0] - LEFT) / stepOf(widthOf(root), count));
    return at >= 0 && at < count ? at : null;
  };
  canvas.onpointermove = (event) => point(columnAt(event));
  canvas.onpointerleave = canvas.onblur = () => point(null);
  canvas.onclick = (event) => {
    const at = columnAt(event);
    if (at !== null) setTriggerValue("position", at);
  };
  canvas.onkeydown = (event) => {
    const [, right] = ARROWS[event.key] ?? [];
    if (event.key === "Enter" && view.at !== null) setTriggerValue("position", view.at);
    else if (right) point(clamp((view.at ?? data.selected) + right, 0, count - 1));
    else return;
    event.preventDefault();
  };
  onResize(root, draw);
  draw();
}

const stepOf = (width, count) => Math.min(64, (width - LEFT) / Math.max(1, count));

// [least, most] of the numbers that are there, 0 among them.
function rangeOf(values) {
  return values.reduce(([low, high], value) => (Number.isNaN(value) ? [low, high] : [Math.min(low, value), Math.max(high, value)]), [0, 0]);
}

const bitsText = (bits) => (Number.isNaN(bits) ? "not predicted" : `${bits.toFixed(2)} bits`);

// What the line below says of a column.
function columnText(data, now, beside, at) {
  if (at < 0 || at >= now.length) return "Point at a token for its numbers.";
  const [name, other] = [data.names[at], data.others[at]];
  if (!other) return `“${name}” stands in this view only: ${bitsText(now[at])}`;
  if (!name) return `“${other}” stands only in the view beside it: ${bitsText(beside[at])}`;
  const [here, there] = data.places ?? ["here", "beside it"];
  const who = name === other ? `“${name}”` : `“${name}” here, “${other}” beside it`;
  if (Number.isNaN(now[at]) || Number.isNaN(beside[at])) return `${who}: nothing stands before it, so nothing predicted it`;
  const apart = now[at] - beside[at];
  const size = Math.abs(apart).toFixed(2);
  const more = size === "0.00" ? "the same" : `${size} ${apart > 0 ? "more" : "less"} ${here}`;
  return `${who}: ${bitsText(now[at])} ${here}, ${bitsText(beside[at])} ${there}: ${more}`;
}

function paint(canvas, width, data, now, beside, at, colours) {
  const count = now.length;
  const step = stepOf(width, count);
  const named = step >= 13;
  const probe = canvas.getContext("2d");
  probe.font = `13px ${colours.font}`;
  const label = (i) => data.names[i] || data.others[i];
  const longest = named ? Math.max(0, ...data.names.map((_, i) => probe.measureText(label(i)).width)) : 0;
  const below = named ? Math.min(longest, 84) * 0.87 + 14 : 8;
  const apart = now.map((bits, i) => bits - beside[i]);
  const most = Math.max(rangeOf(now)[1], rangeOf(beside)[1], 1e-9);
  const [low, high] = rangeOf(apart);
  const scale = BELOW / Math.max(high - low, 0.5); // pixels of a bit, of half a bit's height at least
  const base = ABOVE + 12;
  const middle = base + GAP + high * scale;
  const bottom = middle - low * scale;
  const height = bottom + 12 + below;
  const context = prepare(canvas, width, height);
  const x = (i) => LEFT + i * step;
  const bar = Math.max(0.8, Math.min(18, step * 0.38));
  const marked = at ?? data.selected;
  if (marked >= 0 && marked < count) {
    context.fillStyle = colours.soft;
    context.fillRect(x(marked), 4, step, bottom + 2);
  }
  context.strokeStyle = colours.line;
  for (const y of [base, middle]) {
    context.beginPath();
    context.moveTo(LEFT, y + 0.5);
    context.lineTo(x(count), y + 0.5);
    context.stroke();
  }
  for (let i = 0; i < count; i++) {
    const centre = x(i) + step / 2;
    const draw = (bits, colour, left) => {
      if (Number.isNaN(bits)) return;
      context.fillStyle = colour;
      const tall = (bits / most) * ABOVE;
      context.fillRect(left, base - tall, bar, tall);
    };
    draw(now[i], colours.accent, centre - bar);
    draw(beside[i], colours.hot, centre);
    if (!Number.isNaN(apart[i])) {
      const size = Math.abs(apart[i]) * scale;
      context.fillStyle = apart[i] > 0 ? colours.accent : colours.hot;
      context.fillRect(centre - bar, apart[i] > 0 ? middle - size : middle, 2 * bar, size);
    }
  }
  context.font = `11px ${colours.font}`;
  context.fillStyle = colours.mute;
  context.textAlign = "right";
  context.textBaseline = "middle";
  context.fillText(most.toFixed(1), LEFT - 5, base - ABOVE + 5);
  context.fillText("0", LEFT - 5, base);
  if (high > 0.05) context.fillText(`+${high.toFixed(1)}`, LEFT - 5, middle - high * scale + 5);
  if (low < -0.05) context.fillText(`−${(-low).toFixed(1)}`, LEFT - 5, bottom - 4);
  if (!named) return;
  for (let i = 0; i < count; i++) {
    context.font = `${i === marked ? "600 " : ""}${clamp(step, 11, 13)}px ${colours.font}`;
    context.fillStyle = !data.names[i] || data.names[i] !== data.others[i] ? colours.hot : i === marked ? colours.ink : colours.mute;
    context.save();
    context.translate(x(i) + step / 2 + 3, bottom + 10);
    context.rotate(-Math.PI / 3);
    context.fillText(fit(context, label(i), 84), 0, 0);
    context.restore();
  }
}
