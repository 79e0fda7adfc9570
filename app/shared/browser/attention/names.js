// The tokens' names around the large picture: where one switches off, a click on one hides the token from the others.

const canHide = (view) => view.data.switching || view.data.off.some(([kind]) => kind === "token");

// The token whose name is at a point: beside the map or below it, or below the arcs; null for none.
function nameAt(view, x, y) {
  const { geometry: g, data } = view;
  const count = data.tokens.length;
  let at = -1;
  if (g.kind === "arcs" && y > g.base) at = Math.floor((x - 15) / g.step);
  else if (g.kind === "map" && g.n === count && x < g.x) at = Math.floor((y - g.y) / g.cell);
  else if (g.kind === "map" && g.n === count && y > g.y + g.n * g.cell) at = Math.floor((x - g.x) / g.cell);
  return at >= 0 && at < count ? at : null;
}

// A line through a name that was just written at (x, y), where its token is hidden; `align` as the context has it.
function strikeName(context, view, index, text, x, y, colours) {
  if (!isOff(view.data, "token", index)) return;
  const width = context.measureText(text).width;
  context.fillStyle = colours.ink;
  context.fillRect(context.textAlign === "right" ? x - width - 1 : x - 1, y - 0.75, width + 2, 1.5);
}
