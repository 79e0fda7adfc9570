// Switching parts of the model off where they are drawn. A switch is ["head", layer, head], ["attention", layer],
// ["mlp", layer], ["positions"] or ["token", index], from 0, as app/explore/off.py has them. A piece's data says what is
// `off`, and whether every click is meant so: `switching`.

const isOff = (data, ...name) => data.off.some((one) => String(one) === String(name));

// Whether a click is meant to switch off what it hits.
const switches = (data, event) => Boolean(data.switching || event.shiftKey);

const isSwitchKey = (event) => !event.ctrlKey && !event.metaKey && !event.altKey && ["x", "X", "Delete"].includes(event.key);

// In words, counted from 1; `token` is how the token is called.
function switchName([kind, at, head], token = "") {
  if (kind === "head") return `layer ${at + 1}, head ${head + 1}`;
  if (kind === "token") return `token ${at + 1} “${token}”`;
  if (kind === "positions") return "the position embeddings";
  return `layer ${at + 1}’s ${kind === "mlp" ? "feed-forward network" : "attention"}`;
}

// What a click or the key x does to it.
function switchHint(data, name, token) {
  const [off, on] = name[0] === "token" ? ["hide", "show"] : ["switch off", "switch on"];
  const how = data.switching ? "Click" : "Press x";
  return `${how} to ${isOff(data, ...name) ? `${on} again` : off}: ${switchName(name, token)}.`;
}

// Over what is off: it turns pale, slanted lines go through it, and the sign stands where there is room. `lower`: over the
// half of it below the diagonal alone.
function strikeOut(context, x, y, width, height, colours, pale = 0.62, lower = false) {
  context.save();
  context.beginPath();
  context.moveTo(x, y);
  if (!lower) context.lineTo(x + width, y);
  context.lineTo(x + width, y + height);
  context.lineTo(x, y + height);
  context.closePath();
  context.clip();
  context.fillStyle = colours.page;
  context.globalAlpha = pale;
  context.fillRect(x, y, width, height);
  context.globalAlpha = 0.75;
  context.strokeStyle = colours.ink;
  context.lineWidth = 1;
  slantedLines(context, x, y, width, height, 7);
  context.restore();
  const r = Math.min(8, width / 3.2, height / 3.2);
  if (r >= 4) powerSign(context, x + width / 2, y + height / 2, r, colours);
}

// A ring, open at the top, with a line in the opening, on a disc of the page's colour.
function powerSign(context, x, y, r, colours) {
  context.fillStyle = colours.page;
  context.beginPath();
  context.arc(x, y, r + 2.5, 0, 7);
  context.fill();
  context.strokeStyle = colours.ink;
  context.lineWidth = r > 5 ? 1.8 : 1.3;
  context.beginPath();
  context.arc(x, y, r * 0.82, -Math.PI / 2 + 0.75, Math.PI * 1.5 - 0.75);
  context.stroke();
  context.beginPath();
  context.moveTo(x, y - r);
  context.lineTo(x, y - r * 0.1);
  context.stroke();
}
