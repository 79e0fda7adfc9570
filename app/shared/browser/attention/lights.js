// What a formula's part lights up in the picture of a head, and what the picture points at in return.

const STAGE_KINDS = ["raw_score", "scores", "masked_score", "attention"];

// The beginning of the names of one kind of the head's numbers; null while another picture is in its place.
function beginning(view, kind) {
  const { layer, head, summary } = view.data;
  return summary || shown(view).preview ? null : [kind, layer, head];
}

function isKindMeant(view, kind) {
  const name = beginning(view, kind);
  return name !== null && isMeant([name]);
}

// A frame that glows, around what stands for the kind.
function frameIfMeant(context, view, kind, colours, x, y, width, height = width) {
  if (!isKindMeant(view, kind)) return;
  context.save();
  context.shadowColor = colours.accent;
  context.shadowBlur = 10;
  outline(context, colours.accent, 2.5, x, y, width, height);
  context.restore();
}

// The name of the number under the pointer, or of as much of it as is known where a cell stands for several.
function pointedName(view) {
  const { kind, n } = view.geometry;
  const name = beginning(view, kind === "stages" ? STAGE_KINDS[stageAt(view)] : "attention");
  if (!view.cell || name === null) return null;
  const [row, column] = kind === "arcs" ? [view.position, view.cell[1]] : view.cell;
  return n === view.data.tokens.length ? [...name, row, column] : name;
}

// Which of the four stages is pointed at; the arrow keys stay in the last one.
function stageAt(view) {
  if (!view.point) return STAGE_KINDS.length - 1;
  const { panel, size, columns } = view.geometry;
  const [x, y] = view.point;
  return clamp(Math.floor(y / (size + 54)) * columns + Math.floor(x / (panel + 14)), 0, STAGE_KINDS.length - 1);
}

// Tells the page what is pointed at.
function tellPointed(view) {
  const name = pointedName(view);
  if (name || view.told) light("pointed", name ? [name] : []);
  view.told = Boolean(name);
}
