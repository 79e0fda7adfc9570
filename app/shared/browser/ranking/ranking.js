// What a text loses without each part of the model: a board with a bar and a number for each head, each layer's attention
// and its feed-forward network, and a list of the first ten. A click switches a part off, or on again.

const MOST_LISTED = 10;
const orders = new WeakMap(); // root -> which end of the order is listed: 1 the most helpful first, -1 the most harmful

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const { texts } = data;
  const lost = unpack(data.lost, Float32Array);
  const most = largest(lost, data.n_head + 2, 0);
  const mostOfHeads = largest(lost, data.n_head + 2, 2);
  const send = (part) => setTriggerValue("switch", part);
  const readout = make(root, "readout", "p");
  readout.setAttribute("aria-live", "polite");
  const point = (index) => write(readout, index === null ? texts.hint : describePart(data, lost, index));
  const left = make(make(root, "both"), "left");
  write(make(left, "title", "h3"), texts.title);
  write(make(left, "subtitle", "p"), texts.note);
  board(make(make(left, "scroll"), "board"), { data, lost, most, mostOfHeads, send, point });
  const right = make(make(root, "both"), "right");
  write(make(right, "title", "h3"), texts.list_title);
  list(root, right, { data, lost, most, send, point });
  root.append(readout);
  point(null);
  drawn(root, data);
}

// The number farthest from zero, the last columns of each row left out.
function largest(lost, columns, without) {
  return lost.reduce((most, value, at) => (at % columns < columns - without ? Math.max(most, Math.abs(value)) : most), 1e-9);
}

// What stands at an index of the board, as a switch.
function partOf({ n_head }, index) {
  const [layer, column] = [Math.floor(index / (n_head + 2)), index % (n_head + 2)];
  if (column < n_head) return ["head", layer, column];
  return [column === n_head ? "attention" : "mlp", layer];
}

// Indices of the board, the largest loss first, or the largest gain.
function ordered(lost, way) {
  return [...lost.keys()].sort((one, other) => way * (lost[other] - lost[one]) || one - other).slice(0, MOST_LISTED);
}

const signed = (value, digits = 2) => {
  const text = Math.abs(value).toFixed(digits);
  return Number(text) === 0 ? text : `${value < 0 ? "−" : ""}${text}`;
};

function describePart(data, lost, index) {
  const part = partOf(data, index);
  const name = switchName(part);
  const [nats, each] = [lost[index], lost[index] / Math.max(1, data.n_predicted)];
  const what = `Without ${name} your text’s log-probability ${nats < 0 ? "rises" : "falls"} by ${Math.abs(nats).toFixed(3)} nats`;
  return `${what}, ${Math.abs(each).toFixed(4)} a token. ${switchHint(data, part)}`;
}

function board(grid, { data, lost, most, mostOfHeads, send, point }) {
  const columns = data.n_head + 2;
  grid.setAttribute("role", "grid");
  grid.setAttribute("aria-label", data.texts.board_label);
  grid.style.gridTemplateColumns = `1.4em repeat(${columns}, minmax(2.5em, 1fr))`;
  const names = ["", ...Array.from({ length: data.n_head }, (_, head) => String(head + 1)), "attn", "ff"];
  const cells = children(grid, (columns + 1) * (data.n_layer + 1), () => document.createElement("div"));
  cells.forEach((cell, at) => {
    const [row, column] = [Math.floor(at / (columns + 1)) - 1, (at % (columns + 1)) - 1];
    if (row < 0 || column < 0) {
      cell.className = "name";
      write(cell, row < 0 ? names[column + 1] : String(row + 1));
      return;
    }
    const index = row * columns + column;
    const part = partOf(data, index);
    const gone = isOff(data, ...part) || (part[0] === "head" && isOff(data, "attention", row));
    cell.className = `cell${gone ? " gone" : ""}${column >= data.n_head ? " whole" : ""}`;
    cell.setAttribute("role", "gridcell");
    const button = make(cell, "part", "button");
    button.type = "button";
    button.tabIndex = index ? -1 : 0;
    button.ariaLabel = describePart(data, lost, index);
    write(make(button, "number", "span"), signed(lost[index]));
    bar(make(button, "bar", "span"), lost[index] / (column < data.n_head ? mostOfHeads : most));
    button.onclick = () => send(part);
    button.onpointerenter = button.onfocus = () => point(index);
    button.onpointerleave = button.onblur = () => point(null);
    button.onkeydown = (event) => {
      const move = ARROWS[event.key];
      if (isSwitchKey(event)) send(part);
      else if (move) {
        const [to, beside] = [clamp(row + move[0], 0, data.n_layer - 1), clamp(column + move[1], 0, columns - 1)];
        cells[(to + 1) * (columns + 1) + beside + 1].firstElementChild.focus();
      } else return;
      event.preventDefault();
    };
  });
}

// From the middle to the right what is lost, to the left what is won.
function bar(track, share) {
  const fill = make(track, "fill", "i");
  const half = 50 * Math.min(1, Math.abs(share));
  fill.className = `fill${share < 0 ? " hurts" : ""}`;
  fill.style.width = `${half}%`;
  fill.style.left = `${share < 0 ? 50 - half : 50}%`;
}

function list(root, right, { data, lost, most, send, point }) {
  const way = orders.get(root) ?? 1;
  const choice = make(right, "order");
  [[1, data.texts.most], [-1, data.texts.least]].forEach(([value, text]) => {
    const button = make(choice, value > 0 ? "helps" : "harms", "button");
    button.type = "button";
    write(button, text);
    button.ariaPressed = String(way === value);
    button.onclick = () => {
      orders.set(root, value);
      list(root, right, { data, lost, most, send, point });
    };
  });
  const rows = ordered(lost, way);
  children(make(right, "rows", "ol"), rows.length, () => document.createElement("li")).forEach((row, place) => {
    const index = rows[place];
    const part = partOf(data, index);
    const button = make(row, "part", "button");
    button.type = "button";
    button.className = `part${isOff(data, ...part) ? " gone" : ""}`;
    button.ariaLabel = describePart(data, lost, index);
    write(make(button, "who", "span"), switchName(part));
    bar(make(button, "bar", "span"), lost[index] / most);
    write(make(button, "number", "span"), signed(lost[index]));
    button.onclick = () => send(part);
    button.onpointerenter = button.onfocus = () => point(index);
    button.onpointerleave = button.onblur = () => point(null);
  });
}
