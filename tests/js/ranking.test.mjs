import assert from "node:assert/strict";
import { test } from "node:test";

import { describePart, largest, ordered, partOf, signed } from "./ranking.mjs";

// Two layers of two heads, then attention and network.
const lost = Float32Array.from([0.5, -2, 3, 9, 0, 1, -0.25, 4]);
const data = { n_head: 2, n_predicted: 10, off: [["head", 0, 1]], switching: true };

test("a place of the board is a part of the model", () => {
  assert.deepEqual([0, 1, 2, 3, 4, 7].map((at) => partOf(data, at)), [["head", 0, 0], ["head", 0, 1], ["attention", 0], ["mlp", 0], ["head", 1, 0], ["mlp", 1]]);
});

test("the list begins with what helps most, or with what hurts most", () => {
  assert.deepEqual(ordered(lost, 1), [3, 7, 2, 5, 0, 4, 6, 1]);
  assert.deepEqual(ordered(lost, -1).slice(0, 3), [1, 6, 4]);
  assert.equal(ordered(new Float32Array(100), 1).length, 10);
});

test("heads have a scale of their own", () => {
  assert.equal(largest(lost, 4, 2), 2);
  assert.equal(largest(lost, 4, 0), 9);
  assert.ok(largest(new Float32Array(8), 4, 0) > 0);
});

test("a part is described with its sign in words, and how it is switched on again", () => {
  assert.match(describePart(data, lost, 1), /Without layer 1, head 2 .* rises by 2\.000 nats, 0\.2000 a token\. Click to switch on again/);
  assert.match(describePart(data, lost, 3), /layer 1’s feed-forward network .* falls by 9\.000/);
  assert.deepEqual([signed(-0.001), signed(-1.234), signed(2)], ["0.00", "−1.23", "2.00"]);
});
