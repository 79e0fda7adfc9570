// One head's map in this view (blue), in the one beside it (red), and their difference, side by side: lower halves, or
// squares where tokens look ahead. Pointing at a cell, or arrow keys, mark it in all maps of as many cells and read all
// their numbers.

const LARGEST = 250;
const SMALLEST = 110;
const SPACE = 16;
const BESIDE = 190; // room for what is said of a cell, to the right of the maps
const views = new WeakMap(); // root -> { at: [map, row, column] or null }

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = views.get(root) ?? {};
  views.set(root, view);
  Object.assign(view, { at: null, pictures: {} });
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const list = make(root, "maps");
  const readout = make(list, "readout", "p");
  readout.setAttribute("aria-live", "polite");
  const figures = make(list, "figures");
  const values = data.maps.map((map) => unpack(map.values, Float32Array));

  const draw = () => {
    const colours = palette(root);
    const room = widthOf(root);
    children(figures, data.maps.length, createMap).forEach((figure, index) => {
      const map = data.maps[index];
      const [title, canvas, note] = figure.children;
      write(title, map.name);
      write(note, map.note);
      canvas.setAttribute("aria-label", map.alt);
      const place = placeOf(canvas, map, room, data.maps.length, colours);
      figure.style.width = `${place.width * unit(canvas)}px`;
      paint(canvas, index, place, data, values[index], view, colours);
      const cellAt = (event) => {
        const [x, y] = pointer(event);
        const row = Math.floor((y - 1) / place.cell);
        const column = Math.floor((x - place.left) / place.cell);
        return row >= 0 && row < map.cells && column >= 0 && column < reach(map, row) ? [index, row, column] : null;
      };
      canvas.onpointermove = (event) => point(cellAt(event));
      canvas.onpointerleave = canvas.onblur = () => point(null);
      canvas.onclick = (event) => pick(cellAt(event));
      canvas.onkeydown = (event) => {
        const step = ARROWS[event.key];
        const [, row, column] = view.at ?? [index, data.row < 0 ? map.cells - 1 : data.row, 0];
        if (event.key === "Enter") pick(view.at);
        else if (step) {
          const there = clamp(row + step[0], 0, map.cells - 1);
          point([index, there, clamp(column + step[1], 0, reach(map, there) - 1)]);
        } else return;
        event.preventDefault();
      };
    });
    write(readout, view.at ? cellText(data, values, view.at) : data.hint);
    drawn(root, data);
  };
  const point = (at) => {
    if (String(at) === String(view.at)) return;
    view.at = at;
    draw();
  };
  const pick = (at) => {
    if (at?.[0] === 0) setTriggerValue("position", Math.floor(((at[1] + 0.5) * data.maps[0].tokens.length) / data.maps[0].cells));
  };
  onResize(root, draw);
  draw();
}

function createMap() {
  const figure = document.createElement("figure");
  const canvas = document.createElement("canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  figure.append(document.createElement("h4"), canvas, document.createElement("figcaption"));
  return figure;
}

// Where a map's cells stand on its canvas: names to the left where a row has room for one.
function placeOf(canvas, map, room, count, colours) {
  const each = room < 520 ? room : (room - SPACE * count - BESIDE) / count;
  const context = canvas.getContext("2d");
  context.font = `12px ${colours.font}`;
  const exact = map.cells === map.tokens.length;
  const longest = exact ? Math.max(0, ...map.tokens.map((token) => context.measureText(token).width)) : 0;
  const gutter = clamp(longest + 8, 0, 78);
  const side = (left) => clamp(each - left - 2, SMALLEST, LARGEST);
  const left = exact && side(gutter) / map.cells >= 9 ? gutter : 1;
  const cell = Math.min(26, side(left) / map.cells);
  return { left, cell, size: cell * map.cells, width: left + cell * map.cells + 2 };
}

// [first, last] token that a cell covers.
function covered(map, cell) {
  const count = map.tokens.length;
  return [Math.floor((cell * count) / map.cells), Math.ceil(((cell + 1) * count) / map.cells) - 1];
}

function namesOf(map, cell) {
  const [first, last] = covered(map, cell);
  return first >= last ? `“${map.tokens[first]}”` : `“${map.tokens[first]}” … “${map.tokens[last]}”`;
}

// How many columns of a row are drawn, and where one of them stands among the map's values.
const reach = (map, row) => (map.square ? map.cells : row + 1);
const valueAt = (map, values, row, column) =>
  column < reach(map, row) ? values[map.square ? row * map.cells + column : lower(row, column)] : NaN;

const isAlike = (one, other) => one.cells === other.cells && one.tokens.length === other.tokens.length;

function cellText(data, values, [index, row, column]) {
  const here = data.maps[index];
  const numbers = data.maps.flatMap((map, k) => {
    if (k !== index && !isAlike(map, here)) return [];
    const value = valueAt(map, values[k], row, column);
    if (Number.isNaN(value)) return [`${map.name}: masked`];
    return [`${map.name}: ${value < 0 ? "−" : ""}${Math.abs(value).toFixed(4)}`];
  });
  return `${namesOf(here, row)} listens to ${namesOf(here, column)} · ${numbers.join(" · ")}`;
}

function paint(canvas, index, { left, cell, size, width }, data, values, view, colours) {
  const map = data.maps[index];
  const n = map.cells;
  const context = prepare(canvas, width, size + 3);
  const shade = (i, j) => valueAt(map, values, i, j) / map.scale;
  drawCells(context, kept(view, `map ${index}`, colours, () => cellPicture(n, n, shade, colours)), left, 1, size);
  if (left > 1) {
    context.font = `${clamp(cell, 9, 12)}px ${colours.font}`;
    context.textAlign = "right";
    context.textBaseline = "middle";
    map.tokens.forEach((token, i) => {
      context.fillStyle = i === data.row && isAlike(map, data.maps[0]) ? colours.ink : colours.mute;
      context.fillText(fit(context, token, left - 8), left - 5, 1 + (i + 0.5) * cell);
    });
  }
  if (data.row >= 0 && isAlike(map, data.maps[0])) {
    outline(context, colours.mute, 1.2, left - 0.5, 1 + data.row * cell, reach(map, data.row) * cell, cell);
  }
  const at = view.at;
  if (at && (at[0] === index || isAlike(map, data.maps[at[0]]))) {
    outline(context, colours.ink, 1.5, left + at[2] * cell, 1 + at[1] * cell, cell);
  }
}
