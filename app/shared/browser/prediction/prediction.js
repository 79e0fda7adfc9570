// The next-token softmax as bars: what is drawn from, what was cut, and what the text really has next. A click on a bar
// appends its token; one on the number at its end opens its arithmetic.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  write(make(root, "subtitle", "p"), data.subtitle);
  const list = make(root, "bars");
  list.setAttribute("role", "group");
  list.setAttribute("aria-label", data.title);
  const largest = data.scale ?? Math.max(...data.rows.map((row) => Math.max(row.probability, row.raw)), 1e-9);
  children(list, data.rows.length, createLine).forEach((line, index) => {
    const row = data.rows[index];
    const [bar, number] = line.children;
    const [text, track] = bar.children;
    line.className = `line${row.cut ? " cut" : ""}${row.actual ? " actual" : ""}`;
    bar.className = "bar";
    bar.setAttribute("aria-disabled", String(!data.clickable)); // still reached by Tab, for its detail
    bar.title = bar.ariaLabel = row.detail;
    write(text, (row.actual ? "▸ " : "") + row.text);
    track.firstElementChild.style.width = `${(100 * row.raw) / largest}%`;
    track.lastElementChild.style.width = `${(100 * row.probability) / largest}%`;
    bar.onclick = () => {
      if (!data.clickable) return;
      bar.classList.add("picked"); // until the server answers
      setTriggerValue("append", row.id);
    };
    write(number, row.label);
    number.disabled = !row.cell;
    number.ariaLabel = row.cell ? `${row.text}: ${row.label}. Open its arithmetic.` : "";
    number.title = row.cell ? "Its arithmetic" : "";
    number.onclick = () => setTriggerValue("cell", row.cell);
    const name = row.cell ?? (data.cells.length ? [...data.cells[0], row.id] : null);
    line.onpointerenter = number.onfocus = () => name && light("pointed", [name]);
    line.onpointerleave = number.onblur = () => light("pointed", []);
    line.onkeydown = (event) => {
      const [down, right] = ARROWS[event.key] ?? [];
      if (down === undefined) return;
      event.preventDefault();
      const column = right ? clamp(right, 0, 1) : [bar, number].indexOf(event.target);
      const there = list.children[clamp(index + down, 0, data.rows.length - 1)].children;
      (there[column].disabled ? there[0] : there[column]).focus();
    };
  });
  const mark = () => {
    list.classList.toggle("meant", isMeant(data.cells)); // by a formula, all of them
    [...list.children].forEach((line, index) => {
      const { cell } = data.rows[index];
      line.classList.toggle("opened", Boolean(cell) && isLit("opened", cell));
      line.classList.toggle("pointed", Boolean(cell) && isLit("pointed", cell));
    });
  };
  onLight(root, mark);
  mark();
  write(make(root, "note", "p"), data.note);
  drawn(root, data);
}

function createLine() {
  const line = document.createElement("div");
  const bar = document.createElement("button");
  const number = document.createElement("button");
  bar.type = number.type = "button";
  number.className = "number";
  const text = document.createElement("bdi");
  text.dir = "auto";
  const track = document.createElement("span");
  track.className = "track";
  track.append(document.createElement("i"), document.createElement("b"));
  bar.append(text, track);
  line.append(bar, number);
  return line;
}
