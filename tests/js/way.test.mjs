import assert from "node:assert/strict";
import { test } from "node:test";

import { listenToStages, lowestOf, numbersAt, placed, pointedStage, stageAt } from "./way.mjs";

test("the axis begins at 0, or at what is less, and ends at 1", () => {
  assert.equal(lowestOf([{ values: [1, 0.2] }]), 0);
  assert.equal(lowestOf([{ values: [1] }, { values: [-0.1] }]), -0.1);
  const place = placed(3, 260, -0.25);
  assert.deepEqual(place(0, 1), [46, 10]);
  assert.deepEqual(place(2, -0.25), [246, 196]);
});

test("the pointer is at the nearest stage", () => {
  assert.equal(stageAt(0, 3, 260), 0);
  assert.equal(stageAt(145, 3, 260), 1);
  assert.equal(stageAt(999, 3, 260), 2);
  assert.equal(stageAt(50, 1, 260), 0);
});

test("a stage's numbers, a line each", () => {
  const lines = [
    { name: "same", values: [1, 0.5] },
    { name: "others", values: [0, 0.25] },
  ];
  assert.equal(numbersAt({ stages: ["e", "h₀"] }, lines, 1), "h₀: same 0.5000 · others 0.2500");
});

test("arrow keys go from stage to stage, and stop at the last; who leaves points at none", () => {
  const [canvas, root, seen] = [{}, {}, []];
  listenToStages(canvas, root, 3, 260, () => seen.push(pointedStage(root, 3)));
  for (const key of ["ArrowRight", "ArrowRight", "ArrowRight", "ArrowRight", "x", "ArrowLeft"]) {
    canvas.onkeydown({ key, preventDefault() {} });
  }
  canvas.onblur();
  canvas.onblur();
  assert.deepEqual(seen, [0, 1, 2, 1, null]);
});
