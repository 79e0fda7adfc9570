import assert from "node:assert/strict";
import { test } from "node:test";

import { aliveAt, boxOf, detailText, isCut, labelOf, layout, leadAt, nextTo, sizesFor, textTo, wayTo } from "./beam.mjs";

// A random tree as a search grows it: `width` nodes a depth are kept, as many are pruned.
function grown(width, most, seed) {
  let state = seed;
  const random = () => (state = (state * 16807) % 2147483647) / 2147483647;
  const nodes = [];
  let parents = [-1];
  for (let depth = 1; depth <= most; depth++) {
    const level = [];
    for (let i = 0; i < 2 * width; i++) {
      const parent = parents[Math.floor(random() * parents.length)];
      level.push({ t: ` w${i}`, p: "1 %", s: (nodes[parent]?.s ?? 0) - random() * 3, parent, depth, end: false, lost: false });
    }
    level.sort((a, b) => b.s - a.s);
    level.forEach((node, i) => (node.kept = i < width));
    parents = [];
    level.forEach((node) => {
      if (node.kept) parents.push(nodes.length);
      nodes.push(node);
    });
  }
  return nodes;
}

const sizeOf = (node) => (node.kept ? 38 : 19);

for (const [width, most] of [[1, 1], [1, 6], [3, 8], [8, 20]]) {
  test(`${most} tokens of a beam of ${width}: nothing overlaps, no lines cross, all is inside`, () => {
    for (let seed = 1; seed < 30; seed++) {
      const nodes = grown(width, most, seed);
      const { across, room } = layout(nodes, () => true, sizeOf, 5);
      for (let depth = 1; depth <= most; depth++) {
        const level = [...across.keys()].filter((index) => nodes[index].depth === depth);
        level.sort((a, b) => across.get(a) - across.get(b));
        level.forEach((index, i) => {
          const [start, end] = [across.get(index) - sizeOf(nodes[index]) / 2, across.get(index) + sizeOf(nodes[index]) / 2];
          assert.ok(start >= -1e-9 && end <= room + 1e-9);
          if (!i) return;
          const before = level[i - 1];
          assert.ok(start >= across.get(before) + sizeOf(nodes[before]) / 2 + 5 - 1e-9);
          const parents = [before, index].map((at) => across.get(nodes[at].parent) ?? 0);
          assert.ok(parents[0] <= parents[1]);
          if (parents[0] === parents[1]) assert.ok(nodes[before].s >= nodes[index].s);
        });
      }
    }
  });
}

test("a single beam is a straight line", () => {
  const nodes = [0, 1, 2].map((i) => ({ t: "a", s: -i, parent: i - 1, depth: i + 1, kept: true, end: false, lost: false }));
  const { across, room } = layout(nodes, () => true, sizeOf, 5);
  assert.deepEqual([...across.values()], [19, 19, 19]);
  assert.equal(room, 38);
});

test("what is hidden takes no room", () => {
  const nodes = grown(3, 5, 7);
  const { across, room } = layout(nodes, (node) => node.kept, sizeOf, 5);
  assert.equal(across.size, 15);
  assert.equal(room, 3 * 38 + 2 * 5);
});

// 0 "a" and 1 "b" after the beginning, 2 pruned; 3 ends the text after "a", 4 and 5 go on after "b".
const node = (t, s, parent, depth, more = {}) => ({ t, p: "5 %", s, parent, depth, kept: true, end: false, lost: false, ...more });
const TREE = [
  node(" a", -1, -1, 1),
  node(" b", -1.5, -1, 1),
  node(" c", -3, -1, 1, { kept: false, lost: true }),
  node("<end>", -2, 0, 2, { end: true }),
  node("\n", -2.5, 1, 2),
  node(" e", -2.6, 1, 2),
  node(" f", -3.1, 4, 3),
  node(" g", -3.05, 2, 2, { kept: false, lost: true }),
];

test("ways, what is alive, and what is in front at a depth", () => {
  assert.deepEqual(wayTo(TREE, 6), [1, 4, 6]);
  assert.deepEqual(wayTo(TREE, -1), []);
  assert.deepEqual([...aliveAt(TREE, 1)].sort(), [0, 1]);
  assert.deepEqual([...aliveAt(TREE, 2)].sort(), [0, 1, 3, 4, 5]);
  assert.deepEqual([...aliveAt(TREE, 3)].sort(), [0, 1, 3, 4, 6]);
  assert.deepEqual([1, 2, 3].map((depth) => leadAt(TREE, depth, 3, 6)), [0, 3, 6]);
  assert.equal(leadAt(TREE, 3, 4, 6), 3); // a finished text stays in front until something is likelier
});

test("the place where the best text was lost is the first of its nodes off the beam", () => {
  assert.deepEqual(TREE.map((_, index) => isCut(TREE, index)), [false, false, true, false, false, false, false, false]);
});

test("arrows lead along the likeliest child, back to the parent, and across a depth", () => {
  const { across } = layout(TREE, () => true, sizeOf, 5);
  assert.equal(nextTo(TREE, across, -1, 1, 0), 0);
  assert.equal(nextTo(TREE, across, 1, 1, 0), 4);
  assert.equal(nextTo(TREE, across, 6, 1, 0), 6);
  assert.equal(nextTo(TREE, across, 4, -1, 0), 1);
  assert.equal(nextTo(TREE, across, 0, -1, 0), -1);
  assert.equal(nextTo(TREE, across, 0, 0, 1), 1);
  assert.equal(nextTo(TREE, across, 0, 0, -1), 0);
});

test("tokens in boxes show what cannot be seen", () => {
  const label = (t, end = false) => labelOf({ t, end }, { end: "∎ end" });
  assert.deepEqual([label(" the"), label("\n\n"), label("  "), label(""), label("<e>", true)], ["the", "⏎⏎", "␣", "∅", "∎ end"]);
  assert.equal(textTo(TREE, 6), "b⏎ f");
  assert.equal(textTo(TREE, 3), "a ∎");
});

test("details say the text, its numbers and what became of it", () => {
  const words = { detail: "{text}|{token}|{p}|{s}|{state}", kept: "kept", pruned: "pruned", cut: "cut", beyond: "beyond", finished: "finished", end: "∎", root: "root" };
  const said = (index) => detailText({ nodes: TREE, words }, index);
  assert.deepEqual([said(-1), said(0), said(2), said(3), said(7)], [
    "root",
    "a|a|5 %|−1.00|kept",
    "c|c|5 %|−3.00|cut",
    "a ∎|∎|5 %|−2.00|finished",
    "c g|g|5 %|−3.05|beyond",
  ]);
});

test("a narrow screen has the tree top to bottom, a wide one spreads it over its width", () => {
  assert.equal(sizesFor(340, 8).down, true);
  const wide = sizesFor(1180, 8);
  assert.equal(wide.down, false);
  const last = boxOf(node("x", -1, -1, 8), 20, wide);
  assert.ok(last.x + last.w <= 1180 && last.x + last.w > 1100);
  assert.ok(boxOf(node("x", -1, -1, 20), 20, sizesFor(1180, 20)).x > 1180); // it scrolls rather than shrinks
});
