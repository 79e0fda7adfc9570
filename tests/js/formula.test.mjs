import assert from "node:assert/strict";
import { test } from "node:test";

import { build, light, meant, part, tagOf, target } from "./formula.mjs";

// As much of a document as building takes; text(element) writes what came of it.
class Fake {
  constructor(tag) {
    Object.assign(this, { tag, inside: [], dataset: {}, attributes: {} });
  }
  append(...inside) {
    this.inside.push(...inside);
  }
  setAttribute(name, value) {
    this.attributes[name] = value;
  }
}
globalThis.document = { createElementNS: (space, tag) => new Fake(tag), dispatchEvent() {} };
const text = (element) => (typeof element === "string" ? element : `${element.tag}(${element.inside.map(text).join(" ")})`);
const built = (piece) => build(piece).map(text).join(" ");

test("symbols are names, numbers and signs", () => {
  assert.deepEqual(["q", "softmax", "19", "8,192", "+", "(", "∑"].map(tagOf), ["mi", "mi", "mn", "mn", "mo", "mo", "mo"]);
  assert.equal(built("q · k"), "mi(q) mo(·) mi(k)");
});

test("pieces become what browsers draw", () => {
  assert.equal(built(["script", "h", "0", ""]), "msub(mrow(mi(h)) mrow(mn(0)))");
  assert.equal(built(["script", "k", "", "T"]), "msup(mrow(mi(k)) mrow(mi(T)))");
  assert.equal(built(["script", "h", "l − 1", "m"]), "msubsup(mrow(mi(h)) mrow(mi(l) mo(−) mn(1)) mrow(mi(m)))");
  assert.equal(built(["fraction", ["q", "k"], [["root", ["d"]]]]), "mfrac(mrow(mi(q) mi(k)) mrow(msqrt(mrow(mi(d)))))");
});

test("a part can be found and is a button, as those inside it", () => {
  const outer = part(0, ["softmax", "(", ["part", 1, ["z"]], ")"]);
  assert.deepEqual([outer.dataset.part, outer.attributes.role], [0, "button"]);
  const inner = outer.inside.find((element) => element.dataset.part === 1);
  assert.equal(text(inner), "mrow(mi(z))");
});

test("arrow keys lead through the parts and stop at the ends", () => {
  assert.deepEqual([target("ArrowRight", 0, 3), target("ArrowLeft", 0, 3), target("ArrowDown", 2, 3)], [1, 0, 2]);
  assert.deepEqual([target("Home", 2, 3), target("End", 0, 3), target("a", 1, 3)], [0, 2, null]);
});

test("a part is meant by each number of its kind, and of its place", () => {
  assert.ok(meant([["scores"]], [["scores", 3, 0, 7, 2]]));
  assert.ok(!meant([["scores"]], [["raw_score", 3, 0, 7, 2]]));
  assert.ok(meant([["hidden", 0]], [["hidden", 0, 4, 9]]) && !meant([["hidden", 0]], [["hidden", 7, 4, 9]]));
  assert.ok(meant([["row", null, "final"]], [["q", 1], ["row", 1, "final", 8]]));
  assert.ok(!meant([["q"]], []));
});

test("what is lit is told once", () => {
  let told = 0;
  document.dispatchEvent = () => told++;
  light("pointed", [["q"]]);
  light("pointed", [["q"]]);
  light("pointed", []);
  assert.equal(told, 2);
});
