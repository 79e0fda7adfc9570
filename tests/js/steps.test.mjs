import assert from "node:assert/strict";
import { test } from "node:test";

import { indexOf, placeOf } from "./steps.mjs";

test("a stage that is none unfolds the first", () => {
  const stages = [{ name: "tokenize" }, { name: "softmax" }];
  assert.equal(indexOf(stages, "softmax"), 1);
  assert.equal(indexOf(stages, "nonsense"), 0);
});

test("beyond a step's ends another token's step begins", () => {
  assert.deepEqual(placeOf(3, 7, 2, 4), [2, 3]);
  assert.deepEqual(placeOf(7, 7, 2, 4), [3, 0]);
  assert.deepEqual(placeOf(7, 7, 4, 4), [4, 6]);
  assert.deepEqual(placeOf(-1, 7, 2, 4), [1, 6]);
  assert.deepEqual(placeOf(-1, 7, 1, 4), [1, 0]);
});
