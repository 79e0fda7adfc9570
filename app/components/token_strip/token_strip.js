// The learner's text cut into tokens: one chip each, coloured by how surprising it was; a click selects a position.

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const strip = make(root, "strip");
  strip.setAttribute("role", "listbox");
  strip.setAttribute("aria-label", data.label);
  const chips = children(strip, data.tokens.length, createChip);

  const pick = (index) => {
    select(chips, index);
    chips[index].focus({ preventScroll: true });
    setTriggerValue("position", index);
  };
  chips.forEach((chip, index) => {
    const token = data.tokens[index];
    write(chip.firstElementChild, token.text);
    write(chip.lastElementChild, String(token.id));
    chip.className = token.band === null ? "chip" : `chip band-${token.band}`;
    chip.setAttribute("aria-label", token.detail);
    chip.dataset.detail = token.detail;
    chip.onclick = () => pick(index);
    chip.onkeydown = (event) => {
      const target = { ArrowRight: index + 1, ArrowLeft: index - 1, Home: 0, End: chips.length - 1 }[event.key];
      if (target === undefined) return;
      event.preventDefault();
      pick(clamp(target, 0, chips.length - 1));
    };
    chip.onpointerenter = chip.onfocus = () => showDetail(root, strip, chip);
    chip.onpointerleave = chip.onblur = () => hideDetail(root);
  });
  if (select(chips, data.selected)) keepInView(strip, chips[data.selected]);
  legend(make(root, "legend"), data);
  drawn(root, data);
}

function createChip() {
  const chip = document.createElement("button");
  chip.type = "button";
  chip.setAttribute("role", "option");
  const text = document.createElement("bdi");
  text.dir = "auto";
  chip.append(text, document.createElement("small"));
  return chip;
}

// Marks one chip; true if it was another before.
function select(chips, index) {
  const changed = chips[index] && chips[index].getAttribute("aria-selected") !== "true";
  chips.forEach((chip, i) => {
    chip.setAttribute("aria-selected", String(i === index));
    chip.tabIndex = i === index ? 0 : -1;
  });
  return changed;
}

function keepInView(strip, chip) {
  const [top, bottom] = [chip.offsetTop, chip.offsetTop + chip.offsetHeight];
  if (top < strip.scrollTop) strip.scrollTop = top - 4;
  if (bottom > strip.scrollTop + strip.clientHeight) strip.scrollTop = bottom - strip.clientHeight + 4;
}

function showDetail(root, strip, chip) {
  const box = make(root, "detail");
  write(box, chip.dataset.detail);
  box.hidden = false;
  const left = clamp(chip.offsetLeft, 0, Math.max(0, root.clientWidth - box.offsetWidth));
  box.style.left = `${left}px`;
  box.style.top = `${chip.offsetTop - strip.scrollTop + chip.offsetHeight + 6}px`;
}

function hideDetail(root) {
  make(root, "detail").hidden = true;
}

function legend(element, data) {
  const parts = children(element, data.legend.length + 2, () => document.createElement("span"));
  write(parts[0], data.question);
  data.legend.forEach((label, band) => {
    parts[band + 1].className = `swatch band-${band}`;
    write(parts[band + 1], label);
  });
  const summary = parts[parts.length - 1];
  summary.className = "summary";
  write(summary, data.summary);
}
