// Two next tokens through the layers: their ranks as lines, the first rank on top, each step down ten times as far back.

const HEIGHT = 230;
const EDGE = { left: 70, right: 16, top: 14, bottom: 26 };

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  const lines = data.lines.map((line) => ({
    ...line,
    ranks: [...unpack(line.ranks, Float32Array)],
    chances: [...unpack(line.chances, Float32Array)],
  }));
  const legend = children(make(root, "legend"), lines.length, () => document.createElement("span"));
  lines.forEach((line, index) => {
    legend[index].className = `${index % 2 ? "second" : "first"}${line.beside ? " beside" : ""}`;
    write(legend[index], line.name);
  });
  const [canvas, room] = stagesCanvas(root, data.alt);
  const readout = make(root, "readout", "p");
  readout.setAttribute("aria-live", "polite");

  const draw = () => {
    const width = Math.max(160, widthOf(room));
    const at = pointedStage(root, data.stages.length);
    paint(prepare(canvas, width, HEIGHT), data, lines, placed(data, width), at, palette(root));
    write(readout, at === null ? data.axis : numbersAt(data, lines, at));
    listenToStages(canvas, root, data.stages.length, width, draw);
  };
  onResize(root, draw);
  draw();
  drawn(root, data);
}

// How far down a rank stands, 0 for the first, 1 for the last of the vocabulary.
const depth = (rank, vocabulary) => Math.log(rank) / Math.log(Math.max(2, vocabulary));

// (stage, rank) -> [x, y].
function placed(data, width) {
  const across = (width - EDGE.left - EDGE.right) / Math.max(1, data.stages.length - 1);
  const down = HEIGHT - EDGE.top - EDGE.bottom;
  return (stage, rank) => [EDGE.left + stage * across, EDGE.top + depth(rank, data.vocabulary) * down];
}

// 1, 10, 100 and so on, as many as there are tokens.
const decades = (vocabulary) => [...Array(Math.floor(Math.log10(vocabulary) + 1e-9) + 1).keys()].map((n) => 10 ** n);

const numbersAt = (data, lines, at) =>
  `${data.stages[at]}: ` +
  lines
    .map(({ name, ranks, chances }) => `${name}: no. ${ranks[at].toLocaleString("en")}, ${percent(chances[at])}`)
    .join(" · ");

function paint(context, data, lines, place, at, colours) {
  const count = data.stages.length;
  context.font = `12px ${colours.font}`;
  context.textBaseline = "middle";
  for (const rank of decades(data.vocabulary)) {
    gridLine(context, place(0, rank), place(count - 1, rank)[0], `no. ${rank.toLocaleString("en")}`, colours);
  }
  nameStages(context, data.stages, (index) => place(index, 1)[0], at, colours);
  [...lines.entries()].reverse().forEach(([index, { ranks, beside }]) => {
    context.strokeStyle = context.fillStyle = index % 2 ? colours.hot : colours.accent;
    context.lineWidth = beside ? 1.5 : 3;
    context.setLineDash(beside ? [3, 4] : []);
    const points = [...ranks].map((rank, stage) => place(stage, rank));
    stroke(context, points);
    context.setLineDash([]);
    if (!beside) dots(context, points, at);
  });
  context.lineWidth = 1;
}
