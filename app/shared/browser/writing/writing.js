// Texts as they are written: tokens one behind the other as prose, coloured by their probability; below each its entropy
// as a line. A click on either selects a token; arrow keys lead along a text and from one text to the next.

const HEIGHT = 34; // of a line, in units
const hovered = new WeakMap(); // root -> [text, token]

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.words.title);
  legend(make(root, "legend"), data);
  const list = make(root, "texts");
  const sections = children(list, data.texts.length, createText);

  const pick = (text, token) => {
    if (!data.texts[text]?.tokens[token]) return;
    mark(sections, text, token);
    tokenAt(sections, text, token).focus({ preventScroll: true });
    data.picked = [text, token];
    draw();
    setTriggerValue("token", [text, token]);
  };
  const point = (at) => {
    if (String(hovered.get(root) ?? "") === String(at ?? "")) return;
    hovered.set(root, at);
    draw();
  };

  sections.forEach((section, index) => {
    const text = data.texts[index];
    const [head, prose, canvas] = section.children;
    const [name, settings, state] = head.children;
    write(name, text.name);
    write(settings, text.settings);
    write(state, text.state);
    prose.setAttribute("aria-label", text.name);
    const [before, tokens] = prose.children;
    write(before, data.beginning);
    children(tokens, text.tokens.length, createToken).forEach((span, at) => {
      const token = text.tokens[at];
      write(span, shown(token.t));
      span.className = `token band-${bandOf(token.p, data.bands)}${token.again ? " again" : ""}`;
      span.title = span.ariaLabel = detailOf(token, data.words);
      span.onclick = () => pick(index, at);
      span.onpointerenter = span.onfocus = () => point([index, at]);
      span.onpointerleave = span.onblur = () => point(null);
      span.onkeydown = (event) => {
        if (event.key === "Enter" || event.key === " ") pick(index, at);
        else if (ARROWS[event.key]) pick(...neighbour(data.texts, index, at, ARROWS[event.key]));
        else return;
        event.preventDefault();
      };
    });
    canvas.setAttribute("aria-label", filled(data.words.curve, { name: text.name, mean: meanOf(text.tokens) }));
    const under = (event) => Math.floor((pointer(event)[0] / widthOf(section)) * data.total);
    canvas.onclick = (event) => pick(index, clamp(under(event), 0, text.tokens.length - 1));
    canvas.onpointermove = (event) => point([index, clamp(under(event), 0, text.tokens.length - 1)]);
    canvas.onpointerleave = () => point(null);
    write(section.lastElementChild, text.summary);
  });
  mark(sections, ...(data.picked ?? [0, 0]));

  const draw = () => {
    const colours = palette(root);
    sections.forEach((section, index) => {
      const width = widthOf(section);
      const at = [hovered.get(root), data.picked].find((place) => place?.[0] === index)?.[1];
      curve(prepare(section.children[2], width, HEIGHT), data.texts[index].tokens, width, data, at, colours);
      [...section.children[1].lastElementChild.children].forEach((span, token) => {
        const over = hovered.get(root);
        span.classList.toggle("pointed", over?.[0] === index && over[1] === token);
      });
    });
    drawn(root, data);
  };
  onResize(root, draw);
  draw();
}

// 0 for the likeliest kind of token.
function bandOf(probability, bands) {
  const found = bands.findIndex(([least]) => probability >= least);
  return found < 0 ? bands.length - 1 : found;
}

// A token inside prose: its space stays one, the end of a line is seen.
const shown = (text) => text.replace(/\r\n|\n|\r/g, "⏎").replace(/\t/g, "⇥") || "∅";

const filled = (sentence, values) => sentence.replace(/\{(\w+)\}/g, (all, name) => values[name] ?? all);

function percentOf(probability) {
  const value = 100 * probability;
  if (value >= 9.95) return `${value.toFixed(0)} %`;
  return value >= 0.01 ? `${Number(value.toPrecision(2))} %` : "< 0.01 %";
}

const detailOf = (token, words) =>
  filled(words.detail, { token: shown(token.t).trim() || "·", p: percentOf(token.p), h: token.h.toFixed(1) }) +
  (token.again ? `; ${words.again}` : "");

const meanOf = (tokens) =>
  tokens.length ? (tokens.reduce((sum, token) => sum + token.h, 0) / tokens.length).toFixed(1) : "0";

// [text, token] that an arrow key leads to: along the text, or to the same place in the next one that has tokens.
function neighbour(texts, text, token, [down, right]) {
  if (!down) return [text, clamp(token + right, 0, texts[text].tokens.length - 1)];
  let next = text + down;
  while (texts[next] && !texts[next].tokens.length) next += down;
  return texts[next] ? [next, clamp(token, 0, texts[next].tokens.length - 1)] : [text, token];
}

const tokenAt = (sections, text, token) => sections[text].children[1].lastElementChild.children[token];

// Marks the chosen token; one token of all can be reached by Tab.
function mark(sections, text, token) {
  sections.forEach((section, i) =>
    [...section.children[1].lastElementChild.children].forEach((span, j) => {
      const chosen = i === text && j === token;
      span.setAttribute("aria-selected", String(chosen));
      span.tabIndex = chosen ? 0 : -1;
    }),
  );
}

function createText() {
  const section = document.createElement("section");
  const head = document.createElement("header");
  head.append(document.createElement("b"), document.createElement("span"), document.createElement("i"));
  const prose = document.createElement("div");
  prose.className = "prose";
  prose.setAttribute("role", "listbox");
  prose.dir = "auto";
  const before = document.createElement("span");
  before.className = "before";
  prose.append(before, document.createElement("span"));
  const canvas = document.createElement("canvas");
  canvas.setAttribute("role", "img");
  section.append(head, prose, canvas, document.createElement("p"));
  return section;
}

function createToken() {
  const span = document.createElement("span");
  span.setAttribute("role", "option");
  return span;
}

function legend(element, data) {
  const parts = children(element, data.bands.length + 2, () => document.createElement("span"));
  write(parts[0], data.words.note);
  data.bands.forEach(([, name], band) => {
    parts[band + 1].className = `swatch band-${band}`;
    write(parts[band + 1], name);
  });
  parts.at(-1).className = "swatch again";
  write(parts.at(-1), data.words.again);
}

// The entropy from token to token, as steps, on one scale for all texts.
function curve(context, tokens, width, data, at, colours) {
  const step = width / data.total;
  const y = (bits) => HEIGHT - 2 - (clamp(bits / data.most_bits, 0, 1) * (HEIGHT - 6));
  context.strokeStyle = colours.line;
  context.beginPath();
  context.moveTo(0, HEIGHT - 1.5);
  context.lineTo(width, HEIGHT - 1.5);
  context.stroke();
  if (!tokens.length) return;
  context.beginPath();
  context.moveTo(0, HEIGHT - 2);
  tokens.forEach((token, index) => {
    context.lineTo(index * step, y(token.h));
    context.lineTo((index + 1) * step, y(token.h));
  });
  context.lineTo(tokens.length * step, HEIGHT - 2);
  context.globalAlpha = 0.16;
  context.fillStyle = colours.accent;
  context.fill();
  context.globalAlpha = 1;
  context.beginPath();
  tokens.forEach((token, index) => {
    context[index ? "lineTo" : "moveTo"](index * step, y(token.h));
    context.lineTo((index + 1) * step, y(token.h));
  });
  context.strokeStyle = colours.accent;
  context.lineWidth = 1.4;
  context.stroke();
  context.lineWidth = 1;
  if (!tokens[at]) return;
  context.strokeStyle = context.fillStyle = colours.hot;
  context.strokeRect(at * step + 0.5, 1, Math.max(2, step - 1), HEIGHT - 3);
  context.font = `11px ${colours.font}`;
  const label = `${tokens[at].h.toFixed(1)} bits`;
  const room = context.measureText(label).width + 4;
  const right = (at + 1) * step + 4;
  context.textAlign = "left";
  context.fillText(label, right + room > width ? at * step - room : right, 12);
}
