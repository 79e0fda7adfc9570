// A grid of numbers as it was sent: which number a cell shows, what it is called, and where it is lit up.

// { ...sent, values, at, token, square, scale }: `at` and `token` are each number's place within its cell, along the columns
// and along the rows; where they are missing, the first.
function decode(sent) {
  const grid = { ...sent, square: sent.wide === 0, values: unpack(sent.values, Float32Array) };
  grid.at = places(sent.at, grid.values.length);
  grid.token = places(sent.token, grid.values.length);
  grid.scale = fullColour(grid);
  return grid;
}

// A byte a number, or two.
function places(sent, count) {
  if (!sent) return null;
  const bytes = unpack(sent, Uint8Array);
  return bytes.length === count ? bytes : new Uint16Array(bytes.buffer);
}

// The number whose colour is full. In vectors a few numbers are many times the others: 2 in 100 may lie beyond it.
function fullColour({ values, square }) {
  const sizes = values.map(Math.abs).filter((size) => !Number.isNaN(size)).sort();
  return Math.max(sizes[Math.ceil((square ? 1 : 0.98) * sizes.length) - 1] ?? 0, 1e-9);
}

const valueAt = (grid, row, column) => grid.values[row * grid.cells + column];

// The token whose number a cell shows.
function tokenAt(grid, rows, row, column) {
  return rows[row].first + (grid.token?.[row * grid.cells + column] ?? 0);
}

// Which of its numbers: counted along the vector, or along the tokens.
function columnAt(grid, rows, row, column) {
  const at = grid.at?.[row * grid.cells + column] ?? 0;
  if (grid.square) return rows[column].first + at;
  if (!grid.heads) return column * grid.wide + at;
  const each = grid.cells / grid.heads;
  return Math.floor(column / each) * (grid.size / grid.heads) + (column % each) * grid.wide + at;
}

// The cell's name, as gptcore.provenance has it.
function cellName(grid, rows, row, column) {
  const [token, at] = [tokenAt(grid, rows, row, column), columnAt(grid, rows, row, column)];
  if (!grid.heads) return [...grid.kind, token, at];
  const wide = grid.size / grid.heads;
  return [...grid.kind, Math.floor(at / wide), token, at % wide];
}

// [first row, first column, rows, columns] that a pattern lights up, or null. A cell that stands for several numbers is lit
// with any of them.
function litPart(grid, rows, pattern) {
  if (!fits(pattern.slice(0, grid.kind.length), grid.kind)) return null;
  const rest = pattern.slice(grid.kind.length);
  const head = grid.heads ? (rest.shift() ?? null) : null;
  const [token = null, at = null] = rest;
  const rowOf = (value) => rows.findIndex((row) => row.first <= value && value <= row.last);
  const row = token === null ? [0, grid.rows] : [rowOf(token), 1];
  const each = grid.heads ? grid.cells / grid.heads : grid.cells;
  const first = head === null ? 0 : head * each;
  let column = [first, head === null ? grid.cells : each];
  if (at !== null && (head !== null || !grid.heads)) column = [grid.square ? rowOf(at) : first + Math.floor(at / grid.wide), 1];
  return row[0] < 0 || column[0] < 0 ? null : [row[0], column[0], row[1], column[1]];
}

function number(value) {
  if (Number.isNaN(value)) return "−∞";
  const text = value === 0 || Math.abs(value) >= 0.001 ? value.toFixed(4) : value.toExponential(2);
  return text.replaceAll("-", "−");
}

// A number and where it stands, in words.
function describeCell(grid, rows, row, column) {
  const who = (token) => {
    const known = rows.find(({ first, last }) => first === token && last === token);
    return known ? `“${known.label}” (token ${token + 1})` : `token ${token + 1}`;
  };
  const [token, at] = [tokenAt(grid, rows, row, column), columnAt(grid, rows, row, column)];
  const value = number(valueAt(grid, row, column));
  if (grid.square) return `${grid.title}, ${who(token)} looking at ${who(at)}: ${value}`;
  const count = grid.heads ? grid.size / grid.heads : grid.size;
  const which = `number ${(at % count) + 1} of ${count}`;
  const head = grid.heads ? `, head ${Math.floor(at / count) + 1}` : "";
  const pooled = grid.wide > 1 || grid.token ? ", the farthest from zero of its cell" : "";
  return `${grid.title} ${grid.symbol}, ${who(token)}${head}, ${which}${pooled}: ${value}`;
}

function scaleText({ id, scale }) {
  if (scale <= 1e-9) return "all 0";
  if (id === "weights") return `0 to ${scale.toFixed(2)}`;
  return `±${scale >= 10 ? scale.toFixed(0) : scale.toPrecision(2)}`;
}

// A grid's colours, a pixel a cell; `across`: rows run from left to right.
function gridPicture(view, grid, across, colours) {
  return kept(view, `${grid.id} ${across}`, colours, () => {
    const shade = (i, j) => (across ? valueAt(grid, j, i) : valueAt(grid, i, j)) / grid.scale;
    return across
      ? cellPicture(grid.cells, grid.rows, shade, colours)
      : cellPicture(grid.rows, grid.cells, shade, colours);
  });
}
