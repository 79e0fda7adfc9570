// Rows of coloured numbers under the tokens of a text; the numbers of one token in full below, with a button that hides
// that token from the model.

const pinned = new WeakMap(); // root -> position of the token that is read out
const seen = new WeakMap(); // root -> the view whose token was last scrolled to

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.texts.title);
  write(make(root, "subtitle", "p"), data.texts.subtitle);
  const values = data.rows.map((row) => unpack(row.values, Float32Array));
  const count = data.names.length;
  const grid = make(make(root, "scroller"), "grid");
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-label", data.texts.alt);
  layColumns(grid, count, 3.1, 3.6);

  const here = () => clamp((pinned.get(root) ?? data.first + strongest(values)) - data.first, 0, count - 1);
  const show = (at) => readOut(make(root, "readout"), data, values, at, setTriggerValue);
  const lines = children(grid, data.rows.length + 1, createLine);
  const cellAt = (row, at) => lines[row].children[at + 1];
  const mark = () => {
    lines.forEach((_, row) => {
      for (let at = 0; at < count; at++) {
        const cell = cellAt(row, at);
        cell.classList.toggle("pinned", at === here());
        cell.tabIndex = at === here() && row === 0 ? 0 : -1;
      }
    });
  };
  const pin = (at) => {
    pinned.set(root, data.first + at);
    mark();
    show(at);
  };
  lines.forEach((element, row) => {
    const cells = children(element, count + 1, createCell);
    write(cells[0], row ? data.rows[row - 1].name : "");
    cells[0].className = "label";
    data.names.forEach((name, at) => {
      const cell = cells[at + 1];
      const value = row ? values[row - 1][at] : NaN;
      const isHidden = data.hidden.includes(data.first + at);
      write(cell.firstElementChild, row ? short(value) : name);
      write(cell.lastElementChild, row ? "" : String(data.first + at + 1));
      cell.className = `cell${row ? "" : " head"}${data.first + at === data.position ? " chosen" : ""}${isHidden ? " hidden" : ""}`;
      tint(cell, row ? value : NaN, row ? data.rows[row - 1].scale : 1);
      cell.ariaLabel = row ? `${data.rows[row - 1].name}, “${name}”: ${exact(value, data.rows[row - 1].unit)}` : name;
      cell.onpointerenter = cell.onfocus = () => {
        light("pointed", [["token", data.first + at]]);
        show(at);
      };
      cell.onpointerleave = cell.onblur = () => {
        light("pointed", []);
        show(here());
      };
      cell.onclick = () => pin(at);
      cell.onkeydown = (event) => {
        const step = ARROWS[event.key];
        if (!step) return;
        event.preventDefault();
        cellAt(clamp(row + step[0], 0, data.rows.length), clamp(at + step[1], 0, count - 1)).focus();
      };
    });
  });
  mark();
  show(here());
  if (seen.get(root) !== data.texts.title) keepInView(grid.parentElement, cellAt(0, here()));
  seen.set(root, data.texts.title);
  const legends = children(make(root, "legends", "ul"), data.rows.length, createLegend);
  data.rows.forEach((row, index) => {
    const [name, says] = legends[index].children;
    write(name, row.name);
    write(says, row.legend);
  });
  drawn(root, data);
}

// The token that all rows together make most of, each by its own largest number.
function strongest(values) {
  const sums = [...values[0]].map((_, at) => values.reduce((sum, row) => sum + share(row, at), 0));
  return sums.indexOf(Math.max(...sums));
}

function share(row, at) {
  const largest = Math.max(...[...row].filter(Number.isFinite).map(Math.abs), 1e-12);
  return Number.isFinite(row[at]) ? Math.abs(row[at]) / largest : 0;
}

// A number in a cell; nothing where there is none.
function short(value) {
  if (!Number.isFinite(value)) return "";
  return (Math.abs(value) < 0.005 ? "0" : value.toFixed(2)).replace("-", "−");
}

const exact = (value, unit) => (Number.isFinite(value) ? `${value.toFixed(4).replace("-", "−")}${unit}` : "no number");

function tint(element, value, scale) {
  const colour = value < 0 ? "--hot" : "--st-primary-color";
  const part = Number.isFinite(value) ? Math.round(58 * Math.min(1, Math.abs(value) / Math.max(scale, 1e-12))) : 0;
  element.style.background = part ? `color-mix(in srgb, var(${colour}) ${part}%, transparent)` : "";
}

function readOut(element, data, values, at, setTriggerValue) {
  const position = data.first + at;
  const numbers = data.rows.map((row, index) => `${row.name} ${exact(values[index][at], row.unit)}`);
  write(make(element, "numbers", "p"), `“${data.names[at]}” (token ${position + 1}): ${numbers.join(" · ")}`);
  const button = make(element, "hide", "button");
  button.type = "button";
  const isHidden = data.hidden.includes(position);
  write(button, (isHidden ? data.texts.show : data.texts.hide).replace("{token}", data.names[at]));
  button.hidden = !isHidden && position >= data.position;
  button.onclick = () => setTriggerValue("hide", position);
}

function createLine() {
  const element = document.createElement("div");
  element.className = "line";
  element.setAttribute("role", "row");
  return element;
}

function createCell(index) {
  const cell = index ? tokenButton() : document.createElement("div");
  cell.setAttribute("role", index ? "gridcell" : "rowheader");
  return cell;
}

function createLegend() {
  const item = document.createElement("li");
  item.append(document.createElement("b"), document.createElement("span"));
  return item;
}
