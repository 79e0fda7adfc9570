import assert from "node:assert/strict";
import { test } from "node:test";

import { bandOf, detailOf, meanOf, neighbour, percentOf, shown } from "./writing.mjs";

const BANDS = [
  [0.5, "a"],
  [0.1, "b"],
  [0.01, "c"],
  [0, "d"],
];
const text = (n) => ({ tokens: Array.from({ length: n }, () => ({ t: "a", p: 0.5, h: 1, again: false })) });

test("a token's colour follows its probability, bounds included", () => {
  assert.deepEqual([1, 0.5, 0.49, 0.1, 0.01, 0.009, 0].map((p) => bandOf(p, BANDS)), [0, 0, 1, 1, 2, 3, 3]);
});

test("arrow keys lead along a text and to the next one that has tokens", () => {
  const texts = [text(3), text(0), text(2)];
  assert.deepEqual(neighbour(texts, 0, 1, [0, 1]), [0, 2]);
  assert.deepEqual(neighbour(texts, 0, 2, [0, 1]), [0, 2]);
  assert.deepEqual(neighbour(texts, 0, 0, [0, -1]), [0, 0]);
  assert.deepEqual(neighbour(texts, 0, 2, [1, 0]), [2, 1]);
  assert.deepEqual(neighbour(texts, 2, 0, [1, 0]), [2, 0]);
  assert.deepEqual(neighbour(texts, 2, 0, [-1, 0]), [0, 0]);
});

test("line ends are seen, and a token's detail holds its numbers", () => {
  assert.equal(shown("\n\n"), "⏎⏎");
  assert.equal(shown(""), "∅");
  const words = { detail: "“{token}”: {p}, {h} bits", again: "again" };
  assert.equal(detailOf({ t: " fox", p: 0.126, h: 3.449, again: true }, words), "“fox”: 13 %, 3.4 bits; again");
  assert.equal(detailOf({ t: "{p}", p: 1, h: 0, again: false }, words), "“{p}”: 100 %, 0.0 bits");
});

test("numbers are written as everywhere in the app", () => {
  assert.deepEqual([0.44, 0.0995, 0.0731, 0.00073, 0.00001].map(percentOf), ["44 %", "10 %", "7.3 %", "0.073 %", "< 0.01 %"]);
  assert.equal(meanOf([]), "0");
  assert.equal(meanOf([{ h: 1 }, { h: 2 }]), "1.5");
});
