import assert from "node:assert/strict";
import { test } from "node:test";

import { CELL, geometry, hoveredWeights } from "./task_rows.mjs";

globalThis.getComputedStyle = () => ({ fontSize: "14.1px" });

test("a head's weights are its bytes as shares of one", () => {
  const looks = [Uint8Array.from([0, 255, 51, 204, 102, 153, 255, 0])]; // two layers of two heads, two tokens
  const view = { looks, data: { n_layer: 2, n_head: 2 } };
  assert.deepEqual(hoveredWeights(view, 0, 0, 1), [0.2, 0.8]);
  assert.deepEqual(hoveredWeights(view, 0, 1, 0), [0.4, 0.6]);
});

test("the board fills the width, within bounds", () => {
  const view = { data: { n_layer: 3, n_head: 4 } };
  const wide = (width) => geometry({ clientWidth: width }, view);
  assert.equal(wide(CELL.edge + 400).width, 100);
  assert.deepEqual(wide(CELL.edge + 400).total, [CELL.edge + 400, CELL.edge + 3 * CELL.height]);
  assert.equal(wide(5_000).width, 190);
  assert.equal(wide(60).width, 24);
});
