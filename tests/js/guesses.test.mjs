import assert from "node:assert/strict";
import { test } from "node:test";

import { measured, percent, placeText, strengthOf } from "./guesses.mjs";

const found = {
  most: 2,
  chances: [0.25, 0.1, 0.04, 0.01],
  final_rank: [1, 100],
  next_rank: [0, 10],
};
const data = (colour) => ({ colour, vocabulary: 10_000, columns: [{}, {}] });

test("a cell's colour follows its probability by a root", () => {
  assert.deepEqual(measured(data("chance"), found, 0, 0), { strength: 0.5, label: "25 %" });
  assert.deepEqual(measured(data("chance"), found, 0, 1), { strength: 0.2, label: "4 %" });
  assert.equal(strengthOf.chance(1), 1);
});

test("or a rank by its logarithm: the first has the full colour, the last none", () => {
  assert.deepEqual(measured(data("final"), found, 0, 0), { strength: 1, label: "1" });
  assert.equal(measured(data("final"), found, 0, 1).strength, 0.5);
  assert.equal(measured(data("next"), found, 0, 1).strength, 0.75);
  assert.equal(strengthOf.rank(10_000, 10_000), 0);
});

test("where no token follows there is no rank and no colour", () => {
  assert.deepEqual(measured(data("next"), found, 0, 0), { strength: 0, label: "" });
});

test("a probability is written as on the rest of the page", () => {
  const written = [1, 0.44, 0.0995, 0.0731, 0.00734, 0.0004, 0.00001, 0].map(percent);
  assert.deepEqual(written, ["100 %", "44 %", "10 %", "7.3 %", "0.73 %", "0.04 %", "< 0.01 %", "0 %"]);
});

test("a token's place is said with its rank among all", () => {
  const says = placeText({ vocabulary: 8192 }, "The final answer", "crow", 1436, 0.0001);
  assert.equal(says, "The final answer, “crow”, is no. 1,436 of 8,192 here: 0.01 %.");
});
