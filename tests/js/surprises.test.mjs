// What is said of a column of two texts' surprises.

import assert from "node:assert/strict";
import test from "node:test";

import { columnText, rangeOf, stepOf } from "./surprises.mjs";

const data = { names: ["The", "keys", "were", ""], others: ["The", "key", "", "was"] };
const now = new Float32Array([NaN, 5, 2, NaN]);
const beside = new Float32Array([NaN, 6.5, NaN, 1]);
const said = (at) => columnText(data, now, beside, at);

test("each kind of column", () => {
  assert.match(said(0), /^“The”: nothing stands before it/);
  assert.equal(said(1), "“keys” here, “key” beside it: 5.00 bits here, 6.50 bits beside it: 1.50 less here");
  assert.equal(said(2), "“were” stands in this view only: 2.00 bits");
  assert.equal(said(3), "“was” stands only in the view beside it: 1.00 bits");
  for (const at of [-1, 4]) assert.match(said(at), /^Point at a token/);
});

test("no difference has no sign", () => {
  assert.match(columnText({ names: ["a"], others: ["a"] }, [1.001], [1], 0), /: the same$/);
});

test("the range holds 0 and skips what is missing", () => {
  assert.deepEqual(rangeOf([NaN, 2, 3]), [0, 3]);
  assert.deepEqual(rangeOf([-2, NaN]), [-2, 0]);
  assert.deepEqual(rangeOf([]), [0, 0]);
});

test("columns never grow past their room", () => {
  for (const count of [1, 20, 512]) assert.ok(stepOf(600, count) * count <= 600);
});
