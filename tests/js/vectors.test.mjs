import assert from "node:assert/strict";
import { test } from "node:test";

import { numbersAt, runs, scaleText } from "./vectors.mjs";

test("the scale is said with its sign on both sides", () => {
  assert.equal(scaleText(192, 1.234), "192 numbers a row; colours from −1.23 to +1.23");
});

test("a number is read from every row, counted from 1", () => {
  const rows = [
    { label: "token", values: [0.5, -0.25] },
    { label: "position", values: [1, 2] },
  ];
  assert.equal(numbersAt(rows, 1), "number 2: token -0.2500 · position 2.0000");
});

test("numbers that are lit side by side have one frame", () => {
  assert.deepEqual(runs(5, (i) => i !== 2), [[0, 2], [3, 5]]);
  assert.deepEqual(runs(5, () => true), [[0, 5]]);
  assert.deepEqual(runs(5, () => false), []);
});
