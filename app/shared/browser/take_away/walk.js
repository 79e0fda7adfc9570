// A piece of the page as SVG: boxes, texts and borders where the browser has put them, canvases drawn once more into a
// recorder, drawings of SVG copied with their looks.

// { group, width, height } of a root element of ours, in pixels; `hidden` is left out, as the sheet's head has it.
function pieceOf(root, hidden, paper) {
  const undo = [];
  const set = (node, name, value) => {
    undo.push([node, name, node.style.getPropertyValue(name)]);
    node.style.setProperty(name, value);
  };
  if (hidden) set(hidden, "display", "none");
  for (const node of root.querySelectorAll("*")) {
    if (node.scrollHeight > node.clientHeight + 1 && /auto|scroll/.test(getComputedStyle(node).overflowY)) {
      set(node, "max-height", "none"); // all of what scrolls
      set(node, "height", "auto");
    }
  }
  const canvases = new Map();
  document[RECORD] = (canvas, width, height) => {
    const recorded = recorder(width, height, paper);
    canvases.set(canvas, { ...recorded, width, height });
    return recorded.context;
  };
  try {
    root.dispatchEvent(new Event(RECORD));
    const group = element("g");
    const frame = root.getBoundingClientRect();
    walk(root, { group, frame, canvases });
    return { group, width: frame.width, height: root.scrollHeight };
  } finally {
    delete document[RECORD];
    undo.reverse().forEach(([node, name, value]) => node.style.setProperty(name, value));
  }
}

// One element with all that it holds.
function walk(node, { group, frame, canvases }) {
  const style = getComputedStyle(node);
  if (style.display === "none" || style.visibility === "hidden" || style.opacity === "0") return;
  const rect = placed(node.getBoundingClientRect(), frame);
  let into = group;
  if (Number(style.opacity) < 1) into = inside(into, { opacity: style.opacity });
  if (node.tagName === "CANVAS") return drawCanvas(into, canvases.get(node), node, rect);
  if (node.namespaceURI === SVG) return into.append(copyOf(node, rect));
  drawBox(into, rect, style);
  drawLines(into, node, style, frame);
  drawBefore(into, rect, node);
  if (style.overflowX !== "visible" && rect.width > 0) into = clipped(into, rect);
  for (const child of node.childNodes) {
    if (child.nodeType === Node.TEXT_NODE) drawText(into, child, style, frame);
    else if (child.nodeType === Node.ELEMENT_NODE) walk(child, { group: into, frame, canvases });
  }
}

function placed(rect, frame) {
  return { x: rect.left - frame.left, y: rect.top - frame.top, width: rect.width, height: rect.height };
}

function inside(group, attributes) {
  const made = element("g", attributes);
  group.append(made);
  return made;
}

function clipped(group, { x, y, width, height }) {
  const clip = element("clipPath", { id: newName() });
  clip.append(element("rect", { x, y, width, height }));
  group.append(clip);
  return inside(group, { "clip-path": `url(#${clip.id})` });
}

// A canvas that nothing was drawn on anew is kept as the pixels that it has.
function drawCanvas(group, recorded, canvas, { x, y, width, height }) {
  if (recorded) {
    const size = [width / recorded.width, height / recorded.height];
    const made = inside(group, { transform: `translate(${round(x)} ${round(y)}) scale(${size.join(" ")})` });
    made.append(recorded.group);
  } else if (canvas.width && canvas.height && width) {
    group.append(imageElement(canvas, [x, y, width, height], true, {}));
  }
}

const isClear = (colour) => colour === "transparent" || /^rgba\(.*, 0\)$/.test(colour) || /\/ 0\)$/.test(colour);
const SIDES = ["Top", "Right", "Bottom", "Left"];

// Background and borders: one rectangle where all sides are alike, else a line per side.
function drawBox(group, { x, y, width, height }, style) {
  if (!width || !height) return;
  const rx = Math.min(parseFloat(style.borderTopLeftRadius) || 0, width / 2, height / 2) || null;
  if (!isClear(style.backgroundColor)) {
    group.append(element("rect", { x, y, width, height, rx, fill: style.backgroundColor }));
  }
  const sides = SIDES.map((side) => ({
    wide: style[`border${side}Style`] === "none" ? 0 : parseFloat(style[`border${side}Width`]),
    colour: style[`border${side}Color`],
    dashed: /dashed|dotted/.test(style[`border${side}Style`]),
  })).map((side) => (isClear(side.colour) ? { ...side, wide: 0 } : side));
  const [first] = sides;
  const drawn = ({ wide, colour, dashed }) => ({
    fill: "none",
    stroke: colour,
    "stroke-width": wide,
    "stroke-dasharray": dashed ? "3 2" : null,
  });
  if (sides.every((side) => side.wide === first.wide && side.colour === first.colour)) {
    if (!first.wide) return;
    const half = first.wide / 2;
    const [w, h] = [Math.max(0, width - first.wide), Math.max(0, height - first.wide)];
    group.append(element("rect", { x: x + half, y: y + half, width: w, height: h, rx, ...drawn(first) }));
    return;
  }
  const ends = [
    [x, y, x + width, y],
    [x + width, y, x + width, y + height],
    [x, y + height, x + width, y + height],
    [x, y, x, y + height],
  ];
  sides.forEach((side, k) => {
    const [x1, y1, x2, y2] = ends[k];
    if (side.wide) group.append(element("line", { x1, y1, x2, y2, ...drawn(side) }));
  });
}

// The lines of MathML that are no characters: of a fraction and of a root.
function drawLines(group, node, style, frame) {
  if (node.localName !== "mfrac" && node.localName !== "msqrt") return;
  const { x, y, width, height } = placed(node.getBoundingClientRect(), frame);
  const looks = { fill: "none", stroke: style.color, "stroke-width": Math.max(0.8, parseFloat(style.fontSize) / 18) };
  if (node.localName === "mfrac") {
    const [above, below] = [...node.children].map((part) => placed(part.getBoundingClientRect(), frame));
    const middle = (above.y + above.height + below.y) / 2;
    group.append(element("path", { d: `M${round(x)} ${round(middle)}h${round(width)}`, ...looks }));
  } else {
    const start = placed(node.firstElementChild.getBoundingClientRect(), frame).x - x; // room for the sign
    const [foot, sign] = [y + height - 1, start * 0.5];
    const d = [`M${round(x + 1)} ${round(y + height * 0.6)}`, `L${round(x + sign)} ${round(foot)}`];
    d.push(`L${round(x + start)} ${round(y + 1)}`, `L${round(x + width)} ${round(y + 1)}`);
    group.append(element("path", { d: d.join(""), ...looks }));
  }
}

// Words that a style puts before an element.
function drawBefore(group, { x, y }, node) {
  const style = getComputedStyle(node, "::before");
  const words = /^"(.+)"$/.exec(style.content)?.[1];
  if (!words || style.position !== "absolute") return;
  const size = parseFloat(style.fontSize);
  const made = { x: x + parseFloat(style.left), y: y + parseFloat(style.top) + size, ...looksOf(style) };
  group.append(element("text", made, words));
}

// A text line by line, where the browser has broken it.
function drawText(group, node, style, frame) {
  if (!node.data.trim()) return;
  // MathML leans names of one letter, by a transform of their characters.
  const leans = style.textTransform === "math-auto" && node.data.trim().length === 1;
  for (const { text, rect } of linesOf(node)) {
    const { x, y, width, height } = placed(rect, frame);
    if (!width) continue;
    group.append(
      element(
        "text",
        {
          x,
          y: y + height * ascent(style),
          ...looksOf(style, leans),
          textLength: width,
          lengthAdjust: "spacingAndGlyphs",
          "xml:space": "preserve",
          "text-decoration": style.textDecorationLine === "none" ? null : style.textDecorationLine,
        },
        text,
      ),
    );
  }
}

function looksOf(style, leans = false) {
  return {
    fill: style.color,
    "font-size": style.fontSize,
    "font-weight": style.fontWeight === "400" ? null : style.fontWeight,
    "font-style": leans || style.fontStyle === "italic" ? "italic" : null,
    "font-family": familyOf(style.fontFamily),
  };
}

// Which part of a line of text stands above its baseline.
let probe = null;
function ascent(style) {
  probe ??= document.createElement("canvas").getContext("2d");
  probe.font = `${style.fontStyle} ${style.fontWeight} ${style.fontSize} ${style.fontFamily}`;
  const { fontBoundingBoxAscent: up, fontBoundingBoxDescent: down } = probe.measureText("x");
  return up / (up + down);
}

// [{ text, rect }]: whole characters that stand in one line together.
function linesOf(node) {
  const range = document.createRange();
  range.selectNodeContents(node);
  const whole = [...range.getClientRects()].filter((rect) => rect.width);
  if (whole.length === 1) return [{ text: node.data, rect: whole[0] }];
  const lines = [];
  let start = 0;
  for (const { segment } of new Intl.Segmenter().segment(node.data)) {
    range.setStart(node, start);
    range.setEnd(node, (start += segment.length));
    const rect = [...range.getClientRects()].find(({ width }) => width);
    if (!rect) continue;
    const line = lines.at(-1);
    if (line && Math.abs(line.rect.top - rect.top) < rect.height / 2) {
      line.text += segment;
      line.rect = new DOMRect(
        Math.min(line.rect.left, rect.left),
        line.rect.top,
        Math.max(line.rect.right, rect.right) - Math.min(line.rect.left, rect.left),
        line.rect.height,
      );
    } else {
      lines.push({ text: segment, rect });
    }
  }
  return lines;
}

const LOOKS = ["fill", "fill-opacity", "stroke", "stroke-width", "stroke-opacity", "stroke-dasharray", "stroke-linecap"];
const OF_TEXT = ["font-size", "font-weight", "font-style", "text-anchor", "dominant-baseline"];

// A drawing that is SVG already, with the looks that style sheets gave it, and nothing that runs or loads.
function copyOf(svg, { x, y, width, height }) {
  const copy = svg.cloneNode(true);
  const [from, to] = [[svg, ...svg.querySelectorAll("*")], [copy, ...copy.querySelectorAll("*")]];
  from.forEach((node, k) => dress(node, to[k]));
  copy.querySelectorAll("script, foreignObject, animate, set").forEach((node) => node.remove());
  for (const [name, value] of Object.entries({ x, y, width, height })) copy.setAttribute(name, round(value));
  return copy;
}

function dress(node, copy) {
  const style = getComputedStyle(node);
  for (const { name, value } of [...copy.attributes]) {
    if (/^(on|style|class|data-)/.test(name) || (/href$/.test(name) && !/^(#|data:image\/)/.test(value))) {
      copy.removeAttribute(name);
    }
  }
  if (style.display === "none" || style.visibility === "hidden") copy.setAttribute("visibility", "hidden");
  if (Number(style.opacity) < 1) copy.setAttribute("opacity", style.opacity);
  if (style.clipPath.startsWith("url(")) copy.setAttribute("clip-path", style.clipPath.replace(/url\(.*(#[^"')]+)["']?\)/, "url($1)"));
  if (/^(g|defs|clipPath|svg|linearGradient|stop)$/.test(node.tagName)) return;
  for (const name of LOOKS) copy.setAttribute(name, style.getPropertyValue(name));
  if (!/^(text|tspan)$/.test(node.tagName)) return;
  for (const name of OF_TEXT) copy.setAttribute(name, style.getPropertyValue(name));
  copy.setAttribute("font-family", familyOf(style.fontFamily));
}
