// The tree of a beam search, as deep as the step slider says. What is pointed at is said below it; a click selects.

const views = new WeakMap(); // root -> { tree, depth, pruned, at, timer }
const PLAY = 900; // milliseconds a token

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const { nodes, most, words } = data;
  const view = views.get(root) ?? { pruned: true };
  views.set(root, view);
  const tree = JSON.stringify([nodes, data.beginning]);
  if (view.tree !== tree) Object.assign(view, { tree, depth: data.shown, at: null });
  view.depth = clamp(view.depth, 1, most);
  view.picked = data.picked;

  write(make(root, "title", "h3"), words.title);
  const bar = make(root, "bar");
  const [play, back, slider, on, count, toggle] = children(bar, 6, createControl);
  const scroller = make(root, "scroller");
  const canvas = make(scroller, "tree", "canvas");
  const readout = make(root, "readout", "p");
  const legend = make(root, "legend");
  const steps = make(root, "steps", "ol");
  readout.setAttribute("aria-live", "polite");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", words.keys);
  explain(legend, data);
  children(steps, most, () => document.createElement("li")).forEach((item, i) => write(item, inWords(nodes, i + 1, words)));
  steps.setAttribute("aria-label", words.title);

  let places = null; // of the last drawing: { across, box, sizes }
  const draw = () => {
    const sizes = sizesFor(widthOf(root), most);
    const isShown = (node) => node.kept || node.lost || view.pruned;
    const sizeOf = (node) => (isLarge(node) ? sizes.kept : sizes.small);
    const { across, room } = layout(nodes, isShown, sizeOf, sizes.gap);
    const wide = Math.max(room, sizes.down ? 140 : 34) + 8;
    const long = sizes.root + most * sizes.step + 6;
    const shift = 4 + Math.max(0, (wide - 8 - room) / 2);
    const boxes = new Map([[-1, rootBox(wide - 8, sizes)]]);
    boxes.get(-1)[sizes.down ? "x" : "y"] += 4;
    for (const [index, middle] of across) boxes.set(index, boxOf(nodes[index], middle + shift, sizes));
    places = { across, boxes, sizes };
    const context = prepare(canvas, sizes.down ? wide : long, sizes.down ? long : wide);
    paint(context, data, view, places, palette(root), getComputedStyle(root));
    controls();
    drawn(root, data);
  };
  const controls = () => {
    write(play, view.timer ? words.stop : words.play);
    write(back, "◀");
    write(on, "▶");
    back.ariaLabel = words.back;
    on.ariaLabel = words.on;
    back.disabled = view.depth <= 1;
    on.disabled = view.depth >= most;
    Object.assign(slider, { min: 1, max: most, value: view.depth, ariaLabel: words.slider });
    write(count, filledIn(words.count, { n: view.depth, most }));
    write(toggle, view.pruned ? words.hide : words.show);
    toggle.setAttribute("aria-pressed", String(!view.pruned));
    write(readout, view.at === null ? leadText(data, view.depth) : detailText(data, view.at));
  };
  const step = (depth, tell = true) => {
    view.depth = clamp(depth, 1, most);
    if (view.at !== null && view.at >= 0 && nodes[view.at].depth > view.depth) view.at = null;
    draw();
    reveal(scroller, places, data, view);
    if (tell) setTriggerValue("depth", view.depth);
  };
  const halt = () => {
    clearInterval(view.timer);
    view.timer = null;
  };
  if (view.timer) halt();

  play.onclick = () => {
    if (view.timer) {
      halt();
      step(view.depth);
      return;
    }
    step(view.depth >= most ? 1 : view.depth, false);
    view.timer = setInterval(() => {
      if (!root.isConnected) return halt();
      if (view.depth + 1 >= most) halt();
      step(view.depth + 1, view.depth + 1 >= most);
    }, PLAY);
    controls();
  };
  back.onclick = () => (halt(), step(view.depth - 1));
  on.onclick = () => (halt(), step(view.depth + 1));
  slider.oninput = () => (halt(), step(Number(slider.value), false));
  slider.onchange = () => setTriggerValue("depth", view.depth);
  toggle.onclick = () => {
    view.pruned = !view.pruned;
    draw();
  };

  const under = (event) => {
    const [x, y] = pointer(event);
    const inside = ({ x: left, y: top, w, h }) => x >= left - 3 && x <= left + w + 3 && y >= top - 2 && y <= top + h + 2;
    for (const [index, box] of places.boxes) if (isThere(nodes, index, view.depth) && inside(box)) return index;
    return null;
  };
  const point = (index) => {
    if (view.at === index) return;
    view.at = index;
    draw();
  };
  const pick = (index) => {
    view.picked = view.at = index;
    draw();
    setTriggerValue("node", wayTo(nodes, index).map((at) => nodes[at].id));
  };
  canvas.onpointermove = (event) => {
    const index = under(event);
    canvas.style.cursor = index === null ? "" : "pointer";
    point(index);
  };
  canvas.onpointerleave = canvas.onblur = () => point(null);
  canvas.onclick = (event) => {
    const index = under(event);
    if (index !== null) pick(index);
  };
  canvas.onkeydown = (event) => {
    if (event.key === "Enter" && view.at !== null) {
      event.preventDefault();
      pick(view.at);
      return;
    }
    const arrow = ARROWS[event.key];
    if (!arrow) return;
    event.preventDefault();
    const [along, sideways] = places.sizes.down ? arrow : [arrow[1], arrow[0]];
    const here = view.at ?? view.picked;
    const next = nextTo(nodes, places.across, here, along, sideways);
    if (isThere(nodes, next, view.depth)) point(next);
    show(scroller, places.boxes.get(next));
  };
  onResize(root, draw);
  draw();
  if (!view.revealed) reveal(scroller, places, data, view);
  view.revealed = true;
}

const isThere = (nodes, index, depth) => index < 0 || nodes[index].depth <= depth;

function createControl(index) {
  if (index === 2) {
    const slider = document.createElement("input");
    slider.type = "range";
    return slider;
  }
  const control = document.createElement(index === 4 ? "span" : "button");
  if (index !== 4) control.type = "button";
  control.className = ["play", "step", "", "step", "count", "toggle"][index];
  return control;
}

function explain(legend, { nodes, words }) {
  const looks = ["best", "alive", "past", "pruned", ...(nodes.some((node) => node.lost) ? ["lost"] : [])];
  children(legend, looks.length, () => document.createElement("span")).forEach((item, i) => {
    item.className = looks[i];
    write(item, words[looks[i]]);
  });
}

function paint(context, data, view, { across, boxes, sizes }, colours, style) {
  const { nodes, most } = data;
  const alive = aliveAt(nodes, view.depth);
  const best = new Set(wayTo(nodes, leadAt(nodes, view.depth, most, data.best)));
  const lookOf = (index) => {
    if (best.has(index)) return "best";
    if (nodes[index].lost) return "lost";
    return alive.has(index) ? "alive" : nodes[index].kept ? "past" : "pruned";
  };
  const order = ["pruned", "past", "lost", "alive", "best"];
  const shown = [...across.keys()].filter((index) => nodes[index].depth <= view.depth);
  shown.sort((a, b) => order.indexOf(lookOf(a)) - order.indexOf(lookOf(b)));
  for (const index of shown) {
    paintLine(context, boxes.get(nodes[index].parent), boxes.get(index), lookOf(index), sizes, colours);
  }
  const paper = style.getPropertyValue("--st-background-color").trim();
  const cut = shown.find((index) => isCut(nodes, index));
  if (cut !== undefined) paintCut(context, boxes.get(nodes[cut].parent), boxes.get(cut), sizes.down, colours, paper);
  const tint = style.getPropertyValue("--st-blue-background-color").trim() || paper;
  for (const index of shown) {
    const marks = { paper, tint, words: data.words, picked: view.picked === index, pointed: view.at === index };
    paintNode(context, nodes[index], boxes.get(index), lookOf(index), marks, sizes, colours);
  }
  paintRoot(context, data.beginning, boxes.get(-1), view.picked < 0 || view.at === -1, colours);
}

const filledIn = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

function detailText({ nodes, words }, index) {
  if (index < 0) return words.root;
  const node = nodes[index];
  const state = stateOf(nodes, index, words);
  return filledIn(words.detail, { text: textTo(nodes, index), token: labelOf(node, words), p: node.p, s: signed(node.s), state });
}

function stateOf(nodes, index, words) {
  const node = nodes[index];
  if (isCut(nodes, index)) return words.cut;
  if (node.lost) return words.beyond;
  return node.kept ? (node.end ? words.finished : words.kept) : words.pruned;
}

function leadText({ nodes, most, best, words }, depth) {
  const lead = leadAt(nodes, depth, most, best);
  const sentence = depth >= most ? words.done : words.lead;
  return filledIn(sentence, { n: depth, text: textTo(nodes, lead), s: signed(nodes[lead].s) });
}

// A depth as a sentence, for screen readers.
function inWords(nodes, depth, words) {
  const some = (kept) =>
    nodes
      .filter((node) => node.depth === depth && node.kept === kept)
      .map((node) => `“${labelOf(node, words)}” ${node.p}`)
      .join(", ") || "–";
  return filledIn(words.step, { n: depth, kept: some(true), pruned: some(false) });
}

// Scrolls so that the front of the tree is seen.
function reveal(scroller, places, data, view) {
  show(scroller, places.boxes.get(leadAt(data.nodes, view.depth, data.most, data.best)));
}

function show(scroller, box) {
  if (!box) return;
  const size = unit(scroller);
  const [left, right] = [box.x * size, (box.x + box.w) * size];
  if (right > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = right - scroller.clientWidth + 12;
  if (left < scroller.scrollLeft) scroller.scrollLeft = left - 12;
}
