// Where the nodes of a tree stand. "Along" is the direction of the text, "across" the other one: left to right a tree's
// across is down, top to bottom it is right. Children stand in the order of their parents, so that no lines cross.

// Indices by depth, from 1: levels[0] is depth 1.
function levelsOf(nodes, isShown) {
  const levels = [];
  nodes.forEach((node, index) => {
    if (isShown(node)) (levels[node.depth - 1] ??= []).push(index);
  });
  return levels;
}

// { across: the middle of each node that is shown, room: of the widest depth }. `sizeOf` is a node's size across.
function layout(nodes, isShown, sizeOf, gap) {
  const levels = levelsOf(nodes, isShown);
  const total = (level) => level.reduce((sum, index) => sum + sizeOf(nodes[index]) + gap, -gap);
  const room = Math.max(0, ...levels.filter(Boolean).map(total));
  const across = new Map([[-1, room / 2]]);
  for (const level of levels) {
    if (!level) continue;
    const order = [...level].sort(
      (a, b) => across.get(nodes[a].parent) - across.get(nodes[b].parent) || nodes[b].s - nodes[a].s || a - b,
    );
    place(order, nodes, sizeOf, gap, room, across);
  }
  across.delete(-1);
  return { across, room };
}

// Each family in front of its parent as far as the families before leave room for it; then back from the other end.
function place(order, nodes, sizeOf, gap, room, across) {
  const starts = [];
  let free = 0;
  order.forEach((index, i) => {
    const { parent } = nodes[index];
    if (!i || nodes[order[i - 1]].parent !== parent) {
      const family = order.filter((other) => nodes[other].parent === parent);
      const wide = family.reduce((sum, other) => sum + sizeOf(nodes[other]) + gap, -gap);
      free = Math.max(free, across.get(parent) - wide / 2);
    }
    starts.push(free);
    free += sizeOf(nodes[index]) + gap;
  });
  let limit = room;
  for (let i = order.length - 1; i >= 0; i--) {
    const size = sizeOf(nodes[order[i]]);
    const start = Math.min(starts[i], limit - size);
    across.set(order[i], start + size / 2);
    limit = start - gap;
  }
}

// The nodes from the first token to this one.
function wayTo(nodes, index) {
  const way = [];
  for (let at = index; at >= 0; at = nodes[at].parent) way.unshift(at);
  return way;
}

// Nodes that something in the beam at this depth goes on from, or that a finished text ends with.
function aliveAt(nodes, depth) {
  const alive = new Set();
  nodes.forEach((node, index) => {
    const holds = node.kept && (node.depth === depth || (node.end && node.depth < depth));
    if (holds) wayTo(nodes, index).forEach((at) => alive.add(at));
  });
  return alive;
}

// The node that is in front at a depth: the likeliest beginning or finished text; at the end what the ranking says.
function leadAt(nodes, depth, most, best) {
  if (depth >= most) return best;
  let lead = -1;
  nodes.forEach((node, index) => {
    const holds = node.kept && (node.depth === depth || (node.end && node.depth < depth));
    if (holds && (lead < 0 || node.s > nodes[lead].s)) lead = index;
  });
  return lead;
}

// Where an arrow key leads from a node: [along, across] of -1, 0 or 1.
function nextTo(nodes, across, from, along, sideways) {
  const shown = [...across.keys()];
  if (along < 0) return from < 0 ? -1 : nodes[from].parent;
  const next = along > 0 ? shown.filter((index) => nodes[index].parent === from) : [];
  if (along > 0) return next.length ? next.reduce((a, b) => (nodes[b].s > nodes[a].s ? b : a)) : from;
  if (from < 0) return -1;
  const level = shown.filter((index) => nodes[index].depth === nodes[from].depth);
  level.sort((a, b) => across.get(a) - across.get(b));
  return level[clamp(level.indexOf(from) + sideways, 0, level.length - 1)];
}

// Whether it is the first node of the best text of all that was not gone on from.
const isCut = (nodes, index) => nodes[index].lost && !nodes[nodes[index].parent]?.lost;

const signed = (value) => (value < 0 ? `−${Math.abs(value).toFixed(2)}` : value.toFixed(2));

// A token in its box: without the space before it, the end of a line seen.
function labelOf(node, words) {
  if (node.end) return words.end;
  const seen = node.t.replace(/\r\n|\n|\r/g, "⏎").replace(/\t/g, "⇥").trim();
  return seen || (node.t ? "␣" : "∅");
}

const textTo = (nodes, index) =>
  wayTo(nodes, index)
    .map((at) => (nodes[at].end ? " ∎" : nodes[at].t))
    .join("")
    .replace(/\r\n|\n|\r/g, "⏎")
    .trim();
