// One neuron: the learner's text shaded by its activation, each token opening its number, and its strongest places.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  write(make(root, "own", "p"), data.own);
  const text = make(root, "text");
  text.setAttribute("role", "group");
  text.setAttribute("aria-label", data.own);
  const cellOf = (index) => ["mlp_act", data.layer, index, data.number];

  const draw = () => {
    const tokens = children(text, data.names.length, tokenButton);
    tokens.forEach((token, index) => {
      write(token.firstElementChild, data.names[index]);
      write(token.lastElementChild, short(data.values[index]));
      shade(token, data.values[index], data.scale);
      token.className = classOf(index === data.position, isLit("opened", cellOf(index)) || isLit("pointed", cellOf(index)));
      token.title = token.ariaLabel = `${data.names[index]}: activation ${data.values[index].toFixed(4)}`;
      token.tabIndex = index === data.position ? 0 : -1;
      token.onclick = () => setTriggerValue("cell", cellOf(index));
      token.onpointerenter = () => light("pointed", [cellOf(index)]);
      token.onpointerleave = () => light("pointed", []);
      token.onkeydown = (event) => {
        const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
        if (!step) return;
        event.preventDefault();
        tokens[clamp(index + step, 0, tokens.length - 1)].focus();
      };
    });
  };
  write(make(root, "elsewhere", "p"), data.elsewhere);
  const places = children(make(root, "places", "ol"), data.places.length, createPlace);
  places.forEach((place, index) => {
    const { before, token, after, value } = data.places[index];
    const [number, line] = place.children;
    write(number, value.toFixed(2));
    const [left, mark, right] = line.children;
    write(left, before);
    write(mark, token);
    write(right, after);
    shade(mark, value, data.scale);
  });
  write(make(root, "note", "p"), data.note);
  onLight(root, draw);
  draw();
  drawn(root, data);
}

const short = (value) => (Math.abs(value) < 0.005 ? "0" : value.toFixed(2).replace("-", "−"));

const classOf = (isChosen, lit) => `token${isChosen ? " chosen" : ""}${lit ? " lit" : ""}`;

// How much of the colour a value has; what is below 0 has the other colour.
function shade(element, value, scale) {
  const colour = value < 0 ? "--hot" : "--st-primary-color";
  const share = Math.round(55 * Math.min(1, Math.abs(value) / Math.max(scale, 1e-9)));
  element.style.background = `color-mix(in srgb, var(${colour}) ${share}%, transparent)`;
}

function createPlace() {
  const place = document.createElement("li");
  const number = document.createElement("span");
  number.className = "value";
  const line = document.createElement("bdi");
  line.dir = "auto";
  line.append(document.createElement("span"), document.createElement("mark"), document.createElement("span"));
  place.append(number, line);
  return place;
}
