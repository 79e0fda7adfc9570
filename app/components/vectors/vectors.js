// A few vectors as rows of coloured cells, one cell per number, all on one scale; the exact number under the pointer.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const rows = data.rows.map((row) => ({ label: row.label, sign: row.sign, values: unpack(row.values, Float32Array) }));
  const scale = Math.max(...rows.flatMap((row) => [...row.values].map(Math.abs)), 1e-12);
  const list = make(root, "rows");
  const readout = make(root, "readout", "p");
  const rest = `${rows[0].values.length} numbers a row; colours from −${scale.toFixed(2)} to +${scale.toFixed(2)}`;
  write(readout, rest);

  const draw = () => {
    const colours = palette(root);
    children(list, rows.length, createRow).forEach((element, index) => {
      const [label, canvas] = element.children;
      write(label, `${rows[index].sign} ${rows[index].label}`.trim());
      const width = Math.max(60, widthOf(list) - (widthOf(list) < 520 ? 0 : 168));
      paint(prepare(canvas, width, 26), rows[index].values, width, 26, scale, colours);
      canvas.setAttribute("aria-label", rows[index].label);
      canvas.onpointermove = (event) => {
        const column = Math.floor((pointer(event)[0] / width) * rows[index].values.length);
        const at = clamp(column, 0, rows[index].values.length - 1);
        write(readout, `number ${at + 1}: ` + rows.map((row) => `${row.label} ${row.values[at].toFixed(4)}`).join(" · "));
      };
      canvas.onpointerleave = () => write(readout, rest);
    });
    drawn(root, data);
  };
  onResize(root, draw);
  draw();
}

function createRow() {
  const row = document.createElement("div");
  row.className = "row";
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  row.append(document.createElement("span"), canvas);
  return row;
}

function paint(context, values, width, height, scale, colours) {
  const cell = width / values.length;
  context.fillStyle = colours.soft;
  context.fillRect(0, 0, width, height);
  values.forEach((value, i) => {
    context.fillStyle = value < 0 ? colours.hot : colours.accent;
    context.globalAlpha = Math.min(1, Math.abs(value) / scale);
    context.fillRect(i * cell, 0, Math.max(0.6, cell - 0.2), height);
  });
  context.globalAlpha = 1;
}
