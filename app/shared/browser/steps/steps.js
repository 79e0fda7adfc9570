// The stages of a step, one below the other; the one that is unfolded has its sentence and numbers.

const REPORT = 400; // milliseconds of rest before the address is told
const unfolded = new WeakMap(); // root -> { name, from: what the server said, timer }

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  root.dataset.title = data.title;
  const before = unfolded.get(root);
  const view = before?.from === data.stage ? before : { name: data.stage, from: data.stage };
  unfolded.set(root, view);
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const list = make(root, "stages", "ol");
  const items = children(list, data.stages.length, createStage);
  const open = indexOf(data.stages, view.name);
  const leave = (step, name) => {
    clearTimeout(view.timer);
    view.name = view.from = name;
    setTriggerValue("step", [step, name]);
  };
  const go = (index) => {
    const [step, stage] = placeOf(index, items.length, data.step, data.steps);
    if (step !== data.step) {
      leave(step, data.stages[stage].name);
      return;
    }
    view.name = data.stages[stage].name;
    draw();
    items[indexOf(data.stages, view.name)].firstElementChild.focus();
    clearTimeout(view.timer);
    view.timer = setTimeout(() => {
      view.from = view.name;
      setTriggerValue("stage", view.name);
    }, REPORT);
  };
  const draw = () => {
    const at = indexOf(data.stages, view.name);
    items.forEach((item, index) => {
      const stage = data.stages[index];
      const [head, body] = item.children;
      item.className = `${index === at ? "open" : ""}${stage.waits ? " waits" : ""}`;
      head.setAttribute("aria-expanded", String(index === at));
      write(head.children[0], String(index + 1));
      write(head.children[1], stage.title);
      write(head.children[2], stage.brief);
      head.onclick = () => go(index);
      head.onkeydown = (event) => {
        const way = ARROWS[event.key];
        if (!way) return;
        event.preventDefault();
        go(index + (way[0] || way[1]));
      };
      body.hidden = index !== at;
      if (index === at) fill(body, stage);
    });
    write(count, `${at + 1} of ${items.length}, step ${data.step} of ${data.steps}`);
    write(back, at === 0 ? "← Token before" : "← Back");
    write(onward, at === items.length - 1 ? "Next token →" : "Next →");
    back.disabled = at === 0 && data.step === 1;
    onward.disabled = at === items.length - 1 && data.step === data.steps;
  };
  const bar = make(root, "bar");
  const [back, count, onward] = ["back", "count", "onward"].map((name) => make(bar, name, name === "count" ? "span" : "button"));
  back.type = onward.type = "button";
  back.onclick = () => go(indexOf(data.stages, view.name) - 1);
  onward.onclick = () => go(indexOf(data.stages, view.name) + 1);
  const rest = make(bar, "rest");
  ["earlier", "later"].forEach((name, index) => {
    const button = make(rest, name, "button");
    button.type = "button";
    write(button, index ? "⇥" : "⇤");
    button.title = button.ariaLabel = index ? "The step of the next token" : "The step of the token before";
    button.disabled = index ? data.step === data.steps : data.step === 1;
    button.onclick = () => leave(data.step + (index ? 1 : -1), view.name);
  });
  view.name = data.stages[open].name;
  draw();
  drawn(root, data);
}

// [step, stage] that an index leads to: beyond the last stage the next token's step begins, before the first one the
// step of the token before ends.
function placeOf(index, count, step, steps) {
  if (index < 0 && step > 1) return [step - 1, count - 1];
  if (index >= count && step < steps) return [step + 1, 0];
  return [step, clamp(index, 0, count - 1)];
}

const indexOf = (stages, name) => Math.max(0, stages.findIndex((stage) => stage.name === name));

// The share of a line from 0 to 1 that a number falls on, -1 if none of those that are shown.
const shareAt = (shares, number) => shares.findIndex(({ low, high }) => low <= number && number < high);

function fill(body, stage) {
  write(make(body, "sentence", "p"), stage.sentence);
  const chips = children(make(body, "chips"), stage.chips?.length ?? 0, () => document.createElement("bdi"));
  chips.forEach((chip, index) => {
    const [text, isNew] = stage.chips[index];
    write(chip, text);
    chip.className = isNew ? "new" : "";
  });
  fillTable(make(body, "table", "table"), stage.table ?? []);
  fillLine(make(body, "line"), stage);
}

function fillTable(table, rows) {
  table.hidden = !rows.length;
  children(table, rows.length, () => document.createElement("tr")).forEach((line, row) => {
    const kind = row ? "td" : "th";
    if (line.firstElementChild?.localName !== kind) line.replaceChildren();
    children(line, rows[row].length, () => document.createElement(kind)).forEach((cell, at) => write(cell, rows[row][at]));
  });
}

// The probabilities side by side from 0 to 1, and the random number on them.
function fillLine(line, stage) {
  line.hidden = stage.number === undefined;
  if (line.hidden) return;
  const parts = children(make(line, "parts"), stage.shares.length, () => document.createElement("span"));
  parts.forEach((part, index) => {
    const { text, low, high, hit } = stage.shares[index];
    part.className = hit ? "share hit" : "share";
    part.style.left = `${100 * low}%`;
    part.style.width = `${100 * (high - low)}%`;
    part.title = `${text}: ${low.toFixed(4)} to ${high.toFixed(4)}`;
    write(part, high - low > 0.05 ? text : "");
  });
  const mark = make(line, "mark");
  mark.style.left = `${100 * stage.number}%`;
  write(make(mark, "value", "span"), stage.number.toFixed(4));
  mark.className = stage.number > 0.8 ? "mark late" : "mark";
}

function createStage() {
  const item = document.createElement("li");
  const head = document.createElement("button");
  head.type = "button";
  head.className = "head";
  for (const kind of ["b", "span", "small"]) head.append(document.createElement(kind));
  const body = document.createElement("div");
  body.className = "body";
  item.append(head, body);
  return item;
}
