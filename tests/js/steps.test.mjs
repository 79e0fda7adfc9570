import assert from "node:assert/strict";
import { test } from "node:test";

import { indexOf } from "./steps.mjs";

test("a stage that is none unfolds the first", () => {
  const stages = [{ name: "tokenize" }, { name: "softmax" }];
  assert.equal(indexOf(stages, "softmax"), 1);
  assert.equal(indexOf(stages, "nonsense"), 0);
});
