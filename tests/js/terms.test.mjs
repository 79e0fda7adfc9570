import assert from "node:assert/strict";
import { test } from "node:test";

import { barOf, nearestStep, stepX, whereTo } from "./terms.mjs";

test("bars stand on one scale, and to both sides once there are negative ones", () => {
  assert.deepEqual(barOf(2, 4, false), [0, 50]);
  assert.deepEqual(barOf(4, 4, true), [50, 50]);
  assert.deepEqual(barOf(-2, 4, true), [25, 25]);
  assert.deepEqual(barOf(0, 4, true), [50, 0]);
});

test("the focus goes to the first number, and on the way back to the one that was left", () => {
  const cells = [["logit", 5, 26], ["logit", 5, 12], ["weight", "blocks.0.ln_1.bias", 3]];
  assert.equal(whereTo(cells, undefined, "probability:5:26"), 0);
  assert.equal(whereTo(cells, "probability:5:26", "probability:5:26~logit:5:26"), 0);
  assert.equal(whereTo(cells, "probability:5:26~logit:5:12", "probability:5:26"), 1);
  assert.equal(whereTo(cells, "probability:5:26~weight:blocks.0.ln_1.bias:3~x:1", "probability:5:26"), 2);
  assert.equal(whereTo(cells, "probability:5:26~logit:5:99", "probability:5:26"), 0); // which is not listed
  assert.equal(whereTo(cells, "probability:5:2", "probability:5:26"), 0); // another one, no way back
});

test("checkpoints stand where their steps are, and the nearest to the pointer is read", () => {
  const steps = [0, 100, 1000];
  assert.deepEqual([stepX(steps, 0, 108), stepX(steps, 1000, 108)], [4, 104]);
  assert.equal(stepX(steps, 100, 108), 14);
  assert.equal(nearestStep(steps, 8, 108), 0);
  assert.equal(nearestStep(steps, 11, 108), 1);
  assert.equal(nearestStep(steps, 500, 108), 2);
  assert.equal(stepX([7], 7, 108), 4); // one checkpoint alone
});
