// Both ends of the overview: the tokens' names, and what the model makes of them at last.

function drawNames(context, view, colours) {
  const { data, overview: o } = view;
  data.rows.forEach((row, index) => {
    const chosen = index === data.chosen;
    const size = clamp(o.row * (chosen ? 1.05 : 0.92), 9, 14);
    const font = `${chosen ? 700 : 400} ${size}px ${colours.font}`;
    nameAt(context, o, row.label, o.strips[0].at - 9, index, font, chosen ? colours.ink : colours.mute, o.names.length - 10, true);
    const [x, y, w, h] = box(o, o.names.at, o.names.length, o.across + index * o.row, o.row);
    view.places.push({ kind: "name", row: index, x, y, w, h });
  });
}

// A text beside a row: `before` the place, or behind it; along the row, or slanted where rows are columns.
function nameAt(context, o, text, along, row, font, colour, room, before) {
  context.textBaseline = "middle";
  if (!o.down) return label(context, text, along, rowMiddle(o, row), font, colour, before ? "right" : "left", room);
  context.save();
  context.translate(rowMiddle(o, row), along);
  context.rotate(-Math.PI / 2);
  label(context, text, 0, 0, font, colour, before ? "left" : "right", room);
  context.restore();
}

// Every other row's own likeliest next token, pale.
function drawNext(context, view, colours) {
  const { data, overview: o } = view;
  context.globalAlpha = 0.62;
  data.rows.forEach((row, index) => {
    if (index === data.chosen) return;
    const font = `${clamp(o.row * 0.85, 8.5, 12)}px ${colours.font}`;
    nameAt(context, o, row.next, o.next.at + 12, index, font, colours.mute, o.next.length - 16, false);
  });
  context.globalAlpha = 1;
}

// The chosen token's candidates: logit, probability as a bar, word.
function drawBars(context, view, colours) {
  const { data, overview: o } = view;
  const { x, y, width } = o.bars;
  const list = { x: x + (o.down ? 0 : 16), y: y + 18 };
  const word = clamp(width * 0.32, 50, 96);
  const bar = { x: list.x + word + 48, w: width - (list.x - x) - word - 48 - 54 };
  const start = pointAlong(o, o.next.at, rowMiddle(o, data.chosen));
  context.strokeStyle = colours.ink;
  context.lineWidth = 2.6;
  context.beginPath();
  context.moveTo(...start);
  if (o.down) context.bezierCurveTo(start[0], y - 4, x + width / 2, start[1], x + width / 2, y - 4);
  else context.lineTo(x - 4, start[1]);
  context.stroke();
  if (!o.down) {
    context.fillStyle = colours.soft;
    context.beginPath();
    context.moveTo(x - 4, start[1]);
    context.lineTo(list.x - 5, list.y - 2);
    context.lineTo(list.x - 5, list.y + data.next.length * BARS.line);
    context.fill();
  }
  const head = `11px ${colours.font}`;
  context.textBaseline = "alphabetic";
  label(context, "logit", bar.x - 8, list.y - 6, head, colours.mute, "right", 40);
  label(context, "softmax", bar.x, list.y - 6, head, colours.mute, "left", 90);
  const most = Math.max(...data.next.map((next) => next.probability), 1e-9);
  data.next.forEach((next, index) => {
    const at = list.y + index * BARS.line;
    const strong = next.probability === most && !next.cut;
    const middle = at + BARS.line / 2;
    context.textBaseline = "middle";
    label(context, next.text, list.x, middle, `${strong ? 700 : 600} 13px ${colours.font}`, next.cut ? colours.mute : colours.ink, "left", word);
    label(context, next.logit.toFixed(2).replace("-", "−"), bar.x - 8, middle, `12px ${colours.font}`, colours.mute, "right", 44);
    context.fillStyle = colours.accent;
    context.globalAlpha = next.cut ? 0.25 : 0.88;
    context.beginPath();
    context.roundRect(bar.x, at + 4, Math.max(1.5, (bar.w * next.probability) / most), BARS.line - 8, 3);
    context.fill();
    context.globalAlpha = 1;
    label(context, next.label, x + width - 2, middle, `12px ${colours.font}`, colours.ink, "right", 46);
    view.places.push({ kind: "logit", index, x: bar.x - 44, y: at, w: 40, h: BARS.line });
    view.places.push({ kind: "bar", index, x: list.x, y: at, w: x + width - list.x, h: BARS.line });
  });
  view.places.push({ kind: "part", id: "next", x: list.x - 3, y: list.y - 18, w: x + width - list.x - 1, h: data.next.length * BARS.line + 20 });
}

function label(context, text, x, y, font, colour, align, room) {
  context.font = font;
  context.fillStyle = colour;
  context.textAlign = align;
  context.fillText(fit(context, text, room), x, y);
}
