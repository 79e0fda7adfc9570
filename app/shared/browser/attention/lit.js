// What a cell of the large picture is called, and which of them are lit up (see shared.js) for another piece.

const STAGE_KINDS = ["raw_score", "scores", "masked_score", "attention"];

// Of what the large picture shows: null in a preview, in a pooled map, and where all heads are summed up.
function kindAt(view, stage) {
  const { geometry: g, data } = view;
  if (g.kind === "stages") return STAGE_KINDS[stage];
  if (data.summary || shown(view).preview || g.n !== data.tokens.length) return null;
  return "attention";
}

// The number at view.cell as gptcore.provenance names it; null for none that opens.
function openable(view, [i, j, stage]) {
  const kind = kindAt(view, stage);
  if (!kind) return null;
  const row = view.geometry.kind === "arcs" ? view.position : i;
  if (view.geometry.kind === "arcs" && j > row) return null;
  return [kind, view.data.layer, view.data.head, row, j];
}

// Whether a formula's part that stands for all numbers of a kind is pointed at.
function isKindMeant(view, kind) {
  const { layer, head, summary } = view.data;
  return !summary && !shown(view).preview && isMeant([[kind, layer, head]]);
}

// A frame that glows, around all of them.
function frameIfMeant(context, view, kind, colours, x, y, width, height = width) {
  if (!isKindMeant(view, kind)) return;
  context.save();
  context.shadowColor = colours.accent;
  context.shadowBlur = 10;
  outline(context, colours.accent, 2.5, x, y, width, height);
  context.restore();
}

// Frames around what is lit among n x n cells of one kind: neighbours in a row have one frame.
function outlineLit(context, view, kind, { n, x0, y0, cell }, colours) {
  if (!kind) return;
  const { layer, head } = view.data;
  for (const [what, colour, line] of [["opened", colours.accent, 1.5], ["pointed", colours.ink, 1.5]]) {
    if (!lit()[what].length || (what === "pointed" && isKindMeant(view, kind))) continue;
    for (let i = 0; i < n; i++) {
      for (const [from, to] of runs(n, (j) => isLit(what, [kind, layer, head, i, j]))) {
        outline(context, colour, line, x0 + from * cell, y0 + i * cell, (to - from) * cell - 0.5, cell - 0.5);
      }
    }
  }
}
