// The whole model as one picture of its own numbers, and one block of it opened. The walk through it, pointing and what is
// lit up ask nobody. Before this: grids.js, layout.js, overview.js, ends.js, inside.js, marks.js, off.js,
// pointing.js, walk.js.

const views = new WeakMap(); // root -> what is drawn, where everything stands, and the stage of the walk

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = views.get(root) ?? { root, speed: 1, stage: 0 };
  views.set(root, view);
  Object.assign(view, {
    name: view.data?.stages[view.stage]?.id, // stages come and go with the model
    data,
    pictures: {},
    send: setTriggerValue,
    grids: Object.fromEntries([...data.states, ...data.inside].map((sent) => [sent.id, decode(sent)])),
    weights: unpack(data.weights, Float32Array),
  });
  takeStage(view);
  const bar = make(root, "steps");
  write(make(bar, "title", "h3"), data.texts.title);
  const readout = make(bar, "readout", "p");
  drawWalk(view);
  readout.setAttribute("aria-live", "polite");
  if (!view.at) write(readout, data.texts.hint);
  const sheet = make(root, "sheet");
  listen(view, make(sheet, "picture", "canvas"));
  make(sheet, "marks", "canvas").setAttribute("aria-hidden", "true");
  write(make(root, "subtitle", "p"), data.texts.note);
  onResize(root, () => draw(view));
  onLight(root, () => drawMarks(view));
  draw(view);
}

function draw(view) {
  const { root, data } = view;
  const colours = palette(root);
  const canvas = root.querySelector(".picture");
  const width = widthOf(root);
  root.classList.toggle("narrow", width < TURN);
  const probe = canvas.getContext("2d");
  probe.font = `13px ${colours.font}`;
  const longest = Math.max(...data.rows.map((row) => probe.measureText(row.label).width));
  view.overview = overviewLayout(data, width, longest);
  view.insideTop = view.overview.size[1];
  view.inside = insideLayout(data, width, view.insideTop + 36);
  const before = view.places ?? [];
  Object.assign(view, { colours, places: [], nodes: [], size: view.inside.size });
  const context = prepare(canvas, ...view.size);
  drawInside(context, view, colours);
  drawOverview(context, view, colours);
  for (const node of view.nodes) node();
  drawOff(context, view, colours);
  view.at = view.at && stillAt(view, before);
  drawMarks(view);
  drawn(root, data);
}
