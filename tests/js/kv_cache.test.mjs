import assert from "node:assert/strict";
import { test } from "node:test";

import { cellText, kindOf, layerOf } from "./kv_cache.mjs";

const DATA = { tokens: ["a", "b", "c", "d"], layers: 3, dropped: 1, held: 2 };

test("dropped, held and new tokens stand in this order", () => {
  assert.deepEqual([0, 1, 2, 3].map((token) => kindOf(DATA, token)), ["gone", "held", "held", "new"]);
});

test("the last layer stands at the top", () => {
  assert.equal(layerOf(DATA, 0), 3);
  assert.equal(layerOf(DATA, 2), 1);
  assert.equal(cellText(DATA, 0, 3), "layer 3, token 4 “d”: its key and value are computed now");
});
