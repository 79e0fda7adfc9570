// The learner's text cut into tokens: one chip each, coloured by how surprising it was; a click selects a position, and
// one on the chip that is chosen already opens the arithmetic of its surprise.

const explained = new WeakMap(); // root -> the chip whose detail is shown

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  root.dataset.title = data.question;
  const strip = make(root, "strip");
  strip.setAttribute("role", "listbox");
  strip.setAttribute("aria-label", data.label);
  const chips = children(strip, data.tokens.length, createChip);

  const pick = (index) => {
    select(chips, index);
    chips[index].focus({ preventScroll: true });
    keepInView(strip, chips[index]);
    showDetail(root, strip, chips[index]); // where it is now, if the strip has scrolled
    setTriggerValue("position", index);
  };
  chips.forEach((chip, index) => {
    const token = data.tokens[index];
    write(chip.firstElementChild, token.text);
    write(chip.lastElementChild, String(token.id));
    const [name, hidden] = [["token", index], data.is_text && isOff(data, "token", index)];
    chip.className = `chip${token.band === null ? "" : ` band-${token.band}`}${hidden ? " off" : ""}`;
    const opens = token.cell && index === data.selected;
    chip.dataset.detail = opens ? `${token.detail}\nClick again for the arithmetic of its surprisal.` : token.detail;
    if (hidden) chip.dataset.detail += "\nHidden: no later token can look at it.";
    if (data.is_text && (hidden || data.switching)) chip.dataset.detail += `\n${switchHint(data, name, token.text)}`;
    chip.setAttribute("aria-label", chip.dataset.detail);
    chip.onclick = (event) => {
      if (data.is_text && switches(data, event)) setTriggerValue("switch", name);
      else if (opens && isSelected(chip)) setTriggerValue("cell", token.cell);
      else pick(index);
    };
    chip.onkeydown = (event) => {
      if (data.is_text && isSwitchKey(event)) setTriggerValue("switch", name);
      const target = targetOf(event.key, chips, index);
      if (target === undefined) return;
      event.preventDefault();
      pick(clamp(target, 0, chips.length - 1));
    };
    const told = data.is_text ? [["token", index], token.cell ?? []].filter((name) => name.length) : [];
    chip.onpointerenter = chip.onfocus = () => {
      showDetail(root, strip, chip);
      light("pointed", told);
    };
    chip.onpointerleave = chip.onblur = () => {
      hideDetail(root);
      light("pointed", []);
    };
  });
  if (select(chips, data.selected)) keepInView(strip, chips[data.selected]);
  legend(make(make(root, "below"), "legend"), data);
  const summary = make(make(root, "below"), "summary", "button");
  summary.type = "button";
  write(summary, data.summary);
  summary.disabled = !data.summary_cell;
  summary.title = data.summary_cell ? "The arithmetic of the perplexity" : "";
  summary.onclick = () => setTriggerValue("cell", data.summary_cell);
  const mark = () => {
    showMeant(root, strip, data.is_text);
    chips.forEach((chip, index) => {
      const { cell } = data.tokens[index];
      chip.classList.toggle("opened", Boolean(cell) && isLit("opened", cell));
      chip.classList.toggle("pointed", Boolean(cell) && isLit("pointed", cell));
    });
  };
  onLight(root, mark);
  mark();
  refreshDetail(root, strip);
  drawn(root, data);
}

// The chip that a key leads to; up and down lead to the nearest one of the row there.
function targetOf(key, chips, index) {
  const { offsetTop: top, offsetLeft: left } = chips[index];
  const nearest = (row) => {
    const distance = (i) => Math.abs(chips[i].offsetLeft - left);
    return row.length ? row.reduce((best, i) => (distance(i) < distance(best) ? i : best)) : index;
  };
  const rows = (matches) => [...chips.keys()].filter((i) => matches(chips[i].offsetTop));
  const rowAt = (edge) => rows((at) => at === edge);
  switch (key) {
    case "ArrowRight":
      return index + 1;
    case "ArrowLeft":
      return index - 1;
    case "ArrowUp":
      return nearest(rowAt(Math.max(...rows((at) => at < top).map((i) => chips[i].offsetTop))));
    case "ArrowDown":
      return nearest(rowAt(Math.min(...rows((at) => at > top).map((i) => chips[i].offsetTop))));
    case "Home":
      return 0;
    case "End":
      return chips.length - 1;
  }
}

// What a part of a formula stands for here: the tokens with their surprise, or what the line below says of them all.
function showMeant(root, strip, isText) {
  strip.classList.toggle("meant", isText && isMeant([["token"], ["surprisal"]]));
  root.querySelector(".summary").classList.toggle("meant", isText && isMeant([["perplexity"], ["mean_surprisal"]]));
}

function createChip() {
  const chip = tokenButton();
  chip.setAttribute("role", "option");
  return chip;
}

// Marks one chip; true if it was another before.
function select(chips, index) {
  const changed = chips[index] && !isSelected(chips[index]);
  chips.forEach((chip, i) => {
    chip.setAttribute("aria-selected", String(i === index));
    chip.tabIndex = i === index ? 0 : -1;
  });
  return changed;
}

const isSelected = (chip) => chip.getAttribute("aria-selected") === "true";

function keepInView(strip, chip) {
  const [top, bottom] = [chip.offsetTop, chip.offsetTop + chip.offsetHeight];
  if (top < strip.scrollTop) strip.scrollTop = top - 4;
  if (bottom > strip.scrollTop + strip.clientHeight) strip.scrollTop = bottom - strip.clientHeight + 4;
}

function showDetail(root, strip, chip) {
  const box = make(root, "detail");
  explained.set(root, chip);
  write(box, chip.dataset.detail);
  box.hidden = false;
  const left = clamp(chip.offsetLeft, 0, Math.max(0, root.clientWidth - box.offsetWidth));
  box.style.left = `${left}px`;
  box.style.top = `${chip.offsetTop - strip.scrollTop + chip.offsetHeight + 6}px`;
}

function hideDetail(root) {
  explained.delete(root);
  make(root, "detail").hidden = true;
}

// New data under a resting pointer: another detail, or none if the chip is gone (then no event says so).
function refreshDetail(root, strip) {
  const chip = explained.get(root);
  if (!chip) return;
  if (chip.isConnected) showDetail(root, strip, chip);
  else hideDetail(root);
}

function legend(element, data) {
  const parts = children(element, data.legend.length + 1, () => document.createElement("span"));
  write(parts[0], data.question);
  data.legend.forEach((label, band) => {
    parts[band + 1].className = `swatch band-${band}`;
    write(parts[band + 1], label);
  });
}
