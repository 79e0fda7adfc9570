import assert from "node:assert/strict";
import { test } from "node:test";

import { decades, depth, numbersAt, stageAt } from "./rivals.mjs";

test("each tenfold rank is a step down, as long as there are tokens", () => {
  assert.deepEqual(decades(8192), [1, 10, 100, 1000]);
  assert.deepEqual(decades(1000), [1, 10, 100, 1000]);
  assert.deepEqual(decades(1), [1]);
});

test("the first rank is on top, the last of the vocabulary at the bottom", () => {
  assert.equal(depth(1, 8192), 0);
  assert.equal(depth(8192, 8192), 1);
  assert.ok(Math.abs(depth(100, 10_000) - 0.5) < 1e-12);
  assert.equal(depth(1, 1), 0);
});

test("the pointer finds the nearest stage, and none outside", () => {
  assert.equal(stageAt(-50, 8, 500), 0);
  assert.equal(stageAt(9_999, 8, 500), 7);
});

test("numbers are read with rank and probability", () => {
  const lines = [{ name: "“crow”", ranks: [1436], chances: [0.526] }];
  assert.equal(numbersAt({ stages: ["h₀"] }, lines, 0), "h₀: “crow”: no. 1,436, 53 %");
});
