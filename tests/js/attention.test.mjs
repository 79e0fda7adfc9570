import assert from "node:assert/strict";
import { test } from "node:test";

import * as attention from "./attention.mjs";

const { boardGeometry, cellAt, clamp, covered, describe, exactRow, fit, isInside } = attention;
const { isKindMeant, light, lower, neighbour, openable, rowOf, runs, shown, stageValue, unpack } = attention;

globalThis.getComputedStyle = () => ({ fontSize: "14.1px" });

// Four tokens, one layer of two heads; the map's weights tell where they stand: 0, 10, 11, 20, ...
const tokens = ["The", " fox", " sang", "."];
const data = { tokens, position: 3, layer: 0, head: 0, n_layer: 1, n_head: 2, cells: 4, map_cells: 4, sqrt_d: 2, hint: "Point", off: [] };
const view = (changes = {}) => ({
  data,
  position: 3,
  hovered: null,
  map: Float32Array.from([0, 10, 11, 20, 21, 22, 30, 31, 32, 33], (place) => place / 100),
  row: Float32Array.from([0.1, 0.2, 0.3, 0.4]),
  board: Uint8Array.from({ length: 20 }, (_, i) => i),
  scores: Float32Array.from({ length: 16 }, (_, i) => i),
  geometry: { kind: "map", n: 4, x: 10, y: 2, cell: 5 },
  ...changes,
});
const near = (found, wanted) => assert.ok(Math.abs(found - wanted) < 1e-6, `${found} is not ${wanted}`);

test("bytes in base64 become numbers", () => {
  const bytes = Buffer.from(Float32Array.from([0.5, -2]).buffer).toString("base64");
  assert.deepEqual([...unpack(bytes, Float32Array)], [0.5, -2]);
  assert.deepEqual([...unpack("/wA=", Uint8Array)], [255, 0]);
});

test("numbers are kept within bounds", () => {
  assert.deepEqual([-1, 0, 2, 5].map((value) => clamp(value, 0, 3)), [0, 0, 2, 3]);
});

test("a text is cut to fit, whole characters only", () => {
  const context = { measureText: (text) => ({ width: [...text].length }) };
  assert.equal(fit(context, "fox", 3), "fox");
  assert.equal(fit(context, "🦊🦊🦊🦊", 3), "🦊🦊…");
  assert.equal(fit(context, "fox", 0), "f…"); // something must be left to point at
});

test("a lower half is sent row by row", () => {
  const cells = [0, 1, 2, 3].flatMap((i) => [0, 1, 2, 3].slice(0, i + 1).map((j) => lower(i, j)));
  assert.deepEqual(cells, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
});

test("the board has room for every head, and cells of a bounded size", () => {
  const root = (width) => ({ querySelector: () => ({ clientWidth: width }) });
  const size = (width, n_head) => boardGeometry(root(width), view({ data: { ...data, n_layer: 3, n_head } }));
  assert.deepEqual(size(318, 6), { size: 50, parts: 0, width: 318, height: 168 });
  assert.equal(size(5_000, 6).size, 54);
  assert.equal(size(20, 6).size, 12);
});

test("the chosen head is shown exactly, another one as it was sent for the board", () => {
  const exact = shown(view());
  assert.equal(exact.preview, undefined);
  near(exact.at(2, 1), 0.21);
  const preview = shown(view({ hovered: [0, 1] }));
  assert.ok(preview.preview);
  near(preview.at(0, 0), 10 / 255); // the second head's first weight: the first one has ten
  near(preview.at(3, 3), 19 / 255);
  assert.equal(shown(view({ hovered: [0, 0] })).preview, undefined);
});

test("a token's weights are the server's, or its row of the whole map; a pooled map has none", () => {
  assert.deepEqual([...exactRow(view())].length, 4);
  const row = [...exactRow(view({ position: 1 }))];
  assert.equal(row.length, 2);
  near(row[0], 0.1);
  near(row[1], 0.11);
  assert.equal(exactRow(view({ position: 1, data: { ...data, map_cells: 2 } })), null);
});

test("a cell of a pooled map covers its tokens, all of them once", () => {
  assert.deepEqual([0, 1, 2, 3].map((i) => covered(view(), i, 4)), [[0, 0], [1, 1], [2, 2], [3, 3]]);
  assert.deepEqual([0, 1].map((i) => covered(view(), i, 2)), [[0, 1], [2, 3]]);
  assert.deepEqual([0, 1, 2, 3].map((position) => rowOf(view({ position }), 2)), [0, 0, 1, 1]);
});

test("the pointer finds the cell under it, and none outside", () => {
  assert.deepEqual(cellAt(view(), 10 + 5 * 1.5, 2 + 5 * 2.5), [2, 1]);
  assert.deepEqual(cellAt(view(), 10 + 5 * 3.5, 2 + 5 * 1.5), [1, 1]); // over the masked half: that row's last
  assert.deepEqual(cellAt(view(), 2, 8), [1, 0]); // over a token's name: that row's first
  assert.equal(cellAt(view(), 9, 1), null);
  assert.equal(cellAt(view(), 31, 8), null);
  const arcs = view({ geometry: { kind: "arcs", n: 4, step: 40 } });
  assert.deepEqual(cellAt(arcs, 15 + 40 * 2.5, 0), [2, 2]);
  assert.equal(cellAt(arcs, 15 + 40 * 4.5, 0), null);
  const stages = view({ geometry: { kind: "stages", n: 4, panel: 102, size: 100, columns: 2 } });
  assert.deepEqual(cellAt(stages, 1 + 116 + 60, 22 + 154 + 90), [3, 2, 3]); // in the fourth picture
  assert.equal(cellAt(stages, 50, 10), null); // a title
});

test("arrow keys start at the chosen token and stay inside", () => {
  assert.deepEqual(neighbour(view(), -1, 0), [2, 2]); // its column would be masked
  assert.deepEqual(neighbour(view(), 1, 0), [3, 3]);
  assert.deepEqual(neighbour(view({ cell: [2, 0] }), 0, -1), [2, 0]);
  assert.deepEqual(neighbour(view({ geometry: { kind: "stages", n: 4 }, cell: [1, 1] }), 0, 1), [1, 2, 3]);
  assert.deepEqual(neighbour(view({ geometry: { kind: "arcs", n: 4 }, cell: [1, 1] }), 0, 1), [2, 2]);
});

test("only a map's lower half is inside of it", () => {
  assert.ok(isInside({ kind: "map", n: 4 }, 2, 2) && !isInside({ kind: "map", n: 4 }, 2, 3));
  assert.ok(isInside({ kind: "stages", n: 4 }, 2, 3) && !isInside({ kind: "stages", n: 4 }, 4, 0));
});

test("the four stages: before the division, after it, masked, and as weights", () => {
  const values = (i, j) => [0, 1, 2, 3].map((stage) => stageValue(view(), stage, i, j));
  const [product, score, masked, weight] = values(2, 1);
  assert.deepEqual([product, score, masked], [18, 9, 9]);
  near(weight, 0.21);
  assert.deepEqual(values(1, 2), [12, 6, -Infinity, 0]);
});

test("what is under the pointer is said in words, with as many digits as are known", () => {
  assert.equal(describe(view(), 2, 1), "“ sang” listens to “ fox”: 0.2100");
  assert.equal(describe(view({ hovered: [0, 1] }), 3, 3), "“.” listens to “.”: about 0.07");
  const arcs = view({ geometry: { kind: "arcs", n: 4 } });
  assert.equal(describe(arcs, 1, 1), "“.” listens to “ fox”: 0.2000");
  assert.equal(describe({ ...arcs, position: 1 }, 2, 2), "“ fox” cannot see “ sang”: it comes later");
  const stages = describe(view({ geometry: { kind: "stages", n: 4 } }), 1, 2);
  assert.equal(stages, "“ fox” → “ sang”:  12.0000  →  6.0000  →  −∞  →  0.0000");
});

test("a pooled cell says which tokens it covers, and the chosen token's strongest of them", () => {
  const pooled = { data: { ...data, cells: 2, map_cells: 2 }, geometry: { kind: "map", n: 2 } };
  assert.equal(describe(view({ ...pooled, position: 1, row: null }), 0, 0), "“The” … “ fox” listens to “The” … “ fox”: at most 0.0000. A click chooses the token; a shorter text has cells that open.");
  assert.equal(describe(view(pooled), 1, 0), "“.” listens to “The” … “ fox”: most to “ fox”, 0.2000. A click chooses the token; a shorter text has cells that open.");
});

test("a click opens the number that is drawn, of the head that is shown", () => {
  assert.deepEqual(openable(view(), [2, 1]), ["attention", 0, 0, 2, 1]);
  const stages = view({ geometry: { kind: "stages", n: 4 }, data: { ...data, layer: 3, head: 1 } });
  assert.deepEqual([0, 1, 2, 3].map((stage) => openable(stages, [1, 2, stage])[0]), ["raw_score", "scores", "masked_score", "attention"]);
  assert.deepEqual(openable(stages, [1, 2, 0]), ["raw_score", 3, 1, 1, 2]);
  const arcs = view({ geometry: { kind: "arcs", n: 4 }, position: 2 });
  assert.deepEqual(openable(arcs, [1, 1]), ["attention", 0, 0, 2, 1]); // the chosen token looks at it
  assert.equal(openable(arcs, [3, 3]), null); // which it cannot see
});

test("a preview, a pooled map and the sum of all heads hold no number that opens", () => {
  assert.equal(openable(view({ hovered: [0, 1] }), [2, 1]), null);
  assert.equal(openable(view({ geometry: { kind: "map", n: 2 } }), [1, 0]), null);
  assert.equal(openable(view({ data: { ...data, summary: "All heads" } }), [2, 1]), null);
});

test("arrow keys lead from one stage to the next", () => {
  const at = (i, j, stage) => view({ geometry: { kind: "stages", n: 4 }, cell: [i, j, stage] });
  assert.deepEqual(neighbour(at(1, 3, 0), 0, 1), [1, 0, 1]);
  assert.deepEqual(neighbour(at(1, 0, 1), 0, -1), [1, 3, 0]);
  assert.deepEqual(neighbour(at(1, 0, 0), 0, -1), [1, 0, 0]);
  assert.deepEqual(neighbour(at(1, 3, 3), 0, 1), [1, 3, 3]);
});

test("neighbours that are lit have one frame", () => {
  assert.deepEqual(runs(6, (j) => [0, 1, 3, 5].includes(j)), [[0, 2], [3, 4], [5, 6]]);
  assert.deepEqual(runs(3, () => false), []);
});

test("the summary of all heads is no head's, but for a preview", () => {
  const summed = view({ data: { ...data, summary: "All heads" } });
  assert.equal(describe(summed, 2, 1), "“ sang” draws on “ fox” through all layers: 0.2100");
  assert.equal(shown({ ...summed, hovered: [0, 0] }).preview, true); // also of the head that was chosen before
});

test("a kind that is meant lights up its picture, one number does not", () => {
  globalThis.document = { dispatchEvent() {} };
  light("pointed", [["scores"]]);
  assert.ok(isKindMeant(view(), "scores") && !isKindMeant(view(), "attention"));
  assert.ok(!isKindMeant(view({ data: { ...data, summary: "All heads" } }), "scores"));
  light("pointed", [["scores", 0, 0, 2, 1]]);
  assert.ok(!isKindMeant(view(), "scores"));
  light("pointed", [["scores", 0, 1]]);
  assert.ok(!isKindMeant(view(), "scores")); // another head's
});

// ---- switching off ----------------------------------------------------------------------------------------------------

const { isSwitchKey, nameAt, nextPart, partAt, partBox, showsParts, switchHint, switches, worthOf } = attention;
const asked = { ...data, n_layer: 2, switching: true };

test("what stands at a place of the board is found there, all of it", () => {
  const geometry = { size: 50, parts: 48 };
  const parts = [0, 1].flatMap((layer) => [["head", layer, 0], ["head", layer, 1], ["attention", layer], ["mlp", layer]]);
  for (const part of parts) {
    const [x, y, w, h] = partBox(asked, geometry, part);
    assert.deepEqual(partAt(asked, geometry, x + w / 2, y + h / 2), part);
  }
  assert.equal(partAt(asked, geometry, 10, 60), null); // the layers' numbers
  assert.equal(partAt(asked, geometry, 60, 5), null);
  assert.equal(partAt(asked, geometry, 60, 18 + 2 * 50 + 1), null);
  assert.equal(partAt(asked, { size: 50, parts: 0 }, 18 + 2 * 50 + 5, 60), null);
});

test("whole layers' parts are there when it is about switching off", () => {
  assert.equal(showsParts(data), false);
  assert.ok(showsParts(asked) && showsParts({ ...data, worth: "AAAA" }) && showsParts({ ...data, off: [["mlp", 0]] }));
  assert.equal(showsParts({ ...data, off: [["token", 0], ["head", 0, 1]] }), false);
});

test("arrow keys reach every part of the board and stay on it", () => {
  assert.deepEqual(nextPart(asked, ["head", 0, 1], [0, 1]), ["attention", 0]);
  assert.deepEqual(nextPart(asked, ["attention", 0], [1, 1]), ["mlp", 1]);
  assert.deepEqual(nextPart(asked, ["mlp", 1], [1, 1]), ["mlp", 1]);
  assert.deepEqual(nextPart(asked, ["attention", 1], [0, -1]), ["head", 1, 1]);
  assert.deepEqual(nextPart({ ...asked, switching: false }, ["head", 1, 1], [0, 1]), ["head", 1, 1]);
});

test("a part's worth is its own", () => {
  const worth = Float32Array.from([1, 2, 3, 4, 5, 6, 7, 8]);
  const of = (part) => worthOf({ data: asked, worth }, part);
  assert.deepEqual([["head", 0, 0], ["head", 1, 1], ["attention", 0], ["mlp", 1]].map(of), [1, 6, 3, 8]);
  assert.equal(worthOf({ data: asked, worth: null }, ["mlp", 0]), null);
});

test("a token's name is found beside the map, below it, and below the arcs", () => {
  const at = (...point) => nameAt(view(), ...point);
  assert.deepEqual([at(3, 4), at(3, 14), at(14, 30)], [0, 2, 0]);
  assert.equal(at(15, 5), null); // a cell
  assert.equal(nameAt(view({ geometry: { kind: "map", n: 2, x: 10, y: 2, cell: 5 } }), 3, 4), null); // pooled: no names
  const arcs = view({ geometry: { kind: "arcs", n: 4, step: 20, base: 230 } });
  assert.deepEqual([nameAt(arcs, 40, 240), nameAt(arcs, 40, 100)], [1, null]);
});

test("a click switches off where that is asked for or shift is held, and x does without the browser's own keys", () => {
  assert.ok(switches(asked, {}) && switches(data, { shiftKey: true }));
  assert.equal(switches(data, {}), false);
  assert.ok(["x", "X", "Delete"].every((key) => isSwitchKey({ key })));
  assert.equal(isSwitchKey({ key: "x", ctrlKey: true }), false);
  assert.equal(switchHint(asked, ["head", 3, 0]), "Click to switch off: layer 4, head 1.");
  assert.equal(switchHint({ ...data, off: [["token", 1]] }, ["token", 1], "fox"), "Press x to show again: token 2 “fox”.");
});
