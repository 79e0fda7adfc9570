import assert from "node:assert/strict";
import { test } from "node:test";

import { targetOf } from "./token_strip.mjs";

// Two rows of chips: three above, two below.
const chips = [
  [0, 0],
  [0, 40],
  [0, 90],
  [30, 0],
  [30, 70],
].map(([offsetTop, offsetLeft]) => ({ offsetTop, offsetLeft }));

test("left and right lead to the neighbour, Home and End to the ends", () => {
  assert.equal(targetOf("ArrowRight", chips, 2), 3);
  assert.equal(targetOf("ArrowLeft", chips, 3), 2);
  assert.deepEqual([targetOf("Home", chips, 3), targetOf("End", chips, 0)], [0, 4]);
});

test("up and down lead to the nearest chip of the next row", () => {
  assert.equal(targetOf("ArrowDown", chips, 1), 4); // 30 to the right; the other is 40 to the left
  assert.equal(targetOf("ArrowUp", chips, 4), 2);
  assert.equal(targetOf("ArrowUp", chips, 3), 0);
});

test("where there is no further row they stay", () => {
  assert.equal(targetOf("ArrowUp", chips, 1), 1);
  assert.equal(targetOf("ArrowDown", chips, 4), 4);
});

test("other keys are left to the browser", () => {
  assert.equal(targetOf("a", chips, 1), undefined);
});
