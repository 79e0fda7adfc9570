import assert from "node:assert/strict";
import { test } from "node:test";

import { neighbour, placesOf } from "./tries.mjs";

// boy - , - who        (0 1 2)
//       \ - goats      (3)
// wood - burning       (4 5)
const NODES = [-1, 0, 1, 1, -1, 4].map((parent) => ({ parent }));
const LINES = [2, 3, 5].map((leaf) => ({ leaf }));
const PLACES = placesOf(NODES, LINES);

test("a first child goes on in its line, and another begins a new one", () => {
  assert.deepEqual(PLACES.map(({ row }) => row), [0, 0, 0, 1, 2, 2]);
  assert.deepEqual(PLACES.map(({ column }) => column), [1, 2, 3, 3, 1, 2]);
});

test("no two tokens stand in one place", () => {
  assert.equal(new Set(PLACES.map(({ row, column }) => `${row} ${column}`)).size, NODES.length);
});

test("arrow keys go along a text and between lines", () => {
  const from = (key, node) => neighbour(key, node, NODES, PLACES);
  assert.equal(from("ArrowRight", -1), 0);
  assert.equal(from("ArrowLeft", 0), -1);
  assert.equal(from("ArrowLeft", -1), -1);
  assert.equal(from("ArrowRight", 2), 2);
  assert.equal(from("ArrowDown", 2), 3);
  assert.equal(from("ArrowDown", 3), 5);
  assert.equal(from("ArrowUp", 5), 3);
  assert.equal(from("ArrowDown", 5), 5);
  assert.equal(from("Enter", 5), undefined);
});
