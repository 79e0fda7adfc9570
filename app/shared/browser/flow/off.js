// Switching off in the picture: what a place stands for, and what is off drawn over it.

const OF_THE_HEAD = new Set(["q", "k", "v", "raw", "scaled", "masked", "weights", "out"]);
const OF_THE_NETWORK = new Set(["up", "act", "down"]);

// The part of a gap where attention is; behind it stands the feed-forward network.
const ATTENTION_SHARE = 0.56;

// What a place switches off, as a switch; null for one that is no part of the model by itself.
function switchAt(view, { place, row, column }) {
  const { data } = view;
  if (place.kind === "name") {
    const { first, last } = data.rows[place.row];
    return first === last ? ["token", first] : null;
  }
  if (place.kind === "gap") return [row ? "mlp" : "attention", place.layer];
  if (place.kind !== "grid") return null;
  if (place.id === "place") return ["positions"];
  if (place.grid.heads) return ["head", data.layer, Math.floor((column * place.grid.heads) / place.grid.cells)];
  if (OF_THE_HEAD.has(place.id)) return ["head", data.layer, data.head];
  if (place.id === "proj") return ["attention", data.layer];
  return OF_THE_NETWORK.has(place.id) ? ["mlp", data.layer] : null;
}

// Which half of a gap a point is in: 0 attention, 1 the network.
function halfOf(view, place, x, y) {
  const share = view.overview.down ? (y - place.y) / place.h : (x - place.x) / place.w;
  return Number(share > ATTENTION_SHARE);
}

// Sends the switch of a place; false if it has none.
function switchHere(view, at) {
  const name = at && switchAt(view, at);
  if (name) view.send("switch", name);
  return Boolean(name);
}

function switchText(view, at) {
  const name = switchAt(view, at);
  return name ? switchHint(view.data, name, name[0] === "token" ? view.data.rows[at.place.row].label : "") : "";
}

function drawOff(context, view, colours) {
  const { data } = view;
  if (!data.off.length) return;
  for (const place of view.places) {
    const { x, y, w, h, grid } = place;
    if (place.kind === "gap") drawGapOff(context, view, place, colours);
    else if (place.kind === "name") {
      const { first, last } = data.rows[place.row];
      if (first === last && isOff(data, "token", first)) strikeRow(context, place, colours);
    } else if (place.kind === "grid" && grid.heads && !isOff(data, "attention", data.layer)) {
      const each = w / grid.heads;
      for (let head = 0; head < grid.heads; head++) {
        if (isOff(data, "head", data.layer, head)) strikeOut(context, x + head * each, y, each, h, colours);
      }
    } else if (place.kind === "grid" && isPlaceOff(data, place)) strikeOut(context, x, y, w, h, colours);
  }
}

// Whether all of a panel or strip is off; a head's own panels are, too, with the attention that they are a part of.
function isPlaceOff(data, place) {
  const name = switchAt({ data }, { place, row: 0, column: 0 });
  if (!name) return false;
  return isOff(data, ...name) || (name[0] === "head" && isOff(data, "attention", data.layer));
}

// In the overview: half of a block, and which of its heads are off.
function drawGapOff(context, view, { layer, x, y, w, h }, colours) {
  const { data, overview: o } = view;
  for (const [kind, from, to] of [["attention", 0, ATTENTION_SHARE], ["mlp", ATTENTION_SHARE, 1]]) {
    if (!isOff(data, kind, layer)) continue;
    if (o.down) strikeOut(context, x, y + h * from, w, h * (to - from), colours, 0.5);
    else strikeOut(context, x + w * from, y + 22, w * (to - from), o.row * o.count + 4, colours, 0.5);
  }
  const heads = data.off.filter(([kind, at]) => kind === "head" && at === layer).map(([, , head]) => head + 1);
  if (!heads.length) return;
  const [left, top] = o.down ? [x + 8, y + h - 10] : [x + 10, y + 34];
  powerSign(context, left, top, 5, colours);
  context.textBaseline = "middle";
  label(context, heads.sort((one, other) => one - other).join(", "), left + 9, top, `600 11px ${colours.font}`, colours.ink, "left", o.down ? 60 : w - 20);
}

// A line through a token's name.
function strikeRow(context, { x, y, w, h }, colours) {
  const along = h > w; // rows are columns on a narrow page
  context.fillStyle = colours.ink;
  if (along) context.fillRect(x + w / 2 - 0.75, y + 4, 1.5, h - 14);
  else context.fillRect(x + 3, y + h / 2 - 0.75, w - 11, 1.5);
  powerSign(context, along ? x + w / 2 : x + 7, along ? y + 7 : y + h / 2, Math.min(4.5, (along ? w : h) / 2.4), colours);
}
