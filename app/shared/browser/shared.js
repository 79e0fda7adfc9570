// Shared by every component: it stands in front of each one's own script.

// Base64 -> typed array over its bytes.
function unpack(base64, Type) {
  const text = atob(base64);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return new Type(bytes.buffer);
}

// A child element that is made once and found again: make(root, "title", "h3").
function make(parent, name, tag = "div") {
  let element = parent.querySelector(`:scope > .${name}`);
  if (!element) {
    element = document.createElement(tag);
    element.className = name;
    parent.append(element);
  }
  return element;
}

function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Exactly `count` children of one kind, reusing those that are there.
function children(parent, count, create) {
  while (parent.children.length > count) parent.lastElementChild.remove();
  while (parent.children.length < count) parent.append(create(parent.children.length));
  return [...parent.children];
}

// A button that has a token's text, and below it a small number.
function tokenButton() {
  const button = document.createElement("button");
  button.type = "button";
  const text = document.createElement("bdi");
  text.dir = "auto";
  button.append(text, document.createElement("small"));
  return button;
}

// Canvases are drawn in units of one pixel at the page's usual type size; larger type (a hall) enlarges the unit.
function unit(element) {
  return parseFloat(getComputedStyle(element).fontSize) / 14.1;
}

function widthOf(element) {
  return element.clientWidth / unit(element);
}

// [x, y] of a pointer on a canvas, in units.
function pointer(event) {
  const size = unit(event.currentTarget);
  return [event.offsetX / size, event.offsetY / size];
}

// While a picture is taken away, take_away/ draws each piece once more, and what it draws on is what stands here.
const RECORD = "gpt-explorer-record";

// A canvas of `width` x `height` units, sharp on dense screens; returns its cleared context.
function prepare(canvas, width, height) {
  if (document[RECORD]) return document[RECORD](canvas, width, height);
  const size = unit(canvas);
  const density = (window.devicePixelRatio || 1) * size;
  const [w, h] = [Math.round(width * density), Math.round(height * density)];
  if (canvas.width !== w || canvas.height !== h) {
    canvas.width = w;
    canvas.height = h;
    canvas.style.width = `${width * size}px`;
    canvas.style.height = `${height * size}px`;
  }
  const context = canvas.getContext("2d");
  context.setTransform(density, 0, 0, density, 0, 0);
  context.clearRect(0, 0, width, height);
  return context;
}

// The theme's colours, as the page has them now.
function palette(root) {
  const style = getComputedStyle(root);
  const value = (name) => style.getPropertyValue(name).trim();
  return {
    ink: value("--st-text-color"),
    mute: value("--mute"),
    page: value("--st-background-color"),
    soft: value("--st-secondary-background-color"),
    line: value("--st-border-color"),
    accent: value("--st-primary-color"),
    hot: value("--hot"),
    font: value("--st-font") || "sans-serif",
  };
}

// Says which view is on the screen, for whoever waits for it (browser tests, say). On the shadow root's host, so that
// the page's own selectors find it.
function drawn(root, data) {
  (root.getRootNode().host ?? root).setAttribute("data-drawn", data.stamp);
}

// The text cut to fit a width in the context's font.
function fit(context, text, width) {
  if (context.measureText(text).width <= width) return text;
  let kept = [...text];
  while (kept.length > 1 && context.measureText(kept.join("") + "…").width > width) kept.pop();
  return kept.join("") + "…";
}

// What an arrow key means on a grid: [down, right].
const ARROWS = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1] };

// Slanted lines over a rectangle, `apart` units from each other; where it is clipped, over what is left of it.
function slantedLines(context, x, y, width, height, apart) {
  context.beginPath();
  for (let at = -height; at < width; at += apart) {
    context.moveTo(x + at, y + height);
    context.lineTo(x + at + height, y);
  }
  context.stroke();
}

function clamp(value, low, high) {
  return Math.max(low, Math.min(high, value));
}

// Redraws when the component's width changes, and into a recorder; one observer per root.
const observers = new WeakMap();
function onResize(root, draw) {
  const known = observers.get(root);
  if (known) {
    known.draw = draw;
    return;
  }
  const entry = { draw, width: root.clientWidth };
  observers.set(root, entry);
  root.addEventListener(RECORD, () => entry.draw());
  new ResizeObserver(() => {
    if (root.clientWidth !== entry.width) {
      entry.width = root.clientWidth;
      entry.draw();
    }
  }).observe(root);
}

// ---- what is lit up, all over the page ---------------------------------------------------------------------------
// "opened": what the opened number comes from; "pointed": what is pointed at right now. Both are lists of patterns: a
// cell as gptcore.provenance names it, ["scores", layer, head, row, column], where null stands for all along an axis and
// what is missing at the end for anything, so ["scores"] is every score.
const LIT = "gpt-explorer-lit";

function lit() {
  return (document[LIT] ??= { opened: [], pointed: [] });
}

// Tells every picture on the page.
function light(what, patterns) {
  if (JSON.stringify(lit()[what]) === JSON.stringify(patterns)) return;
  lit()[what] = patterns;
  document.dispatchEvent(new Event(LIT));
}

const fits = (pattern, cell) => pattern.every((at, axis) => at === null || at === cell[axis]);

function isLit(what, cell) {
  return lit()[what].some((pattern) => fits(pattern, cell));
}

// Whether all of a picture is lit, by a part of a formula: its numbers' names begin with one of these, ["scores", 3, 0].
function isMeant(beginnings) {
  return beginnings.some((beginning) => isLit("pointed", beginning));
}

// [from, to) of each run of numbers below n that pass a test: cells side by side that are lit have one frame.
function runs(n, passes) {
  const found = [];
  for (let i = 0; i < n; i++) {
    if (!passes(i)) continue;
    if (found.at(-1)?.[1] === i) found.at(-1)[1] = i + 1;
    else found.push([i, i + 1]);
  }
  return found;
}

// Redraws when another piece lights something up; one listener per root, gone when the root is.
const lightened = new WeakMap();
function onLight(root, draw) {
  if (!lightened.has(root)) {
    const listen = () => {
      if (root.isConnected) lightened.get(root)();
      else document.removeEventListener(LIT, listen);
    };
    document.addEventListener(LIT, listen);
  }
  lightened.set(root, draw);
}
