import assert from "node:assert/strict";
import { test } from "node:test";

import { boxFor, heightOf, nameAt, nearest, placed, unpackPlane } from "./map.mjs";

const points = { x: [0, 10, 5], y: [0, 2, 1] };

test("packed points come back in their own units", () => {
  const bytes = Buffer.from(Uint16Array.from([0, 0, 65535, 13107]).buffer).toString("base64");
  const { x, y } = unpackPlane({ points: bytes, low: [-1, 2], size: 10 });
  assert.deepEqual([...x], [-1, 9]);
  assert.deepEqual([...y], [2, 4]);
});

test("a map keeps its proportions, stands upright and fills the width", () => {
  const height = heightOf(points, 228, 400);
  const place = placed(points, 228, height);
  assert.deepEqual([place(0)[0], place(1)[0]], [14, 214]);
  assert.equal(place(0)[1] - place(1)[1], 40); // 2 of 10 units that are 200 wide; up is up
  assert.equal(height, 200); // half of what there may be at least
});

test("points that are all one have a place", () => {
  const one = { x: [3], y: [3] };
  assert.deepEqual(placed(one, 100, heightOf(one, 100, 200))(0), [50, 50]);
});

test("the point under the pointer is the nearest within reach", () => {
  const place = placed(points, 228, 200);
  assert.equal(nearest(place, 3, [...place(2)].map((at) => at + 3)), 2);
  assert.equal(nearest(place, 3, [114, 0]), undefined);
});

test("a label stands where there is room, or not at all", () => {
  assert.deepEqual(boxFor(50, 50, 30, 200, 100, []), { x: 57, y: 43, right: 87, bottom: 57 });
  assert.equal(boxFor(190, 50, 30, 200, 100, []).right, 183);
  const everywhere = [{ x: 0, y: 0, right: 200, bottom: 100 }];
  assert.equal(boxFor(50, 50, 30, 200, 100, everywhere), null);
});

test("a point's name comes with where it lies", () => {
  const text = nameAt({ names: ["fox"] }, { x: [1.234], y: [-2] }, 0);
  assert.equal(text, "fox: 1.23 along the first direction, -2.00 along the second");
});
