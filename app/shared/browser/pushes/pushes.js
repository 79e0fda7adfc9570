// What pushes one of two tokens against the other: the scores of both, and bars from a middle line. A click on a score
// opens its arithmetic, one on a part picks it.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  const equation = make(root, "equation");
  children(equation, data.equation.length, createNumber).forEach((item, index) => {
    const { text, label, cell } = data.equation[index];
    const [name, number] = item.children;
    write(name, text);
    write(number, label);
    number.disabled = !cell;
    number.title = cell ? "Its arithmetic" : "";
    number.ariaLabel = cell ? `${text} ${label}. Open its arithmetic.` : `${text} ${label}`;
    number.onclick = () => setTriggerValue("cell", cell);
    number.onpointerenter = number.onfocus = () => cell && light("pointed", [cell]);
    number.onpointerleave = number.onblur = () => light("pointed", []);
  });
  const sides = children(make(root, "sides"), 2, () => document.createElement("bdi"));
  write(sides[0], data.left);
  write(sides[1], data.right);
  const scale = scaleOf(data.sections);
  children(make(root, "sections"), data.sections.length, createSection).forEach((section, index) => {
    const { heading, bars } = data.sections[index];
    write(section.children[0], heading);
    section.children[1].setAttribute("aria-label", heading);
    children(section.children[1], bars.length, createBar).forEach((bar, at) => {
      const { name, value, label, detail, pick } = bars[at];
      const [text, track, number] = bar.children;
      bar.className = `bar${value < 0 ? " minus" : ""}`;
      bar.title = bar.ariaLabel = detail;
      bar.setAttribute("aria-disabled", String(!pick)); // still reached by Tab, for its detail
      write(text, name);
      write(number, label);
      const [from, to] = span(value, scale);
      track.firstElementChild.style.left = `${from}%`;
      track.firstElementChild.style.width = `${to - from}%`;
      bar.onclick = () => pick && setTriggerValue("picked", pick);
      bar.onkeydown = (event) => {
        const down = ARROWS[event.key]?.[0];
        if (!down) return;
        event.preventDefault();
        const all = [...root.querySelectorAll(".bar")];
        all[clamp(all.indexOf(bar) + down, 0, all.length - 1)].focus();
      };
    });
  });
  write(make(root, "note", "p"), data.note);
  drawn(root, data);
}

// The value of a bar that fills its side: of the longest.
const scaleOf = (sections) => Math.max(1e-9, ...sections.flatMap(({ bars }) => bars.map(({ value }) => Math.abs(value))));

// [from, to] of a bar, in percent of its track, whose middle is 0.
function span(value, scale) {
  const end = 50 + (50 * value) / scale;
  return value < 0 ? [end, 50] : [50, end];
}

function createNumber() {
  const item = document.createElement("span");
  const name = document.createElement("bdi");
  const number = document.createElement("button");
  number.type = "button";
  number.className = "number";
  item.append(name, number);
  return item;
}

function createSection() {
  const section = document.createElement("div");
  section.className = "section";
  const list = document.createElement("div");
  list.className = "bars";
  list.setAttribute("role", "group");
  section.append(document.createElement("h4"), list);
  return section;
}

function createBar() {
  const bar = document.createElement("button");
  bar.type = "button";
  const text = document.createElement("bdi");
  const track = document.createElement("span");
  track.className = "track";
  track.append(document.createElement("b"));
  const number = document.createElement("span");
  number.className = "value";
  bar.append(text, track, number);
  return bar;
}
