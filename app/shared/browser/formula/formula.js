// Equations in a line, drawn by the browser as MathML. A part that is pointed at says what it is and lights up, all over
// the page, what it stands for; a picture that points at such a number lights up the part.

const MATHML = "http://www.w3.org/1998/Math/MathML";
const OPERATORS = new Set("= + − · , ( ) [ ] | ‖ / … ∑".split(" "));
const TURNS = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 };

const views = new WeakMap(); // root -> { data, drawn: equations as text, pointed, focused: a part's index, isLighting, listens }

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  const view = views.get(root) ?? { pointed: null, focused: null };
  views.set(root, view);
  view.data = data;
  root.dataset.title = data.words.split(":")[0];
  const line = make(root, "line");
  line.setAttribute("role", "group");
  line.setAttribute("aria-label", `${data.words}. Arrow keys move between its parts.`);
  make(root, "says", "p").setAttribute("aria-live", "polite");
  const equations = JSON.stringify(data.equations);
  if (view.drawn !== equations) {
    view.drawn = equations;
    view.pointed = view.focused = null;
    line.replaceChildren(...data.equations.map((row) => math("math", ...row.flatMap(build))));
    partsOf(line).forEach((part, index) => (part.tabIndex = index ? -1 : 0));
  }
  if (!view.listens) listen(root, view, line);
  partsOf(line).forEach((part) => part.setAttribute("aria-label", data.parts[part.dataset.part].says));
  onLight(root, () => glow(root, views.get(root)));
  point(root, view);
  drawn(root, data);
}

// In order of reading, each before those inside it.
const partsOf = (line) => [...line.querySelectorAll("[data-part]")];

function math(tag, ...inside) {
  const element = document.createElementNS(MATHML, tag);
  element.append(...inside);
  return element;
}

// The elements of a piece as app/shared/browser/formula/pieces.py writes it.
function build(piece) {
  if (typeof piece === "string") return symbols(piece);
  const [kind, ...inside] = piece;
  if (kind === "script") return [script(...inside)];
  if (kind === "part") return [part(...inside)];
  return [math(kind === "fraction" ? "mfrac" : "msqrt", ...inside.map(joined))];
}

const joined = (row) => math("mrow", ...row.flatMap(build));

function symbols(text) {
  return text.split(" ").map((symbol) => math(tagOf(symbol), symbol));
}

function tagOf(symbol) {
  if (OPERATORS.has(symbol)) return "mo";
  return /^[\d.,]+$/.test(symbol) ? "mn" : "mi";
}

function script(base, below, above) {
  const tag = `m${below && "sub"}${above && "sup"}`;
  return math(tag, ...[base, below, above].filter(Boolean).map((text) => joined([text])));
}

function part(index, row) {
  const element = joined(row);
  element.dataset.part = index;
  element.setAttribute("class", "part");
  element.setAttribute("role", "button");
  return element;
}

function listen(root, view, line) {
  view.listens = true;
  const at = (event) => event.target.closest?.("[data-part]");
  const change = (name, element) => {
    view[name] = element ? Number(element.dataset.part) : null;
    point(root, view);
  };
  line.onpointerover = (event) => change("pointed", at(event));
  line.onpointerleave = () => change("pointed", null);
  line.onclick = (event) => at(event)?.focus({ preventScroll: true });
  line.addEventListener("focusin", (event) => change("focused", at(event)));
  line.addEventListener("focusout", () => change("focused", null));
  line.onkeydown = (event) => {
    const parts = partsOf(line);
    const now = parts.indexOf(at(event));
    const next = target(event.key, now, parts.length);
    if (next === null) return;
    event.preventDefault();
    parts.forEach((part, index) => (part.tabIndex = index === next ? 0 : -1));
    parts[next].focus();
  };
}

// The part that a key leads to, null for other keys.
function target(key, now, count) {
  if (key === "Home") return 0;
  if (key === "End") return count - 1;
  return TURNS[key] ? clamp(now + TURNS[key], 0, count - 1) : null;
}

// Says what is pointed at, and lights it up.
function point(root, view) {
  const { parts, source } = view.data;
  const chosen = parts[view.pointed ?? view.focused];
  write(root.querySelector(".says"), chosen ? chosen.says : source);
  root.classList.toggle("pointing", Boolean(chosen));
  if (chosen) light("pointed", chosen.lights);
  else if (view.isLighting) light("pointed", []);
  view.isLighting = Boolean(chosen);
  glow(root, view);
}

// The part pointed at, or those of the cell that a picture points at.
function glow(root, view) {
  const own = view.pointed ?? view.focused;
  partsOf(root).forEach((element) => {
    const index = Number(element.dataset.part);
    const lights = own === null ? meant(view.data.parts[index].lights, lit().pointed) : index === own;
    element.classList.toggle("lit", lights);
  });
}

// Whether one of a part's patterns holds one of the cells, or of the rows of cells, that are lit.
function meant(patterns, cells) {
  return patterns.some((pattern) => cells.some((cell) => fits(pattern, cell)));
}
