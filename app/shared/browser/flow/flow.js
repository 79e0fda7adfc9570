const views = new WeakMap();
export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const view = views.get(root) ?? { places: [], nodes: [] };
  views.set(root, view);
  Object.assign(view, { data, root, send: setTriggerValue, pictures: {} });
  view.grids = Object.fromEntries([...data.states, ...data.inside].map((sent) => [sent.id, decode(sent)]));
  view.weights = unpack(data.weights, Float32Array);
  write(make(root, "title", "h3"), data.texts.title);
  write(make(root, "subtitle", "p"), data.texts.note);
  const sheet = make(root, "sheet");
  const canvas = make(sheet, "picture", "canvas");
  const draw = () => {
    const colours = { ...palette(root), page: getComputedStyle(root).getPropertyValue("--st-background-color").trim() };
    const width = widthOf(root);
    const probe = canvas.getContext("2d");
    probe.font = `13px ${colours.font}`;
    const longest = Math.max(...data.rows.map((row) => probe.measureText(row.label).width));
    view.overview = overviewLayout(data, width, longest);
    view.nodes = [];
    const context = prepare(canvas, width, view.overview.size[1]);
    drawOverview(context, view, colours);
    for (const node of view.nodes) node();
    drawn(root, data);
  };
  onResize(root, draw);
  draw();
}
