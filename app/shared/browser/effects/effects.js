// A grid of effects as buttons: blue one way, red the other, the number inside; the sentence of the one under the
// pointer or the focus below. Arrow keys go from cell to cell, Enter or a click picks one.

const STRONG = 0.62; // of the full colour: from here on the number is in the page's own colour

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const scroller = make(root, "scroller");
  const grid = make(scroller, "grid");
  const said = make(root, "said", "p");
  said.setAttribute("aria-live", "polite");
  const [rows, columns] = [data.rows.length, data.columns.length];
  const values = unpack(data.values, Float32Array);
  const picked = data.chosen ? data.chosen[0] * columns + data.chosen[1] : null;
  const rest = () => (picked === null ? data.hint : data.says[picked]);

  grid.setAttribute("role", "group");
  grid.setAttribute("aria-label", `${data.title} Arrow keys go from cell to cell.`);
  grid.style.gridTemplateColumns = `max-content ${data.columns.map((_, j) => widthAt(j, data.gaps)).join(" ")}`;
  const lines = children(grid, rows + 1, () => make(document.createElement("div"), "line"));
  const head = children(lines[0], columns + 1, () => document.createElement("span"));
  head[0].className = "corner";
  write(head[0], data.corner);
  data.columns.forEach((column, j) => {
    head[j + 1].className = `column${column.below ? " differs" : ""}${data.gaps.includes(j) ? " gap" : ""}`;
    const [top, below] = children(head[j + 1], 2, () => document.createElement("bdi"));
    write(top, column.text);
    write(below, column.below ?? "");
    head[j + 1].title = column.below ? `${column.text} / ${column.below}` : column.text;
  });
  const cells = lines.slice(1).flatMap((line, i) => {
    if (line.firstElementChild?.tagName !== "SPAN") line.replaceChildren(document.createElement("span"));
    const [label, ...buttons] = children(line, columns + 1, createCell);
    label.className = "row";
    write(label, data.rows[i]);
    return buttons;
  });
  const isThere = (at) => !Number.isNaN(values[at]);
  const reached = picked ?? Math.max(0, values.findIndex((value) => !Number.isNaN(value)));
  cells.forEach((cell, at) => {
    const share = isThere(at) ? clamp(values[at] / data.scale, -1, 1) : 0;
    const gap = data.gaps.includes(at % columns);
    cell.className = `cell${share < 0 ? " minus" : ""}${Math.abs(share) > STRONG ? " strong" : ""}${gap ? " gap" : ""}`;
    cell.style.setProperty("--share", `${Math.round(Math.abs(share) * 100)}%`);
    cell.disabled = !isThere(at);
    cell.tabIndex = at === reached ? 0 : -1;
    cell.ariaLabel = data.says[at];
    cell.ariaPressed = String(at === picked);
    write(cell, data.labels[at]);
    cell.onclick = () => {
      cells.forEach((other) => (other.ariaPressed = String(other === cell))); // until the server answers
      setTriggerValue("picked", [Math.floor(at / columns), at % columns]);
    };
    cell.onpointerenter = cell.onfocus = () => write(said, data.says[at]);
    cell.onpointerleave = cell.onblur = () => write(said, rest());
    cell.onkeydown = (event) => {
      const to = neighbour(at, ARROWS[event.key], rows, columns, isThere);
      if (to === null) return;
      event.preventDefault();
      cells[to].focus();
    };
  });
  write(said, rest());
  drawn(root, data);
}

// Of a column; those after the first gap have headings of words.
const widthAt = (column, gaps) => (column >= Math.min(...gaps) ? "minmax(5.3em, 6.4em)" : "minmax(3.1em, 5.6em)");

// The next cell that is there in the direction of an arrow; null for another key, the cell itself at the edge.
function neighbour(at, step, rows, columns, isThere) {
  if (!step) return null;
  let [i, j] = [Math.floor(at / columns), at % columns];
  for (;;) {
    [i, j] = [i + step[0], j + step[1]];
    if (i < 0 || j < 0 || i >= rows || j >= columns) return at;
    if (isThere(i * columns + j)) return i * columns + j;
  }
}

function createCell(index) {
  const cell = document.createElement(index === 0 ? "span" : "button");
  if (index > 0) cell.type = "button";
  return cell;
}
