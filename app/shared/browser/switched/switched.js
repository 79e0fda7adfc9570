// What is switched off, a chip each, and what that changes: the next token's probabilities side by side, a few numbers, and
// a bar for each token's surprise.

const HEIGHT = 78; // of the bars
const pointed = new WeakMap(); // root -> index of the token that is pointed at, 1 for the second

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const { texts } = data;
  const head = make(root, "off");
  write(make(head, "sign", "b"), texts.off);
  const list = make(head, "list");
  children(list, data.off.length, () => document.createElement("button")).forEach((chip, index) => {
    const { name, switch: what } = data.off[index];
    chip.type = "button";
    write(make(chip, "name", "span"), name);
    write(make(chip, "cross", "span"), "✕");
    chip.title = chip.ariaLabel = `${name}: ${texts.on_again}`;
    chip.onclick = () => setTriggerValue("switch", what);
  });
  const back = make(head, "back", "button");
  back.type = "button";
  write(back, texts.back);
  back.onclick = () => setTriggerValue("back", data.stamp);
  const parts = make(root, "parts");
  candidates(make(parts, "next", "section"), data);
  measures(make(parts, "numbers", "section"), data);
  const bars = make(parts, "surprise", "section");
  write(make(bars, "title", "h3"), texts.surprise);
  const canvas = make(bars, "canvas", "canvas");
  make(bars, "readout", "p").setAttribute("aria-live", "polite");
  const view = { data, root, canvas, changes: unpack(data.changes, Float32Array) };
  canvas.hidden = !view.changes.length;
  listen(view);
  onResize(root, () => draw(view));
  draw(view);
}

function candidates(section, { candidates: rows, texts }) {
  write(make(section, "title", "h3"), texts.next);
  const largest = Math.max(...rows.flatMap((row) => [row.before, row.after]), 1e-9);
  const grid = make(section, "grid");
  children(grid, rows.length, candidate).forEach((line, index) => {
    const row = rows[index];
    const [name, track, numbers] = line.children;
    write(name, (row.actual ? "▸ " : "") + row.text);
    [row.before, row.after].forEach((value, side) => (track.children[side].style.width = `${(100 * value) / largest}%`));
    write(numbers, row.labels.join(" → "));
    line.setAttribute("role", "img");
    line.ariaLabel = `${row.text}: ${texts.whole} ${row.labels[0]}, ${texts.now} ${row.labels[1]}`;
  });
  const key = make(section, "key", "p");
  write(make(key, "whole", "span"), texts.whole);
  write(make(key, "now", "span"), texts.now);
}

function candidate() {
  const line = document.createElement("div");
  const name = document.createElement("bdi");
  const track = document.createElement("span");
  track.className = "track";
  track.append(document.createElement("i"), document.createElement("b"));
  line.append(name, track, document.createElement("span"));
  line.className = "candidate";
  return line;
}

function measures(section, { measures: rows, texts }) {
  write(make(section, "title", "h3"), texts.numbers);
  const grid = make(section, "grid");
  children(grid, rows.length, () => document.createElement("div")).forEach((line, index) => {
    const row = rows[index];
    line.className = `measure${row.worse ? " worse" : ""}`;
    write(make(line, "name", "span"), row.name);
    write(make(line, "values", "span"), `${row.before} → ${row.after}`);
    write(make(line, "change", "b"), row.change);
  });
}

// ---- the bars ------------------------------------------------------------------------------------------------------

// How wide a token's bar is, and how many bits fill half of the height.
function barsLayout(changes, width) {
  const step = Math.min(26, width / Math.max(1, changes.length));
  const most = Math.max(0.5, ...changes.map(Math.abs));
  return { step, most, middle: HEIGHT / 2 };
}

function draw(view) {
  const { data, root, canvas, changes } = view;
  const colours = palette(root);
  const at = pointed.get(root);
  const isThere = at && at <= changes.length;
  write(root.querySelector(".readout"), isThere ? changeText(data, changes, at) : hintOf(data, changes));
  if (changes.length) {
    const width = widthOf(canvas.parentElement);
    const { step, most, middle } = barsLayout(changes, width);
    const context = prepare(canvas, width, HEIGHT);
    context.fillStyle = colours.line;
    context.fillRect(0, middle - 0.5, step * changes.length, 1);
    changes.forEach((bits, index) => {
      const long = (Math.abs(bits) / most) * (middle - 4);
      context.fillStyle = bits > 0 ? colours.hot : colours.accent;
      context.fillRect(index * step + step * 0.1, bits > 0 ? middle - long : middle, Math.max(0.8, step * 0.8), Math.max(0.6, long));
      if (index + 1 === at) outline(context, colours.ink, 1.5, index * step, 1, step, HEIGHT - 2);
    });
  }
  drawn(root, data);
}

function hintOf({ texts }, changes) {
  if (!changes.length) return texts.surprise_hint;
  const bits = changes.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  return `${texts.surprise_hint} ${bits.toFixed(1)} bits`;
}

function outline(context, colour, lineWidth, x, y, width, height) {
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.strokeRect(x, y, width, height);
}

function changeText({ tokens }, changes, at) {
  const bits = changes[at - 1];
  const how = Math.abs(bits) < 0.005 ? "as surprising as before" : `${Math.abs(bits).toFixed(2)} bits ${bits > 0 ? "more" : "less"} surprising`;
  return `Token ${at + 1}, “${tokens[at]}”: ${how}`;
}

function listen(view) {
  const { root, canvas, changes, data } = view;
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", data.texts.surprise_alt);
  const point = (at) => {
    if (at === pointed.get(root)) return;
    if (at) pointed.set(root, at);
    else pointed.delete(root);
    light("pointed", at ? [["token", at], ["surprisal_bits", at]] : []);
    draw(view);
  };
  canvas.onpointermove = (event) => {
    const { step } = barsLayout(changes, widthOf(canvas.parentElement));
    const at = Math.floor(pointer(event)[0] / step) + 1;
    point(at <= changes.length ? at : null);
  };
  canvas.onpointerleave = canvas.onblur = () => point(null);
  canvas.onkeydown = (event) => {
    const way = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!way) return;
    event.preventDefault();
    point(clamp((pointed.get(root) ?? data.position) + way, 1, changes.length));
  };
}
