// Texts that were tried as a tree: a line for each text, its tokens from left to right, new lines where texts part.

const END = 215; // room for what is said at a line's end
const atNow = new WeakMap(); // root -> the node that was stood at when it was drawn last

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  root.dataset.title = data.title;
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const tree = make(make(root, "room"), "tree");
  tree.setAttribute("role", "group");
  tree.setAttribute("aria-label", `${data.title}. Arrow keys go along the branches, Enter stands there.`);
  const places = placesOf(data.nodes, data.lines);
  const on = new Set(data.way);
  const deepest = Math.max(...places.map(({ column }) => column), 0);
  tree.style.gridTemplateColumns = `repeat(${deepest + 2}, max-content)`;

  const buttons = children(make(tree, "tokens"), data.nodes.length + 1, tokenButton);
  const show = (button, row, column, { text, label, detail, by }, isOn, isAt) => {
    button.className = `token by-${by}${isOn ? " on" : ""}${isAt ? " at" : ""}`;
    button.style.gridArea = `${row + 1} / ${column + 1}`;
    button.title = button.ariaLabel = detail;
    if (isAt) button.setAttribute("aria-current", "true");
    else button.removeAttribute("aria-current");
    button.tabIndex = isAt ? 0 : -1;
    write(button.firstElementChild, text);
    write(button.lastElementChild, label);
  };
  show(buttons[0], 0, 0, { text: data.root, label: "", detail: "The beginning", by: "start" }, true, data.at === -1);
  data.nodes.forEach((node, index) => {
    const { row, column } = places[index];
    show(buttons[index + 1], row, column, node, on.has(index), index === data.at);
    buttons[index + 1].classList.toggle("begins", row > rowOf(node.parent, places)); // an elbow leads to it
  });
  buttons.forEach((button, index) => {
    button.onclick = () => setTriggerValue("node", index - 1);
    button.onkeydown = (event) => {
      const target = neighbour(event.key, index - 1, data.nodes, places);
      if (target === undefined) return;
      event.preventDefault();
      buttons[target + 1].focus();
    };
  });
  elbows(make(tree, "elbows"), data.nodes, places, on);
  ends(make(tree, "ends"), data.lines, places, deepest, (leaf) => setTriggerValue("remove", leaf));
  legend(make(root, "legend"), data.legend);
  if (atNow.get(root) !== data.stamp) keepInView(root.querySelector(".room"), buttons[data.at + 1]);
  atNow.set(root, data.stamp);
  drawn(root, data);
}

// Row and column (1 after the beginning) of each node: a node's first child goes on in its row.
function placesOf(nodes, lines) {
  const places = nodes.map(() => null);
  lines.forEach(({ leaf }, row) => {
    for (let node = leaf; node >= 0 && !places[node]; node = nodes[node].parent) places[node] = { row, column: 0 };
  });
  nodes.forEach(({ parent }, index) => {
    places[index].column = parent < 0 ? 1 : places[parent].column + 1; // a parent stands before its children
  });
  return places;
}

// The node that an arrow key leads to: along a text, or to the nearest token of the next line.
function neighbour(key, node, nodes, places) {
  const step = ARROWS[key];
  if (!step) return undefined;
  if (step[1] < 0) return node < 0 ? node : nodes[node].parent;
  if (step[1] > 0) {
    const child = nodes.findIndex(({ parent }) => parent === node);
    return child < 0 ? node : child;
  }
  const { row, column } = node < 0 ? { row: 0, column: 0 } : places[node];
  const there = [...nodes.keys()].filter((other) => places[other].row === row + step[0]);
  if (!there.length) return row + step[0] === 0 ? -1 : node;
  const far = (other) => Math.abs(places[other].column - column);
  return there.reduce((best, other) => (far(other) < far(best) ? other : best));
}

// Where a line begins, an elbow leads down from the line that it parts from, through the gutter left of its column.
function elbows(parent, nodes, places, on) {
  const starts = [...nodes.keys()].filter((node) => places[node].row > rowOf(nodes[node].parent, places));
  starts.sort((one, other) => on.has(one) - on.has(other)); // what is read now lies on top
  children(parent, starts.length, () => document.createElement("i")).forEach((elbow, index) => {
    const { row, column } = places[starts[index]];
    elbow.className = on.has(starts[index]) ? "elbow on" : "elbow";
    elbow.style.gridArea = `${rowOf(nodes[starts[index]].parent, places) + 1} / ${column + 1} / ${row + 2} / ${column + 2}`;
  });
}

const rowOf = (node, places) => (node < 0 ? 0 : places[node].row);

// At the end of each line what is said of its text, and the button that deletes it.
function ends(parent, lines, places, deepest, remove) {
  children(parent, lines.length, createEnd).forEach((end, row) => {
    const { leaf, text, detail } = lines[row];
    end.style.gridArea = `${row + 1} / ${places[leaf].column + 2}`;
    write(end.firstElementChild, text);
    end.firstElementChild.title = detail;
    const button = end.lastElementChild;
    button.title = button.ariaLabel = `Delete this branch: ${detail}`;
    button.onclick = () => remove(leaf);
  });
}

function legend(element, names) {
  const parts = children(element, Object.keys(names).length, () => document.createElement("span"));
  Object.entries(names).forEach(([by, words], index) => {
    parts[index].className = `by-${by}`;
    write(parts[index], words);
  });
}

function keepInView(room, button) {
  const [left, right] = [button.offsetLeft, button.offsetLeft + button.offsetWidth];
  if (left < room.scrollLeft || right + END > room.scrollLeft + room.clientWidth) {
    room.scrollLeft = Math.max(0, right + END - room.clientWidth);
  }
  const [top, bottom] = [button.offsetTop, button.offsetTop + button.offsetHeight];
  if (top < room.scrollTop || bottom > room.scrollTop + room.clientHeight) room.scrollTop = Math.max(0, top - 40);
}

function createEnd() {
  const end = document.createElement("div");
  end.className = "end";
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "×";
  end.append(document.createElement("span"), button);
  return end;
}
