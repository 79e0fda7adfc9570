import assert from "node:assert/strict";
import { test } from "node:test";

import { shared, visible } from "./written.mjs";

test("two texts share whole words from their beginnings", () => {
  assert.equal(shared(" crow, and", " crow, but"), " crow, ".length);
  assert.equal(shared(" crows", " crow"), 1);
  assert.equal(shared("same", "same"), 4);
  assert.equal(shared("a", ""), 0);
});

test("line ends are seen", () => assert.equal(visible("a\nb"), "a⏎b"));
