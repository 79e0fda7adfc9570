import assert from "node:assert/strict";
import { test } from "node:test";

import { arcs, familyOf, round, rounded, xmlText } from "./take_away.mjs";

test("what XML cannot hold becomes a sign, and whole characters stay", () => {
  assert.equal(xmlText("a\0b\x1bc\ufffe"), "a\ufffdb\ufffdc\ufffd");
  assert.equal(xmlText("<b> & 👩‍👩‍👧‍👦 \n\t"), "<b> & 👩‍👩‍👧‍👦 \n\t");
  assert.equal(xmlText("x\ud83dy\ude00z"), "x\ufffdy\ufffdz");
});

test("an arc begins and ends where a canvas has it", () => {
  const { begin, rest, last } = arcs(10, 20, 5, 5, 0, 0, Math.PI / 2);
  assert.deepEqual(begin.map(round), ["15", "20"]);
  assert.deepEqual(last.map(round), ["10", "25"]);
  assert.deepEqual(rest, ["A5 5 0 0 1 10 25"]);
});

test("a whole circle comes round, in parts that SVG can draw", () => {
  const { begin, rest, last } = arcs(0, 0, 3, 3, 0, 0, 7);
  assert.ok(rest.length >= 2);
  assert.deepEqual(last.map(round), begin.map(round));
});

test("the upper half of an ellipse goes from left to right over the top", () => {
  const { begin, rest, last } = arcs(0, 0, 4, 2, 0, Math.PI, 0);
  assert.deepEqual(begin.map(round), ["-4", "0"]);
  assert.deepEqual(last.map(round).map(Number), [4, 0]);
  const [, middle] = /A4 2 0 0 1 (\S+ \S+)/.exec(rest[0]);
  assert.equal(middle, "0 -2");
});

test("backwards it goes the other way", () => {
  const { rest } = arcs(0, 0, 4, 4, 0, 0, -Math.PI / 2, true);
  assert.deepEqual(rest, ["A4 4 0 0 0 0 -4"]);
});

test("corners are no rounder than the box", () => {
  assert.match(rounded(0, 0, 4, 10, 8), /^M2 0h0a2 2/);
});

test("fonts are families that every computer has", () => {
  assert.equal(familyOf("system-ui, 'Segoe UI', sans-serif"), "system-ui, sans-serif");
  assert.equal(familyOf("'Source Code Pro', monospace"), "monospace");
  assert.equal(familyOf("KaTeX_Main, 'Times New Roman', serif"), "serif");
});
