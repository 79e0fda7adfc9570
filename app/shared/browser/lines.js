// What charts of lines over the stages of a model share; each names its own HEIGHT and EDGE.

const pointed = new WeakMap(); // root -> index of the stage pointed at

// Where the lines are drawn, and the room that says how wide: [canvas, room].
function stagesCanvas(root, alt) {
  const room = make(root, "plot");
  const canvas = make(room, "canvas", "canvas");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", alt);
  return [canvas, room];
}

function stageAt(x, count, width) {
  const across = (width - EDGE.left - EDGE.right) / Math.max(1, count - 1);
  return clamp(Math.round((x - EDGE.left) / across), 0, count - 1);
}

// Which of `count` stages is pointed at; null for none.
const pointedStage = (root, count) => (pointed.has(root) ? clamp(pointed.get(root), 0, count - 1) : null);

// The pointer or the arrow keys point at a stage of a chart that is `width` wide; `draw` then draws it anew.
function listenToStages(canvas, root, count, width, draw) {
  const point = (at) => {
    if (at === (pointed.get(root) ?? null)) return;
    if (at === null) pointed.delete(root);
    else pointed.set(root, at);
    draw();
  };
  canvas.onpointermove = (event) => point(stageAt(pointer(event)[0], count, width));
  canvas.onpointerleave = canvas.onblur = () => point(null);
  canvas.onkeydown = (event) => {
    const step = ARROWS[event.key]?.[1];
    if (!step) return;
    event.preventDefault();
    const at = pointedStage(root, count);
    point(at === null ? 0 : clamp(at + step, 0, count - 1));
  };
}

function stroke(context, points) {
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.stroke();
}

// A faint line across the chart, from a point to an x, with its number in front.
function gridLine(context, [left, y], right, label, colours) {
  context.strokeStyle = colours.line;
  stroke(context, [[left - 6, y], [right + 6, y]]);
  context.fillStyle = colours.mute;
  context.textAlign = "right";
  context.fillText(label, left - 10, y);
}

// The stages' names below; xOf: where a stage stands, `at`: the one pointed at.
function nameStages(context, stages, xOf, at, colours) {
  context.textAlign = "center";
  stages.forEach((stage, index) => {
    context.fillStyle = index === at ? colours.ink : colours.mute;
    context.fillText(stage, xOf(index), HEIGHT - 10);
  });
}

// A dot at each point of a line, in the context's colour; that of the stage pointed at is larger.
function dots(context, points, at) {
  points.forEach(([x, y], stage) => {
    context.beginPath();
    context.arc(x, y, stage === at ? 5.5 : 3.5, 0, 2 * Math.PI);
    context.fill();
  });
}
