// The next-token softmax as bars: what is drawn from, what was cut, and what the text really has next.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const list = make(root, "bars");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", data.title);
  const largest = data.scale ?? Math.max(...data.rows.map((row) => Math.max(row.probability, row.raw)), 1e-9);
  children(list, data.rows.length, createBar).forEach((bar, index) => {
    const row = data.rows[index];
    const [text, track, percent] = bar.children;
    bar.className = `bar${row.cut ? " cut" : ""}${row.actual ? " actual" : ""}`;
    bar.setAttribute("aria-disabled", String(!data.clickable)); // still reached by Tab, for its detail
    bar.title = bar.ariaLabel = row.detail;
    write(text, (row.actual ? "▸ " : "") + row.text);
    track.firstElementChild.style.width = `${(100 * row.raw) / largest}%`;
    track.lastElementChild.style.width = `${(100 * row.probability) / largest}%`;
    write(percent, row.label);
    bar.onclick = () => {
      if (!data.clickable) return;
      bar.classList.add("picked"); // until the server answers
      setTriggerValue("append", row.id);
    };
    bar.onpointerenter = bar.onfocus = () => tell(data.cells, [row.id]);
    bar.onpointerleave = bar.onblur = () => tell(data.cells, null);
    bar.onkeydown = (event) => {
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      list.children[clamp(index + step, 0, data.rows.length - 1)].focus();
    };
  });
  const glow = () => list.classList.toggle("meant", isMeant(data.cells));
  onLight(root, glow);
  glow();
  write(make(root, "note", "p"), data.note);
  drawn(root, data);
}

// Tells the page which number is pointed at, by the end of its name.
function tell(cells, end) {
  if (cells.length) light("pointed", end ? [[...cells[0], ...end]] : []);
}

function createBar() {
  const bar = document.createElement("button");
  bar.type = "button";
  const text = document.createElement("bdi");
  text.dir = "auto";
  const track = document.createElement("span");
  track.className = "track";
  const [raw, final] = [document.createElement("i"), document.createElement("b")];
  track.append(raw, final);
  bar.append(text, track, document.createElement("span"));
  return bar;
}
