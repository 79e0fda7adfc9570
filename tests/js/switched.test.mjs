import assert from "node:assert/strict";
import { test } from "node:test";

import { barsLayout, changeText, hintOf } from "./switched.mjs";

const data = { tokens: ["The", "fox", "sang"], texts: { surprise_hint: "The largest change:" } };

test("bars fill the width of a long text and stay narrow in a short one", () => {
  const { step, most } = barsLayout(Float32Array.from({ length: 511 }, () => 1), 300);
  assert.ok(step * 511 <= 300.001 && most === 1);
  assert.equal(barsLayout(Float32Array.from([0.1]), 300).step, 26);
  assert.equal(barsLayout(Float32Array.from([0.1]), 300).most, 0.5); // what is next to nothing looks so
});

test("a bar is told in words", () => {
  const changes = Float32Array.from([1.5, -0.25]);
  assert.equal(changeText(data, changes, 1), "Token 2, “fox”: 1.50 bits more surprising");
  assert.equal(changeText(data, changes, 2), "Token 3, “sang”: 0.25 bits less surprising");
  assert.match(changeText(data, Float32Array.from([0]), 1), /as surprising as before/);
});

test("the hint names the largest change, whichever its sign", () => {
  assert.equal(hintOf(data, Float32Array.from([1, -2.25])), "The largest change: 2.3 bits");
  assert.equal(hintOf(data, new Float32Array(0)), "The largest change:");
});
