// A grid of guesses: rows are the states between the blocks, columns the tokens; a cell has the token that would come
// next if its state were the last. Below it, the cell under the pointer or the chosen one in full.

const pinned = new WeakMap(); // root -> row of the chosen column that is read out
const seen = new WeakMap(); // root -> the column that was last scrolled to

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.texts.title);
  write(make(root, "subtitle", "p"), data.texts.subtitle);
  legend(make(root, "legend"), data);
  const found = unpacked(data.found);
  const [n, count] = [data.rows.length, data.columns.length];
  const isLive = data.chosen === null;
  const column = isLive ? count - 1 : data.chosen;
  const grid = make(make(root, "scroller"), "grid");
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-label", data.texts.alt);
  layColumns(grid, count, 3.1, 4);

  const rowHere = () => clamp(pinned.get(root) ?? n - 1, 0, n - 1);
  const show = (row, at) => readOut(make(root, "readout"), data, found, row, at, setTriggerValue);
  const rest = () => {
    light("pointed", []);
    show(rowHere(), column);
  };
  const point = (row, at) => {
    light("pointed", [["hidden", row, data.columns[at].position]]);
    show(row, at);
  };
  const pick = (row, at) => {
    pinned.set(root, row);
    mark(column);
    if (isLive || at === column) show(row, at);
    else setTriggerValue("position", data.columns[at].position);
  };

  const lines = children(grid, n + 2, createLine);
  line(lines[0], data.texts.read, "head", data.columns, (cell, { name, position }, at) => {
    write(cell.children[0], name);
    write(cell.children[1], String(position + 1));
    cell.className = `cell head${at === column && !isLive ? " chosen" : ""}`;
    cell.title = `${name}, token ${position + 1}`;
    cell.onclick = () => pick(rowHere(), at);
  });
  data.rows.forEach((name, row) =>
    line(lines[row + 1], name, "guess", data.columns, (cell, _, at) => {
      fill(cell, data, found, row, at);
      cell.dataset.row = row;
      cell.dataset.at = at;
      cell.onpointerenter = cell.onfocus = () => point(row, at);
      cell.onpointerleave = cell.onblur = rest;
      cell.onclick = () => pick(row, at);
      cell.onkeydown = (event) => {
        const step = ARROWS[event.key];
        if (!step) return;
        event.preventDefault();
        const [down, right] = [clamp(row + step[0], 0, n - 1), clamp(at + step[1], 0, count - 1)];
        const there = lines[down + 1].children[right + 1];
        cell.tabIndex = -1;
        there.tabIndex = 0;
        there.focus();
      };
    }),
  );
  line(lines[n + 1], data.texts.next, "next", data.columns, (cell, { next }) => {
    write(cell.children[0], next ?? "");
    write(cell.children[1], "");
    cell.className = "cell next";
    cell.title = next === null ? "" : next;
  });

  const mark = (at) =>
    grid.querySelectorAll(".guess").forEach((cell) => {
      const [row, here] = [Number(cell.dataset.row), Number(cell.dataset.at)];
      const isHere = here === at && row === rowHere();
      cell.classList.toggle("pinned", isHere && !isLive);
      cell.classList.toggle("chosen", here === at && !isLive);
      cell.tabIndex = isHere ? 0 : -1;
    });
  mark(column);
  const meant = () => grid.classList.toggle("meant", isMeant([["hidden"], ["probability"], ["logit"]]));
  onLight(root, meant);
  meant();
  if (!grid.contains(root.getRootNode().activeElement)) show(rowHere(), column);
  if (seen.get(root) !== `${column} of ${count}`) keepInView(grid.parentElement, lines[0].children[column + 1]);
  seen.set(root, `${column} of ${count}`);
  drawn(root, data);
}

const FIELDS = ["tokens", "chances", "final_rank", "final_chance", "next_rank", "next_chance"];

function unpacked(found) {
  const all = { most: found.most, other: found.other && unpack(found.other.tokens, Float32Array) };
  for (const name of FIELDS) all[name] = unpack(found[name], Float32Array);
  return all;
}

// How much of the colour a cell has. Few are sure and few ranks are low: roots and logarithms spread them out.
const strengthOf = {
  chance: (chance) => Math.sqrt(Math.max(0, chance)),
  rank: (rank, vocabulary) => (rank < 1 ? 0 : 1 - Math.log(rank) / Math.log(Math.max(2, vocabulary))),
};

// { strength, label } of a cell's colour.
function measured(data, found, row, at) {
  const here = row * data.columns.length + at;
  if (data.colour === "chance") {
    const chance = found.chances[here * found.most];
    return { strength: strengthOf.chance(chance), label: percent(chance) };
  }
  const rank = (data.colour === "final" ? found.final_rank : found.next_rank)[here];
  return { strength: strengthOf.rank(rank, data.vocabulary), label: rank < 1 ? "" : rank.toLocaleString("en") };
}

function fill(cell, data, found, row, at) {
  const here = row * data.columns.length + at;
  const best = found.tokens[here * found.most];
  const { strength, label } = measured(data, found, row, at);
  write(cell.children[0], data.names[best]);
  write(cell.children[1], label);
  const isAnswer = found.final_rank[here] === 1;
  const other = found.other?.[here];
  const differs = other !== undefined && other !== best;
  write(cell.children[2], differs ? `≠ ${data.names[other]}` : "");
  cell.className = `cell guess${isAnswer ? " answer" : ""}`;
  tint(cell, strength);
  const place = `${data.rows[row]}, after “${data.columns[at].name}”`;
  cell.ariaLabel = `${place}: “${data.names[best]}”, ${percent(found.chances[here * found.most])}`;
  cell.title = differs ? `${data.found.other.name}: “${data.names[other]}”` : "";
}

function tint(element, strength) {
  const share = Math.round(58 * clamp(strength, 0, 1));
  element.style.background = `color-mix(in srgb, var(--st-primary-color) ${share}%, var(--st-background-color))`;
}

function line(element, name, kind, columns, draw) {
  element.setAttribute("role", "row");
  const cells = children(element, columns.length + 1, (index) => createCell(index, kind));
  write(cells[0], name);
  cells[0].className = `label ${kind}`;
  columns.forEach((column, at) => draw(cells[at + 1], column, at));
}

function createLine() {
  const element = document.createElement("div");
  element.className = "line";
  return element;
}

function createCell(index, kind) {
  const cell = document.createElement(index && kind !== "next" ? "button" : "div");
  if (!index) {
    cell.setAttribute("role", "rowheader");
    return cell;
  }
  if (cell.type !== undefined) cell.type = "button";
  cell.setAttribute("role", kind === "head" ? "columnheader" : "gridcell");
  cell.tabIndex = -1;
  const text = document.createElement("bdi");
  text.dir = "auto";
  cell.append(text, document.createElement("small"), document.createElement("small"));
  return cell;
}

function legend(element, data) {
  const steps = data.colour === "chance" ? [0, 0.01, 0.1, 0.5, 1] : [1, 10, 100, 1000].filter((rank) => rank < data.vocabulary);
  const parts = children(element, steps.length + 2, () => document.createElement("span"));
  write(parts[0], data.texts.colours);
  steps.forEach((step, index) => {
    const swatch = parts[index + 1];
    swatch.className = "swatch";
    const isChance = data.colour === "chance";
    write(swatch, isChance ? percent(step) : step.toLocaleString("en"));
    tint(swatch, isChance ? strengthOf.chance(step) : strengthOf.rank(step, data.vocabulary));
  });
  write(parts.at(-1), data.texts.bold);
  parts.at(-1).className = "bold";
}

// One cell in full: its likeliest tokens, the final answer's place, and that of the text's own next token.
function readOut(element, data, found, row, at, setTriggerValue) {
  const here = row * data.columns.length + at;
  const { name, position, next } = data.columns[at];
  const last = row === data.rows.length - 1;
  write(make(element, "where", "p"), `${data.rows[row]}, after “${name}” (token ${position + 1})`);
  const list = make(element, "best", "ol");
  children(list, found.most, createBest).forEach((item, k) => {
    const token = found.tokens[here * found.most + k];
    const [text, number] = item.children;
    write(text, data.names[token]);
    write(number, percent(found.chances[here * found.most + k]));
    const opens = last && data.chosen !== null;
    number.disabled = !opens;
    number.title = opens ? "Its arithmetic" : "";
    number.ariaLabel = opens ? `${data.names[token]}: ${number.textContent}. Open its arithmetic.` : "";
    number.onclick = () => setTriggerValue("cell", ["probability", position, token]);
    tint(item, strengthOf.chance(found.chances[here * found.most + k]));
  });
  const answer = found.tokens[((data.rows.length - 1) * data.columns.length + at) * found.most];
  const parts = [placeText(data, "The final answer", data.names[answer], found.final_rank[here], found.final_chance[here])];
  if (next !== null) parts.push(placeText(data, "Your text’s own next token", next, found.next_rank[here], found.next_chance[here]));
  write(make(element, "places", "p"), parts.join(" "));
}

const placeText = (data, what, name, rank, chance) =>
  `${what}, “${name}”, is no. ${rank.toLocaleString("en")} of ${data.vocabulary.toLocaleString("en")} here: ${percent(chance)}.`;

function createBest() {
  const item = document.createElement("li");
  const text = document.createElement("bdi");
  text.dir = "auto";
  const number = document.createElement("button");
  number.type = "button";
  item.append(text, number);
  return item;
}
