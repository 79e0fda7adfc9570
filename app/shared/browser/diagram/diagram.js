// Models as stacks of boxes, bottom to top: the way of a token's vector.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const models = children(make(root, "models"), data.models.length, () => document.createElement("section"));
  models.forEach((element, index) => {
    const model = data.models[index];
    write(make(element, "name", "h4"), `${model.name} · ${model.total}`);
    const stack = make(element, "stack");
    const inside = model.boxes.filter((box) => box.inside);
    const before = model.boxes.slice(0, model.boxes.findIndex((box) => box.inside));
    const after = model.boxes.slice(before.length + inside.length);
    const parts = children(stack, 3, () => document.createElement("div"));
    fill(parts[0], after);
    fill(parts[1], inside);
    parts[1].className = "block";
    parts[1].dataset.repeat = model.repeat;
    fill(parts[2], before);
  });
  const glow = () => showMeant(models, data.models);
  onLight(root, glow);
  glow();
  drawn(root, data);
}

// The boxes that a part of a formula stands for, in all models; they stand in reverse.
function showMeant(elements, models) {
  models.forEach(({ boxes }, index) => {
    const drawnBoxes = [...elements[index].querySelectorAll(".box")].reverse();
    drawnBoxes.forEach((element, i) => element.classList.toggle("meant", isMeant(boxes[i].cells)));
  });
}

// The first box a token meets stands lowest.
function fill(parent, boxes) {
  children(parent, boxes.length, createBox).forEach((element, index) => {
    const box = boxes[boxes.length - 1 - index];
    element.className = `box ${box.kind}`;
    element.onpointerenter = () => light("pointed", box.cells);
    element.onpointerleave = () => light("pointed", []);
    [box.name, box.shape, box.count].forEach((text, i) => write(element.children[i], text));
  });
}

function createBox() {
  const box = document.createElement("div");
  for (let i = 0; i < 3; i++) box.append(document.createElement("span"));
  return box;
}
