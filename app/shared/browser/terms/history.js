// A weight over its model's training: one line, a dot at the checkpoint that is shown, the number under the pointer.

const ROOM = { height: 96, left: 4, right: 4, top: 8, bottom: 8 };
const pointedStep = new WeakMap(); // root -> index of the checkpoint pointed at

function drawHistory(root, history) {
  const box = make(root, "history");
  box.hidden = !history;
  if (!history) return;
  write(make(box, "title", "h4"), history.title);
  const canvas = make(box, "line", "canvas");
  const readout = make(box, "readout", "p");
  readout.setAttribute("aria-live", "polite");
  canvas.tabIndex = 0;
  canvas.setAttribute("role", "group");
  canvas.setAttribute("aria-label", `${history.title} ${history.steps.length} checkpoints. Arrow keys read them out.`);
  const count = history.steps.length;
  const draw = () => {
    const at = pointedStep.get(root) ?? history.now;
    const width = Math.max(60, widthOf(box));
    paintLine(prepare(canvas, width, ROOM.height), history, width, clamp(at, 0, count - 1), palette(root));
    write(readout, `step ${history.steps[clamp(at, 0, count - 1)].toLocaleString("en")}: ${history.shown[clamp(at, 0, count - 1)]}`);
  };
  const point = (at) => {
    if (at === null) pointedStep.delete(root);
    else pointedStep.set(root, clamp(at, 0, count - 1));
    draw();
  };
  canvas.onpointermove = (event) => point(nearestStep(history.steps, pointer(event)[0], widthOf(box)));
  canvas.onpointerleave = canvas.onblur = () => point(null);
  canvas.onkeydown = (event) => {
    const step = ARROWS[event.key]?.[1];
    if (!step) return;
    event.preventDefault();
    point((pointedStep.get(root) ?? history.now) + step);
  };
  draw();
  return draw;
}

// Where a step stands, in units from the left.
function stepX(steps, step, width) {
  const span = steps[steps.length - 1] - steps[0] || 1;
  return ROOM.left + ((step - steps[0]) / span) * (width - ROOM.left - ROOM.right);
}

function nearestStep(steps, x, width) {
  const distance = (step) => Math.abs(stepX(steps, step, width) - x);
  return steps.reduce((best, step, i) => (distance(step) < distance(steps[best]) ? i : best), 0);
}

function paintLine(context, { steps, values }, width, at, colours) {
  const [low, high] = [Math.min(0, ...values), Math.max(0, ...values)];
  const span = high - low || 1;
  const y = (value) => ROOM.top + (1 - (value - low) / span) * (ROOM.height - ROOM.top - ROOM.bottom);
  context.strokeStyle = colours.line;
  context.lineWidth = 1;
  context.beginPath();
  context.moveTo(0, y(0));
  context.lineTo(width, y(0));
  context.stroke();
  context.strokeStyle = colours.accent;
  context.lineWidth = 1.6;
  context.beginPath();
  steps.forEach((step, i) => context.lineTo(stepX(steps, step, width), y(values[i])));
  context.stroke();
  context.fillStyle = colours.accent;
  context.beginPath();
  context.arc(stepX(steps, steps[at], width), y(values[at]), 3.5, 0, 7);
  context.fill();
}
