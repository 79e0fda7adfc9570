import assert from "node:assert/strict";
import { test } from "node:test";

import { exact, short, strongest } from "./hangs_on.mjs";

test("a cell has a short number, and nothing where there is none", () => {
  assert.deepEqual([0.1234, -0.5, 0.001, -0.001, NaN].map(short), ["0.12", "−0.50", "0", "0", ""]);
});

test("a number that is read out has its unit", () => {
  assert.equal(exact(-0.48413, " nats"), "−0.4841 nats");
  assert.equal(exact(NaN, " nats"), "no number");
});

test("at first the token is read out that the rows together make most of", () => {
  assert.equal(strongest([[0.1, -9, 0.2], [NaN, 1, 2], [0, 0, 1]]), 2);
  assert.equal(strongest([[NaN], [NaN]]), 0);
});
