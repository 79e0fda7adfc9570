import assert from "node:assert/strict";
import { test } from "node:test";

import { scaleOf, span } from "./pushes.mjs";

test("bars go from the middle to their side, all on the longest one's scale", () => {
  const scale = scaleOf([{ bars: [{ value: 1 }, { value: -4 }] }, { bars: [] }]);
  assert.equal(scale, 4);
  assert.deepEqual(span(-4, scale), [0, 50]);
  assert.deepEqual(span(1, scale), [50, 62.5]);
  assert.deepEqual(span(0, scale), [50, 50]);
  assert.ok(scaleOf([{ bars: [] }]) > 0);
});
