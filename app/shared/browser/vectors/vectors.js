// A few vectors as rows of coloured cells, one cell per number, all on one scale; the exact number under the pointer.
// A click, or Enter, opens it.

const HEIGHT = 26;
const pointed = new WeakMap(); // root -> [row, index] of the number pointed at

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const rows = data.rows.map((row) => ({ label: row.label, sign: row.sign, values: unpack(row.values, Float32Array) }));
  const scale = Math.max(...rows.flatMap((row) => [...row.values].map(Math.abs)), 1e-12);
  const list = make(root, "rows");
  const readout = make(root, "readout", "p");
  readout.setAttribute("aria-live", "polite");
  const count = rows[0].values.length;

  const draw = () => {
    const colours = palette(root);
    const room = widthOf(list);
    const width = Math.max(60, room - (room < 520 ? 0 : 168));
    const at = pointed.has(root) ? clamp(pointed.get(root)[1], 0, count - 1) : null;
    write(readout, at === null ? scaleText(count, scale) : numbersAt(rows, at));
    children(list, rows.length, createRow).forEach((element, index) => {
      const [label, canvas] = element.children;
      const { sign, label: name, values } = rows[index];
      write(label, `${sign} ${name}`.trim());
      const cell = (i) => (data.cells[index] ? [...data.cells[index], i] : null);
      const isRowMeant = Boolean(data.cells[index]) && isMeant([data.cells[index]]); // as a whole, by a formula
      canvas.classList.toggle("meant", isRowMeant);
      const lights = (what) => runs(count, (i) => cell(i) && isLit(what, cell(i)));
      const context = prepare(canvas, width, HEIGHT);
      paint(context, values, width, scale, colours);
      const here = at !== null ? [[at, at + 1]] : isRowMeant ? [] : lights("pointed");
      for (const run of lights("opened")) frame(context, run, width / count, colours.accent);
      for (const run of here) frame(context, run, width / count, colours.ink);
      const keys = data.cells.length ? "Arrow keys read them out, Enter opens one." : "Arrow keys read them out.";
      canvas.setAttribute("aria-label", `${name}: ${count} numbers. ${keys}`);
      const open = (i) => data.cells[index] && setTriggerValue("cell", cell(clamp(i, 0, count - 1)));
      canvas.style.cursor = data.cells.length ? "crosshair" : "";
      canvas.onpointermove = (event) => point(index, Math.floor((pointer(event)[0] / width) * count));
      canvas.onpointerleave = canvas.onblur = () => point(index, null);
      canvas.onclick = (event) => open(Math.floor((pointer(event)[0] / width) * count));
      canvas.onkeydown = (event) => {
        const step = ARROWS[event.key]?.[1];
        if (event.key === "Enter" && at !== null) open(at);
        else if (step) point(index, at === null ? 0 : at + step);
        else return;
        event.preventDefault();
      };
    });
    drawn(root, data);
  };
  const point = (row, at) => {
    if (at === null) pointed.delete(root);
    else pointed.set(root, [row, clamp(at, 0, count - 1)]);
    light("pointed", at === null || !data.cells[row] ? [] : [[...data.cells[row], clamp(at, 0, count - 1)]]);
    draw();
  };
  onResize(root, draw);
  onLight(root, draw);
  draw();
}

const scaleText = (count, scale) =>
  `${count} numbers a row; colours from −${scale.toFixed(2)} to +${scale.toFixed(2)}`;

const numbersAt = (rows, at) =>
  `number ${at + 1}: ` + rows.map((row) => `${row.label} ${row.values[at].toFixed(4)}`).join(" · ");

function createRow() {
  const row = document.createElement("div");
  row.className = "row";
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  row.append(document.createElement("span"), canvas);
  return row;
}

function paint(context, values, width, scale, colours) {
  const cell = width / values.length;
  context.fillStyle = colours.soft;
  context.fillRect(0, 0, width, HEIGHT);
  values.forEach((value, i) => {
    context.fillStyle = value < 0 ? colours.hot : colours.accent;
    context.globalAlpha = Math.min(1, Math.abs(value) / scale);
    context.fillRect(i * cell, 0, Math.max(0.6, cell - 0.2), HEIGHT);
  });
  context.globalAlpha = 1;
}

function frame(context, [from, to], cell, colour) {
  context.strokeStyle = colour;
  context.strokeRect(from * cell - 0.5, 0.5, (to - from) * cell + 1, HEIGHT - 1);
}
