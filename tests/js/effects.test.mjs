import assert from "node:assert/strict";
import { test } from "node:test";

import { neighbour } from "./effects.mjs";

const all = () => true;

test("arrows go to the cells beside, and stay at the edge", () => {
  assert.equal(neighbour(0, [0, 1], 2, 3, all), 1);
  assert.equal(neighbour(0, [1, 0], 2, 3, all), 3);
  assert.equal(neighbour(5, [0, -1], 2, 3, all), 4);
  assert.equal(neighbour(2, [0, 1], 2, 3, all), 2);
  assert.equal(neighbour(1, [-1, 0], 2, 3, all), 1);
});

test("cells that are not there are passed over, and other keys mean nothing", () => {
  assert.equal(neighbour(0, [0, 1], 1, 4, (at) => at !== 1), 2);
  assert.equal(neighbour(0, [0, 1], 1, 2, (at) => at !== 1), 0);
  assert.equal(neighbour(0, undefined, 2, 3, all), null);
});
