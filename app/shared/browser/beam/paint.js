// Draws the tree: boxes with a token, its probability and the sum so far; lines between them.

const WIDE = { kept: 38, small: 19, gap: 5, long: 104, between: 26, root: 74 };
const NARROW = { kept: 66, small: 14, gap: 4, long: 56, between: 20, root: 30 };

// What a tree of this depth looks like in this much room.
function sizesFor(width, most) {
  const down = width < 560;
  const base = down ? NARROW : WIDE;
  const step = down ? base.long + base.between : Math.max(base.long + base.between, (width - base.root - 4) / most);
  const long = down ? base.long : Math.min(150, step - base.between);
  return { ...base, down, step, long, between: step - long };
}

const isLarge = (node) => node.kept || node.lost;

// The box of a node, as it lies on the canvas: { x, y, w, h }.
function boxOf(node, middle, sizes) {
  const size = isLarge(node) ? sizes.kept : sizes.small;
  const start = sizes.root + sizes.between + (node.depth - 1) * sizes.step;
  const long = sizes.down && !isLarge(node) ? size : sizes.long;
  return sizes.down
    ? { x: middle - size / 2, y: start, w: size, h: long }
    : { x: start, y: middle - size / 2, w: sizes.long, h: size };
}

function rootBox(room, sizes) {
  return sizes.down
    ? { x: Math.max(0, room / 2 - 70), y: 0, w: 140, h: sizes.root }
    : { x: 1, y: room / 2 - 15, w: sizes.root, h: 30 };
}

function line(context, from, to, down) {
  context.beginPath();
  if (down) {
    const [x1, y1, x2, y2] = [from.x + from.w / 2, from.y + from.h, to.x + to.w / 2, to.y];
    context.moveTo(x1, y1);
    context.bezierCurveTo(x1, (y1 + y2) / 2, x2, (y1 + y2) / 2, x2, y2);
  } else {
    const [x1, y1, x2, y2] = [from.x + from.w, from.y + from.h / 2, to.x, to.y + to.h / 2];
    context.moveTo(x1, y1);
    context.bezierCurveTo((x1 + x2) / 2, y1, (x1 + x2) / 2, y2, x2, y2);
  }
  context.stroke();
}

// `look` is "best", "alive", "past", "pruned" or "lost".
function paintLine(context, from, to, look, sizes, colours) {
  context.lineWidth = { best: 3, alive: 1.8, lost: 1.6 }[look] ?? 1;
  context.strokeStyle = { best: colours.accent, alive: colours.mute, lost: colours.hot }[look] ?? colours.line;
  context.setLineDash(look === "lost" ? [4, 3] : []);
  line(context, from, to, sizes.down);
  context.setLineDash([]);
}

// Where the best text of all was cut off: a cross on its line.
function paintCut(context, from, to, down, colours, paper) {
  const [x, y] = down
    ? [(from.x + from.w / 2 + to.x + to.w / 2) / 2, (from.y + from.h + to.y) / 2]
    : [(from.x + from.w + to.x) / 2, (from.y + from.h / 2 + to.y + to.h / 2) / 2];
  context.fillStyle = paper;
  context.strokeStyle = colours.hot;
  context.lineWidth = 1.6;
  context.beginPath();
  context.arc(x, y, 7, 0, 2 * Math.PI);
  context.fill();
  context.stroke();
  context.beginPath();
  for (const turn of [-1, 1]) {
    context.moveTo(x - 3, y - 3 * turn);
    context.lineTo(x + 3, y + 3 * turn);
  }
  context.stroke();
}

function paintNode(context, node, box, look, marks, sizes, colours) {
  const { x, y, w, h } = box;
  context.lineWidth = look === "best" ? 2 : 1;
  context.fillStyle = { best: marks.tint, alive: colours.soft }[look] ?? marks.paper;
  context.strokeStyle = { best: colours.accent, alive: colours.mute, lost: colours.hot }[look] ?? colours.line;
  context.setLineDash(look === "lost" ? [4, 3] : []);
  context.beginPath();
  context.roundRect(x + 0.5, y + 0.5, w - 1, h - 1, Math.min(6, h / 2));
  context.fill();
  if (look !== "pruned" || sizes.down) context.stroke();
  context.setLineDash([]);
  if (marks.picked || marks.pointed) {
    context.lineWidth = 2;
    context.strokeStyle = marks.picked ? colours.ink : colours.mute;
    context.beginPath();
    context.roundRect(x - 1.5, y - 1.5, w + 3, h + 3, Math.min(8, h / 2));
    context.stroke();
  }
  writeIn(context, node, box, look, marks, sizes, colours);
}

function writeIn(context, node, { x, y, w, h }, look, marks, sizes, colours) {
  const faint = look === "pruned" || look === "past";
  const text = labelOf(node, marks.words);
  context.textBaseline = "middle";
  context.textAlign = "left";
  context.fillStyle = faint ? colours.mute : look === "lost" ? colours.hot : colours.ink;
  if (sizes.down && h < 30) return; // pruned on a narrow screen: a dot
  context.font = `11px ${colours.font}`;
  const beside = context.measureText(node.p).width;
  if (h < 30) {
    context.fillText(fit(context, text, w - beside - 16), x + 6, y + h / 2 + 0.5);
    context.textAlign = "right";
    context.fillText(node.p, x + w - 6, y + h / 2 + 0.5);
    return;
  }
  const top = y + (sizes.down ? 13 : h / 2 - 8);
  context.font = `${faint ? "" : "600 "}13px ${colours.font}`;
  context.fillText(fit(context, text, sizes.down ? w - 12 : w - beside - 18), x + 7, top);
  context.font = `11px ${colours.font}`;
  context.fillStyle = look === "lost" ? colours.hot : colours.mute;
  context.fillText(signed(node.s), x + 7, sizes.down ? top + 32 : top + 17);
  if (sizes.down) context.fillText(node.p, x + 7, top + 17);
  context.textAlign = "right";
  if (!sizes.down) context.fillText(node.p, x + w - 6, top);
}

function paintRoot(context, text, box, picked, colours) {
  context.lineWidth = picked ? 2 : 1;
  context.strokeStyle = picked ? colours.ink : colours.mute;
  context.beginPath();
  context.roundRect(box.x + 0.5, box.y + 0.5, box.w - 1, box.h - 1, 14);
  context.stroke();
  context.fillStyle = colours.ink;
  context.font = `13px ${colours.font}`;
  context.textAlign = "center";
  context.textBaseline = "middle";
  context.fillText(fit(context, text, box.w - 10), box.x + box.w / 2, box.y + box.h / 2 + 0.5);
}
