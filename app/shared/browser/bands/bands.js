// Cosines of all rows of a table with each other, a square per table; the number under the pointer, or by arrow keys.

const LARGEST = 250;
const GAP = 12;
const chosen = new WeakMap(); // canvas -> [row, column]

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const list = make(root, "squares");
  const readout = make(root, "readout", "p");
  readout.setAttribute("aria-live", "polite");
  const values = data.squares.map((square) => unpack(square.values, Float32Array));

  const draw = () => {
    const colours = palette(root);
    const room = widthOf(root);
    const side = sideOf(room, data.squares.length);
    children(list, data.squares.length, createSquare).forEach((figure, index) => {
      const square = data.squares[index];
      const [canvas, name] = figure.children;
      write(name, square.name);
      canvas.setAttribute("aria-label", square.alt);
      canvas.classList.toggle("meant", isMeant([["cosine"]])); // by the formula
      paint(prepare(canvas, side, side), values[index], square.cells, side, chosen.get(canvas), colours);
      canvas.onpointermove = (event) => {
        const [x, y] = pointer(event);
        point(canvas, index, [Math.floor((y / side) * square.cells), Math.floor((x / side) * square.cells)]);
      };
      canvas.onpointerleave = canvas.onblur = () => point(canvas, index, null);
      canvas.onkeydown = (event) => {
        const step = ARROWS[event.key];
        if (!step) return;
        event.preventDefault();
        const [row, column] = chosen.get(canvas) ?? [0, 0];
        point(canvas, index, [row + step[0], column + step[1]]);
      };
    });
    drawn(root, data);
  };
  const point = (canvas, index, cell) => {
    const { cells, name } = data.squares[index];
    if (cell === null) chosen.delete(canvas);
    else chosen.set(canvas, (cell = cell.map((at) => clamp(at, 0, cells - 1))));
    light("pointed", cell === null ? [] : [["cosine", ...cell]]);
    write(readout, cell === null ? scaleText() : cosineText(name, values[index], cells, data.rows, cell));
    draw();
  };
  if (!readout.textContent) write(readout, scaleText());
  onResize(root, draw);
  onLight(root, draw);
  draw();
}

// Of each square, so that all stand side by side.
const sideOf = (room, count) => clamp(Math.floor((room - GAP * (count - 1)) / count) - 1, 90, LARGEST);

const scaleText = () => "Blue: alike, up to +1. Red: opposed, down to −1. The paler, the nearer to 0.";

// "12 to 19" for the rows that a cell stands for, counted from 1.
function rowsOf(cell, cells, rows) {
  const [first, last] = [Math.floor((cell * rows) / cells) + 1, Math.floor(((cell + 1) * rows) / cells)];
  return first === last ? `${first}` : `${first} to ${last}`;
}

const cosineText = (name, values, cells, rows, [row, column]) =>
  `${name}: positions ${rowsOf(row, cells, rows)} with ${rowsOf(column, cells, rows)}: cosine ${values[row * cells + column].toFixed(3)}`;

function createSquare() {
  const figure = document.createElement("figure");
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  figure.append(canvas, document.createElement("figcaption"));
  return figure;
}

function paint(context, values, cells, side, at, colours) {
  context.imageSmoothingEnabled = false;
  context.drawImage(cellPicture(cells, cells, (i, j) => values[i * cells + j], colours, 0), 0, 0, side, side);
  context.strokeStyle = colours.line;
  context.strokeRect(0.5, 0.5, side - 1, side - 1);
  if (!at) return;
  const cell = side / cells;
  context.strokeStyle = colours.ink;
  context.strokeRect(at[1] * cell, at[0] * cell, cell, cell);
}
