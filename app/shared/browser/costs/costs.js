// What a step costs along a text, with the key-value cache and without: counted as lines, measured as dots.

const CHART = 150;
const EDGE = { left: 56, right: 10, top: 8, bottom: 20 };

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  root.dataset.title = data.counts;
  const charts = make(root, "charts");
  const [left, right] = ["counted", "measured"].map((name) => {
    const chart = make(charts, name);
    const parts = [make(chart, "name", "p"), make(chart, "plot", "canvas")];
    parts[1].setAttribute("role", "img");
    return parts;
  });
  const counts = [data.kept, data.anew].map((packed) => [...unpack(packed, Float32Array)]);
  const times = ["kept", "anew"].map((name) => data.points.map((point) => point[name]));
  const lengths = counts[0].map((_, index) => index + 1);
  const measuredAt = data.points.map(({ length }) => length);
  write(left[0], data.counts);
  write(right[0], data.times);
  left[1].ariaLabel = `${data.counts}: ${words(lengths, counts, shortNumber)}`;
  right[1].ariaLabel = `${data.times}: ${words(measuredAt, times, milliseconds)}`;

  const draw = () => {
    const colours = palette(root);
    const room = Math.max(200, widthOf(root));
    const width = room > 520 ? Math.floor((room - 16) / 2) - 1 : room;
    paint(prepare(left[1], width, CHART), width, lengths, counts, false, shortNumber, colours);
    paint(prepare(right[1], width, CHART), width, measuredAt, times, true, milliseconds, colours);
  };
  onResize(root, draw);
  draw();
  drawn(root, data);
}

// The last numbers, for whoever does not see the chart.
const words = (lengths, [kept, anew], write) =>
  lengths.length ? `at ${lengths.at(-1)} tokens ${write(kept.at(-1))} with the cache, ${write(anew.at(-1))} without` : "";

// Both ways over the length of the text: lines of counts, or measured points.
function paint(context, width, lengths, [kept, anew], hasDots, write, colours) {
  const most = Math.max(...kept, ...anew, 1e-3);
  const last = Math.max(2, lengths.at(-1) ?? 2);
  const place = (length, value) => [
    EDGE.left + ((length - 1) / (last - 1)) * (width - EDGE.left - EDGE.right),
    CHART - EDGE.bottom - (value / most) * (CHART - EDGE.top - EDGE.bottom),
  ];
  context.font = `11px ${colours.font}`;
  context.textBaseline = "middle";
  context.fillStyle = colours.mute;
  context.strokeStyle = colours.line;
  for (const share of [0, 0.5, 1]) {
    const [x, y] = place(1, share * most);
    context.beginPath();
    context.moveTo(x, y);
    context.lineTo(width - EDGE.right, y);
    context.stroke();
    context.textAlign = "right";
    context.fillText(share ? write(share * most) : "0", x - 6, y);
  }
  context.textAlign = "left";
  context.fillText("1 token", EDGE.left, CHART - 8);
  context.textAlign = "right";
  context.fillText(`${last}`, width - EDGE.right, CHART - 8);
  for (const [values, colour, name] of [[anew, colours.hot, "without"], [kept, colours.accent, "with the cache"]]) {
    context.strokeStyle = context.fillStyle = colour;
    context.lineWidth = 2;
    context.beginPath();
    lengths.forEach((length, index) => context.lineTo(...place(length, values[index])));
    context.stroke();
    if (hasDots) {
      lengths.forEach((length, index) => {
        context.beginPath();
        context.arc(...place(length, values[index]), 4, 0, 2 * Math.PI);
        context.fill();
      });
    }
    const [x, y] = place(last, values.at(-1) ?? 0);
    context.textAlign = "right";
    context.fillText(name, x - 8, values === anew ? y + 12 : y - 9);
  }
  context.lineWidth = 1;
}

function shortNumber(value) {
  if (value >= 1e9) return `${(value / 1e9).toPrecision(2)} G`;
  if (value >= 1e6) return `${(value / 1e6).toPrecision(2)} M`;
  return value >= 1e3 ? `${(value / 1e3).toPrecision(2)} k` : `${Math.round(value)}`;
}

const milliseconds = (value) => `${value >= 10 ? value.toFixed(0) : value.toFixed(1)} ms`;
