import assert from "node:assert/strict";
import { test } from "node:test";

import { cosineText, rowsOf, sideOf } from "./bands.mjs";

test("a cell says which positions it stands for, counted from 1", () => {
  assert.equal(rowsOf(0, 64, 512), "1 to 8");
  assert.equal(rowsOf(63, 64, 512), "505 to 512");
  assert.equal(rowsOf(2, 3, 3), "3");
  assert.equal(rowsOf(1, 2, 5), "3 to 5");
});

test("the number under the pointer", () => {
  const text = cosineText("learnt", [1, 0.5, -0.25, 1], 2, 4, [1, 0]);
  assert.equal(text, "learnt: positions 3 to 4 with 1 to 2: cosine -0.250");
});

test("squares stand side by side, and stay within bounds", () => {
  assert.equal(sideOf(1000, 2), 250);
  assert.equal(2 * sideOf(358, 2) + 12 <= 358, true);
  assert.equal(sideOf(100, 2), 90);
});
