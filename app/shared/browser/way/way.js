// Lines over the stages of a model; the numbers of the stage under the pointer, or by arrow keys.

const HEIGHT = 220;
const EDGE = { left: 46, right: 14, top: 10, bottom: 24 };
const STEP = 0.25; // between lines of the grid

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  const lines = data.lines.map(({ name, values }) => ({ name, values: [...unpack(values, Float32Array)] }));
  const legend = children(make(root, "legend"), lines.length, () => document.createElement("span"));
  lines.forEach(({ name }, index) => {
    legend[index].className = index === 0 ? "first" : "other";
    write(legend[index], name);
  });
  const [canvas, room] = stagesCanvas(root, data.alt);
  write(make(root, "axis", "p"), data.axis);
  const readout = make(root, "readout", "p");
  readout.setAttribute("aria-live", "polite");
  const lowest = lowestOf(lines);

  const draw = () => {
    const width = Math.max(160, widthOf(room));
    const at = pointedStage(root, data.stages.length);
    const place = placed(data.stages.length, width, lowest);
    paint(prepare(canvas, width, HEIGHT), data, lines, place, lowest, at, palette(root));
    write(readout, at === null ? data.quantity : numbersAt(data, lines, at));
    listenToStages(canvas, root, data.stages.length, width, draw);
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
    const label = (value + 0).toFixed(2).replace("-", "−"); // no minus before 0
    gridLine(context, place(0, value), place(count - 1, value)[0], label, colours);
  }
  nameStages(context, data.stages, (index) => place(index, lowest)[0], at, colours);
  [...lines.entries()].reverse().forEach(([index, { values }]) => {
    context.strokeStyle = context.fillStyle = index === 0 ? colours.accent : colours.mute;
    context.lineWidth = index === 0 ? 3 : 2;
    context.setLineDash(index === 0 ? [] : [2, 4]);
    const points = values.map((value, stage) => place(stage, value));
    stroke(context, points);
    context.setLineDash([]);
    dots(context, points, at);
  });
  context.lineWidth = 1;
}
