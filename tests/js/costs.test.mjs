import assert from "node:assert/strict";
import { test } from "node:test";

import { milliseconds, shortNumber, words } from "./costs.mjs";

test("counts are short", () => {
  assert.equal(shortNumber(1_234_567_890), "1.2 G");
  assert.equal(shortNumber(74_000_000), "74 M");
  assert.equal(shortNumber(5_600), "5.6 k");
  assert.equal(shortNumber(12), "12");
});

test("a chart says its last numbers", () => {
  assert.equal(words([1, 9], [[1, 2.04], [1, 17.9]], milliseconds), "at 9 tokens 2.0 ms with the cache, 18 ms without");
  assert.equal(words([], [[], []], milliseconds), "");
});
