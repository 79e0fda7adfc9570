import assert from "node:assert/strict";
import { test } from "node:test";

import { marksOf } from "./map_marks.mjs";

test("a map is told its marks, and which of them is pointed at", () => {
  const marks = [
    { id: 7, label: "fox", strong: false },
    { id: 3, label: "crow", strong: true },
  ];
  assert.deepEqual(marksOf(marks, 1), [
    [7, "fox", false, false],
    [3, "crow", true, true],
  ]);
});
