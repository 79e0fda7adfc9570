// Lines over the stages of a model; the numbers of the stage under the pointer, or by arrow keys.

const HEIGHT = 220;
const EDGE = { left: 46, right: 14, top: 10, bottom: 24 };
const STEP = 0.25; // between lines of the grid
const pointed = new WeakMap(); // root -> index of the stage pointed at

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  const lines = data.lines.map(({ name, values }) => ({ name, values: [...unpack(values, Float32Array)] }));
  const legend = children(make(root, "legend"), lines.length, () => document.createElement("span"));
  lines.forEach(({ name }, index) => {
    legend[index].className = index === 0 ? "first" : "other";
    write(legend[index], name);
  });
  const plot = make(root, "plot");
  const canvas = make(plot, "canvas", "canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", data.alt);
  write(make(root, "axis", "p"), data.axis);
  const readout = make(root, "readout", "p");
  readout.setAttribute("aria-live", "polite");
  const lowest = lowestOf(lines);

  const draw = () => {
    const width = Math.max(160, widthOf(plot));
    const at = pointed.has(root) ? clamp(pointed.get(root), 0, data.stages.length - 1) : null;
    const place = placed(data.stages.length, width, lowest);
    paint(prepare(canvas, width, HEIGHT), data, lines, place, lowest, at, palette(root));
    write(readout, at === null ? data.quantity : numbersAt(data, lines, at));
    canvas.onpointermove = (event) => point(stageAt(pointer(event)[0], data.stages.length, width));
    canvas.onpointerleave = canvas.onblur = () => point(null);
    canvas.onkeydown = (event) => {
      const step = ARROWS[event.key]?.[1];
      if (!step) return;
      event.preventDefault();
      point(at === null ? 0 : at + step);
    };
  };
  const point = (at) => {
    if (at === (pointed.get(root) ?? null)) return;
    if (at === null) pointed.delete(root);
    else pointed.set(root, at);
    draw();
  };
  onResize(root, draw);
  draw();
  drawn(root, data);
}

// Where the axis begins: at 0, or at what is less.
const lowestOf = (lines) => Math.min(0, ...lines.flatMap(({ values }) => values));

// (stage, value) -> [x, y].
function placed(count, width, lowest) {
  const across = (width - EDGE.left - EDGE.right) / Math.max(1, count - 1);
  const up = HEIGHT - EDGE.top - EDGE.bottom;
  return (stage, value) => [EDGE.left + stage * across, EDGE.top + ((1 - value) / (1 - lowest)) * up];
}

const numbersAt = (data, lines, at) =>
  `${data.stages[at]}: ` + lines.map(({ name, values }) => `${name} ${values[at].toFixed(4)}`).join(" · ");

function paint(context, data, lines, place, lowest, at, colours) {
  const count = data.stages.length;
  context.font = `12px ${colours.font}`;
  context.textBaseline = "middle";
  for (let value = Math.ceil(lowest / STEP) * STEP; value <= 1 + 1e-9; value += STEP) {
    const [left, y] = place(0, value);
    context.strokeStyle = colours.line;
    stroke(context, [[left - 6, y], [place(count - 1, value)[0] + 6, y]]);
    context.fillStyle = colours.mute;
    context.textAlign = "right";
    context.fillText((value + 0).toFixed(2).replace("-", "−"), left - 10, y); // no minus before 0
  }
  context.textAlign = "center";
  data.stages.forEach((stage, index) => {
    context.fillStyle = index === at ? colours.ink : colours.mute;
    context.fillText(stage, place(index, lowest)[0], HEIGHT - 10);
  });
  [...lines.entries()].reverse().forEach(([index, { values }]) => {
    context.strokeStyle = context.fillStyle = index === 0 ? colours.accent : colours.mute;
    context.lineWidth = index === 0 ? 3 : 2;
    context.setLineDash(index === 0 ? [] : [2, 4]);
    const points = values.map((value, stage) => place(stage, value));
    stroke(context, points);
    context.setLineDash([]);
    for (const [stage, [x, y]] of points.entries()) {
      context.beginPath();
      context.arc(x, y, stage === at ? 5.5 : 3.5, 0, 2 * Math.PI);
      context.fill();
    }
  });
  context.lineWidth = 1;
}
