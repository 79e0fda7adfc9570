import assert from "node:assert/strict";
import { test } from "node:test";

import { classOf, shade, short } from "./neuron.mjs";

test("an activation is short, and has a true minus", () => {
  assert.equal(short(-0.171), "−0.17");
  assert.equal(short(0.001), "0");
  assert.equal(short(2.791), "2.79");
});

test("colour grows with the activation, to a bound, and tells its sign", () => {
  const shaded = (value, scale) => {
    const element = { style: {} };
    shade(element, value, scale);
    return element.style.background;
  };
  assert.match(shaded(1, 2), /primary-color\) 28%/);
  assert.match(shaded(9, 2), /primary-color\) 55%/);
  assert.match(shaded(-1, 2), /hot\) 28%/);
  assert.match(shaded(0, 0), / 0%/);
});

test("the chosen token and those that are lit up", () => {
  assert.equal(classOf(false, false), "token");
  assert.equal(classOf(true, true), "token chosen lit");
});
