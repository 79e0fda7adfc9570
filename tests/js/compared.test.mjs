// Which tokens a cell of the compared maps stands for, and what is said of it in all of them.

import assert from "node:assert/strict";
import test from "node:test";

import { cellText, covered, isAlike, reach, valueAt } from "./compared.mjs";

const map = (name, cells, tokens) => ({ name, cells, tokens });
const words = ["a", "b", "c", "d", "e"];

test("cells of a pooled map cover all tokens", () => {
  const pooled = map("x", 2, words);
  assert.deepEqual([covered(pooled, 0), covered(pooled, 1)], [[0, 2], [2, 4]]);
  assert.deepEqual(covered(map("x", 5, words), 3), [3, 3]);
});

test("a cell reads the numbers of all maps of its size", () => {
  const two = ["a", "b"];
  const maps = [map("This view", 2, two), map("mine", 2, two), map("Difference", 2, two)];
  const values = [[1, 0.25, 0.75], [1, 0.5, 0.5], [0, -0.25, 0.25]];
  assert.equal(
    cellText({ maps }, values, [0, 1, 0]),
    "“b” listens to “a” · This view: 0.2500 · mine: 0.5000 · Difference: −0.2500",
  );
  maps[1] = map("mine", 3, ["a", "b", "c"]);
  assert.ok(!isAlike(maps[0], maps[1]));
  assert.ok(!cellText({ maps }, values, [0, 1, 0]).includes("mine"));
});

test("a square has numbers above the diagonal, a triangle is masked there", () => {
  const two = ["a", "b"];
  const square = { ...map("Square", 2, two), square: true };
  const triangle = map("Triangle", 2, two);
  assert.deepEqual([reach(square, 0), reach(triangle, 0)], [2, 1]);
  assert.equal(valueAt(square, [0.1, 0.9, 0.3, 0.7], 0, 1), 0.9);
  assert.ok(Number.isNaN(valueAt(triangle, [1, 0.3, 0.7], 0, 1)));
  const text = cellText({ maps: [square, triangle] }, [[0.1, 0.9, 0.3, 0.7], [1, 0.3, 0.7]], [0, 0, 1]);
  assert.equal(text, "“a” listens to “b” · Square: 0.9000 · Triangle: masked");
});
