// A 2D context that writes SVG: it keeps its state in a real context (fonts, colours and transforms are the browser's own)
// and notes each thing that is drawn as an element. It knows what our pieces use, and says so of what it does not.

const SVG = "http://www.w3.org/2000/svg";

// What XML cannot hold, in a text that may be anybody's, becomes the sign for it.
function xmlText(text) {
  return String(text)
    .replace(/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/g, "\ufffd")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd");
}

function element(name, attributes = {}, text = null) {
  const made = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined) made.setAttribute(key, typeof value === "number" ? round(value) : value);
  }
  if (text !== null) made.textContent = xmlText(text);
  return made;
}

const round = (value) => String(Math.round(value * 1000) / 1000);

let names = 0; // of clips and gradients, one count for all that a sheet holds
const newName = () => `part-${++names}`;

// Families that every computer has: a picture is opened elsewhere.
function familyOf(font) {
  if (/mono/i.test(font)) return "monospace";
  return /sans|system-ui|arial|helvetica|roboto/i.test(font) ? "system-ui, sans-serif" : "serif";
}

// { context, group }: what is drawn on the context stands in the group. `paper` is what a cleared place shows.
function recorder(width, height, paper) {
  const real = document.createElement("canvas").getContext("2d");
  const group = element("g");
  const gradients = new WeakMap(); // the real gradient -> its element
  const clips = [null]; // the group that things go into now, per saved state
  let [path, at] = [[], null];

  const add = (made, into = clips.at(-1) ?? group) => into.append(made);
  const matrix = () => {
    const { a, b, c, d, e, f } = real.getTransform();
    return a === 1 && b === 0 && c === 0 && d === 1 && e === 0 && f === 0 ? null : `matrix(${[a, b, c, d, e, f].map(round)})`;
  };
  const paint = (style) => {
    if (typeof style === "string") return style;
    const gradient = gradients.get(style);
    if (!gradient) throw new Error("a picture is filled with a pattern, which cannot be taken away");
    if (!gradient.isConnected && !gradient.parentNode) add(gradient, group);
    return `url(#${gradient.id})`;
  };
  const look = (more) => ({ transform: matrix(), opacity: real.globalAlpha === 1 ? null : real.globalAlpha, ...more });
  const filled = () => look({ fill: paint(real.fillStyle) });
  const stroked = () =>
    look({
      fill: "none",
      stroke: paint(real.strokeStyle),
      "stroke-width": real.lineWidth,
      "stroke-linecap": real.lineCap === "butt" ? null : real.lineCap,
      "stroke-linejoin": real.lineJoin === "miter" ? null : real.lineJoin,
      "stroke-dasharray": real.getLineDash().join(" ") || null,
    });
  const box = (x, y, w, h) => ({ x: Math.min(x, x + w), y: Math.min(y, y + h), width: Math.abs(w), height: Math.abs(h) });
  const drawPath = (attributes) => path.length && add(element("path", { d: path.join(" "), ...attributes }));
  const to = (letter, ...numbers) => {
    path.push(letter + numbers.map(round).join(" "));
    at = numbers.slice(-2);
  };

  const methods = {
    clearRect: (x, y, w, h) => add(element("rect", { ...box(x, y, w, h), fill: paper, transform: matrix() })),
    fillRect: (x, y, w, h) => add(element("rect", { ...box(x, y, w, h), ...filled() })),
    strokeRect: (x, y, w, h) => add(element("rect", { ...box(x, y, w, h), ...stroked() })),
    beginPath: () => {
      [path, at] = [[], null];
    },
    closePath: () => path.push("Z"),
    moveTo: (x, y) => to("M", x, y),
    lineTo: (x, y) => to(at ? "L" : "M", x, y),
    quadraticCurveTo: (...numbers) => to("Q", ...numbers),
    bezierCurveTo: (...numbers) => to("C", ...numbers),
    rect: (x, y, w, h) => path.push(`M${round(x)} ${round(y)}h${round(w)}v${round(h)}h${round(-w)}Z`),
    roundRect: (x, y, w, h, radii = 0) => path.push(rounded(x, y, w, h, radii)),
    arc: (x, y, radius, start, end, back) => methods.ellipse(x, y, radius, radius, 0, start, end, back),
    ellipse: (...numbers) => {
      const { begin, rest, last } = arcs(...numbers);
      to(at ? "L" : "M", ...begin);
      path.push(...rest);
      at = last;
    },
    fill: (rule) => drawPath({ ...filled(), "fill-rule": rule === "evenodd" ? "evenodd" : null }),
    stroke: () => drawPath(stroked()),
    clip: () => {
      const clip = element("clipPath", { id: newName() });
      clip.append(element("path", { d: path.join(" "), transform: matrix() }));
      add(clip);
      const inside = element("g", { "clip-path": `url(#${clip.id})` });
      add(inside);
      clips[clips.length - 1] = inside;
    },
    save: () => {
      real.save();
      clips.push(clips.at(-1));
    },
    restore: () => {
      real.restore();
      if (clips.length > 1) clips.pop();
    },
    fillText: (text, x, y, room) => add(textElement(text, x, y, room, filled())),
    strokeText: (text, x, y, room) => add(textElement(text, x, y, room, stroked())),
    drawImage: (image, ...numbers) => add(imageElement(image, numbers, real.imageSmoothingEnabled, look({}))),
    createLinearGradient: (x1, y1, x2, y2) => {
      const made = real.createLinearGradient(x1, y1, x2, y2);
      const gradient = element("linearGradient", { id: newName(), gradientUnits: "userSpaceOnUse", x1, y1, x2, y2 });
      gradients.set(made, gradient);
      const stop = made.addColorStop.bind(made);
      made.addColorStop = (offset, colour) => {
        stop(offset, colour);
        gradient.append(element("stop", { offset, "stop-color": colour }));
      };
      return made;
    },
  };

  function textElement(text, x, y, room, attributes) {
    const anchor = { center: "middle", right: "end", end: "end" }[real.textAlign] ?? "start";
    const wide = real.measureText(text).width;
    return element(
      "text",
      {
        x,
        y: y + belowBaseline(text),
        ...fontOf(real.font),
        "text-anchor": anchor === "start" ? null : anchor,
        "xml:space": "preserve",
        textLength: room && wide > room ? room : wide || null,
        lengthAdjust: "spacingAndGlyphs",
        ...attributes,
      },
      text,
    );
  }

  // How far the alphabetic baseline, which SVG counts from everywhere, lies below the one that was asked for.
  function belowBaseline(text) {
    const baseline = real.textBaseline;
    if (baseline === "alphabetic") return 0;
    const asked = real.measureText(text).actualBoundingBoxAscent;
    real.textBaseline = "alphabetic";
    const alphabetic = real.measureText(text).actualBoundingBoxAscent;
    real.textBaseline = baseline;
    return alphabetic - asked;
  }

  const context = new Proxy(real, {
    get: (target, name) => {
      if (name === "canvas") return { width, height };
      if (name in methods) return methods[name];
      const value = target[name];
      return typeof value === "function" ? value.bind(target) : value;
    },
    set: (target, name, value) => {
      target[name] = value;
      return true;
    },
  });
  return { context, group };
}

function fontOf(font) {
  const probe = document.createElement("span");
  probe.style.font = font;
  const { fontSize, fontWeight, fontStyle, fontFamily } = probe.style;
  return {
    "font-size": fontSize,
    "font-weight": ["normal", "400", ""].includes(fontWeight) ? null : fontWeight,
    "font-style": fontStyle === "italic" ? "italic" : null,
    "font-family": familyOf(fontFamily),
  };
}

// A part of a canvas or an image as a PNG inside of the picture; numbers as drawImage takes them.
function imageElement(image, numbers, smooth, attributes) {
  const [sx, sy, sw, sh, x, y, w, h] =
    numbers.length === 8
      ? numbers
      : [0, 0, image.width, image.height, numbers[0], numbers[1], numbers[2] ?? image.width, numbers[3] ?? image.height];
  const part = document.createElement("canvas");
  [part.width, part.height] = [Math.max(1, Math.round(sw)), Math.max(1, Math.round(sh))];
  part.getContext("2d").drawImage(image, sx, sy, sw, sh, 0, 0, part.width, part.height);
  const made = element("image", { x, y, width: w, height: h, preserveAspectRatio: "none", ...attributes });
  made.setAttribute("href", part.toDataURL("image/png"));
  if (!smooth) made.setAttribute("style", "image-rendering:pixelated");
  return made;
}

// An ellipse's part as SVG arcs of half a turn at most: where it begins, the commands, where it ends.
function arcs(x, y, rx, ry, turn, start, end, back = false) {
  const whole = 2 * Math.PI;
  let sweep = back ? start - end : end - start;
  sweep = sweep >= whole ? whole : ((sweep % whole) + whole) % whole;
  const point = (angle) => {
    const [px, py] = [rx * Math.cos(angle), ry * Math.sin(angle)];
    return [x + px * Math.cos(turn) - py * Math.sin(turn), y + px * Math.sin(turn) + py * Math.cos(turn)];
  };
  const steps = Math.max(1, Math.ceil(sweep / (0.95 * Math.PI)));
  const points = [...Array(steps + 1).keys()].map((k) => point(start + ((back ? -1 : 1) * sweep * k) / steps));
  const degrees = (turn * 180) / Math.PI;
  const rest = points.slice(1).map((p) => `A${[rx, ry, degrees, 0, back ? 0 : 1, ...p].map(round).join(" ")}`);
  return { begin: points[0], rest, last: points.at(-1) };
}

function rounded(x, y, w, h, radii) {
  const asked = Array.isArray(radii) ? radii[0] : radii;
  const r = Math.min(asked, Math.abs(w) / 2, Math.abs(h) / 2);
  const corner = (dx, dy) => `a${[r, r, 0, 0, 1, dx, dy].map(round).join(" ")}`;
  return (
    `M${round(x + r)} ${round(y)}h${round(w - 2 * r)}${corner(r, r)}v${round(h - 2 * r)}${corner(-r, r)}` +
    `h${round(2 * r - w)}${corner(-r, -r)}v${round(2 * r - h)}${corner(r, -r)}Z`
  );
}
