import assert from "node:assert/strict";
import { test } from "node:test";

import * as flow from "./flow.mjs";

const { cellName, decode, describeCell, fullColour, insideLayout, litPart, number, overviewLayout, placeAt, placeName, scaleText, takeStage, wrapped } = flow;

const packed = (array) => Buffer.from(array.buffer).toString("base64");
const floats = (...values) => packed(Float32Array.from(values));
const bytes = (...values) => packed(Uint8Array.from(values));
const grid = (changes) =>
  decode({ id: "q", title: "queries", symbol: "q", kind: ["q", 3, 0], rows: 2, cells: 2, size: 2, wide: 1, heads: 0, values: floats(1, -2, 3, -4), at: "", token: "", ...changes });
const rows = [
  { label: "The", first: 0, last: 0 },
  { label: "fox … sang", first: 1, last: 3 },
];

test("a cell of one number has that number's name", () => {
  assert.deepEqual(cellName(grid(), rows, 1, 1), ["q", 3, 0, 1, 1]);
});

test("a cell of several numbers has the name of the one that it shows", () => {
  const pooled = grid({ size: 8, wide: 4, at: bytes(0, 3, 2, 1), token: bytes(0, 0, 2, 1) });
  assert.deepEqual(cellName(pooled, rows, 0, 1), ["q", 3, 0, 0, 7]);
  assert.deepEqual(cellName(pooled, rows, 1, 0), ["q", 3, 0, 3, 2]);
});

test("places too large for a byte come in two", () => {
  const wide = grid({ size: 1200, wide: 600, at: packed(Uint16Array.from([0, 599, 300, 1])) });
  assert.deepEqual(cellName(wide, rows, 0, 1), ["q", 3, 0, 0, 1199]);
});

test("pairs of tokens count tokens both ways", () => {
  const square = grid({ id: "scaled", kind: ["scores", 3, 0], size: 4, wide: 0, at: bytes(0, 2, 0, 1), token: bytes(0, 0, 2, 2) });
  assert.deepEqual(cellName(square, rows, 0, 1), ["scores", 3, 0, 0, 3]);
  assert.deepEqual(cellName(square, rows, 1, 1), ["scores", 3, 0, 3, 2]);
});

test("heads side by side: the head comes before the token", () => {
  const heads = grid({ kind: ["head_out", 3], cells: 4, size: 8, wide: 2, heads: 2, values: floats(1, 2, 3, 4, 5, 6, 7, 8), at: bytes(0, 1, 0, 1, 0, 1, 0, 1) });
  assert.deepEqual(cellName(heads, rows, 0, 0), ["head_out", 3, 0, 0, 0]);
  assert.deepEqual(cellName(heads, rows, 0, 3), ["head_out", 3, 1, 0, 3]);
  assert.deepEqual(litPart(heads, rows, ["head_out", 3, 1]), [0, 2, 2, 2]);
  assert.deepEqual(litPart(heads, rows, ["head_out", 3, 1, 2, 1]), [1, 2, 1, 1]);
});

test("a pattern lights what it names: all, a row, a column, a cell, or nothing", () => {
  const q = grid({ size: 8, wide: 4 });
  assert.deepEqual(litPart(q, rows, ["q"]), [0, 0, 2, 2]);
  assert.deepEqual(litPart(q, rows, ["q", 3, 0, 2, null]), [1, 0, 1, 2]);
  assert.deepEqual(litPart(q, rows, ["q", null, 0, null, 5]), [0, 1, 2, 1]);
  assert.deepEqual(litPart(q, rows, ["q", 3, 0, 0, 0]), [0, 0, 1, 1]);
  assert.equal(litPart(q, rows, ["q", 3, 1, 0, 0]), null);
  assert.equal(litPart(q, rows, ["k"]), null);
  assert.equal(litPart(q, rows, ["q", 3, 0, 9, 0]), null);
});

test("a number is said with its place, exactly", () => {
  assert.equal(number(-1.23456), "−1.2346");
  assert.equal(number(0.00001234), "1.23e−5");
  assert.equal(number(NaN), "−∞");
  assert.equal(describeCell(grid(), rows, 0, 1), "queries q, “The” (token 1), number 2 of 2: −2.0000");
});

test("colours are full at the largest number of pairs, and at almost the largest of vectors", () => {
  const values = Float32Array.from({ length: 100 }, (_, i) => (i === 7 ? -1000 : i / 100));
  assert.equal(fullColour({ values, square: true }), 1000);
  assert.ok(fullColour({ values, square: false }) < 1);
  assert.equal(scaleText({ id: "q", scale: 123.4 }), "±123");
  assert.equal(scaleText({ id: "q", scale: 0.1234 }), "±0.12");
});

const model = (n_rows, n_layer = 7) => ({
  rows: Array.from({ length: n_rows }, (_, i) => ({ label: "fox", first: i, last: i })),
  chosen: n_rows - 1,
  turned: Array(n_layer).fill(10),
  next: Array(8).fill({}),
  post_norm: true,
  states: ["token", "place", ...Array.from({ length: n_layer + 1 }, (_, i) => `h${i}`)].map((id) => ({ id })),
  inside: ["x", "q", "k", "v", "raw", "scaled", "masked", "weights", "out", "concat", "proj", "sum1", "n", "up", "act", "down", "sum2", "y"].map(
    (id) => ({ id, wide: ["raw", "scaled", "masked", "weights"].includes(id) ? 0 : 8 }),
  ),
});

for (const [width, n_layer] of [[1130, 7], [1130, 12], [770, 7], [830, 12], [358, 7], [340, 12]]) {
  for (const n_rows of [1, 12, 40]) {
    test(`${n_rows} rows and ${n_layer} blocks fit into ${width}`, () => {
      const o = overviewLayout(model(n_rows, n_layer), width, 60);
      assert.equal(o.down, width < 600);
      const ends = [...o.strips, ...o.gaps].map(({ at, length }) => [at, at + length]).sort((a, b) => a[0] - b[0]);
      for (let i = 1; i < ends.length; i++) assert.ok(ends[i][0] >= ends[i - 1][1] - 1e-6, "one over the other");
      assert.ok(Math.min(...o.gaps.map(({ length }) => length)) >= 12);
      const across = o.across + o.row * n_rows;
      assert.ok(across <= (o.down ? width : o.size[1]));
      assert.ok(o.bars.x + o.bars.width <= width + 1e-6 && o.bars.width > 130);
      const { panels, size } = insideLayout(model(n_rows, n_layer), width, 500);
      for (const panel of panels) assert.ok(panel.x >= 0 && panel.x + panel.w <= width && panel.y + panel.h <= size[1]);
      if (width > 1000) assert.ok(new Set(panels.map(({ line }) => line)).size <= 3);
    });
  }
}

test("what is at a point: numbers before blocks, and nothing outside", () => {
  const q = grid();
  const gap = { kind: "gap", layer: 2, x: 0, y: 0, w: 100, h: 100 };
  const view = { data: { rows, next: [] }, overview: { down: false }, places: [gap, { kind: "grid", grid: q, x: 10, y: 10, w: 20, h: 20 }] };
  const at = placeAt(view, 25, 15);
  assert.deepEqual([at.place.grid, at.row, at.column], [q, 0, 1]);
  assert.deepEqual(placeName(view, at.place, at.row, at.column), ["q", 3, 0, 0, 1]);
  assert.equal(placeAt(view, 50, 50).place, gap);
  assert.equal(placeAt(view, 101, 50), null);
  const across = { ...view, places: [{ kind: "grid", grid: q, x: 0, y: 0, w: 20, h: 20, across: true }] };
  assert.deepEqual([placeAt(across, 15, 5).row, placeAt(across, 15, 5).column], [1, 0]);
});

test("candidates are named by their logit or their probability", () => {
  const view = { data: { rows, position: 5, next: [{ id: 7, cell: ["probability", 5, 7] }] } };
  assert.deepEqual(placeName(view, { kind: "logit", index: 0 }), ["logit", 5, 7]);
  assert.deepEqual(placeName(view, { kind: "bar", index: 0 }), ["probability", 5, 7]);
});

test("the walk goes on where it is, unless the address says otherwise", () => {
  const stages = ["tokens", "embed", "next"].map((id) => ({ id }));
  const view = { data: { stages, stage: "embed" } };
  takeStage(view);
  assert.equal(view.stage, 1);
  Object.assign(view, { name: "next" });
  takeStage(view); // the same address again: the learner has walked on since
  assert.equal(view.stage, 2);
  view.data.stage = "tokens";
  takeStage(view);
  assert.equal(view.stage, 0);
  view.data.stage = "no such stage";
  takeStage(view);
  assert.equal(view.stage, 2);
});

test("a title takes two lines of whole words at most", () => {
  const context = { measureText: (text) => ({ width: text.length }) };
  assert.deepEqual(wrapped(context, "what the block reads", 10), ["what the", "block reads"]);
  assert.deepEqual(wrapped(context, "queries", 3), ["queries"]);
});

test("what is pointed at stays so when the picture is drawn anew, as long as it is there", () => {
  const readout = { textContent: "" };
  const place = (id, cells) => ({ kind: "grid", id, grid: grid({ id, cells, values: floats(...Array(2 * cells).fill(1)) }) });
  const before = [place("v", 2), place("q", 2), place("v", 2)];
  const view = { root: { querySelector: () => readout }, data: { rows, next: [] }, at: { place: before[2], row: 1, column: 1, keys: true } };
  view.places = [place("q", 2), place("v", 2), place("v", 2)];
  assert.deepEqual(flow.stillAt(view, before), { place: view.places[2], row: 1, column: 1, keys: true });
  assert.ok(readout.textContent.includes("number 2 of 2"));
  view.places = [place("v", 1), place("v", 1)];
  assert.equal(flow.stillAt(view, before), null);
  view.places = [place("q", 2)];
  assert.equal(flow.stillAt(view, before), null);
});

// ---- switching off ----------------------------------------------------------------------------------------------------

const { halfOf, isPlaceOff, switchAt } = flow;
const part = (id, more = {}) => ({ place: { kind: "grid", id, grid: { cells: 32, heads: 0, ...more } }, row: 0, column: 20 });
const seen = { data: { layer: 3, head: 5, rows: [{ first: 0, last: 0 }, { first: 1, last: 3 }], off: [] }, overview: { down: false } };

test("every panel of the open block is a part of the model, or none", () => {
  for (const id of ["q", "k", "v", "raw", "scaled", "masked", "weights", "out"]) {
    assert.deepEqual(switchAt(seen, part(id)), ["head", 3, 5]);
  }
  for (const id of ["up", "act", "down"]) assert.deepEqual(switchAt(seen, part(id)), ["mlp", 3]);
  assert.deepEqual(switchAt(seen, part("proj")), ["attention", 3]);
  assert.deepEqual(switchAt(seen, part("concat", { heads: 8 })), ["head", 3, 5]); // cell 20 of 32 is the sixth of 8
  assert.deepEqual(switchAt(seen, part("place")), ["positions"]);
  for (const id of ["x", "n", "y", "h0", "token", "sum1"]) assert.equal(switchAt(seen, part(id)), null);
});

test("a name is a token, unless its row is several; half of a closed block is its attention, the rest the network", () => {
  assert.deepEqual(switchAt(seen, { place: { kind: "name", row: 0 } }), ["token", 0]);
  assert.equal(switchAt(seen, { place: { kind: "name", row: 1 } }), null);
  const gap = { kind: "gap", layer: 1, x: 100, y: 0, w: 50, h: 200 };
  const at = (x, y, down) => switchAt(seen, { place: gap, row: halfOf({ overview: { down } }, gap, x, y) });
  assert.deepEqual([at(110, 150, false), at(140, 10, false)], [["attention", 1], ["mlp", 1]]);
  assert.deepEqual([at(140, 10, true), at(110, 150, true)], [["attention", 1], ["mlp", 1]]);
});

test("a head's panels are off with the head, and with all of its layer's attention", () => {
  const off = (...switches) => isPlaceOff({ ...seen.data, off: switches }, part("q").place);
  assert.equal(off(), false);
  assert.ok(off(["head", 3, 5]) && off(["attention", 3]));
  assert.equal(off(["head", 3, 4], ["attention", 2], ["mlp", 3]), false);
});
