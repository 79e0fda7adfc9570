// The terms: label, signed bar on one scale, value; what opens is a button, and a product shows both its factors.

function drawRows(root, data, send) {
  const all = data.rest ? [...data.rows, data.rest] : data.rows;
  const scale = Math.max(...all.map((row) => Math.abs(row.value ?? 0)), 1e-30);
  const signed = all.some((row) => row.value < 0);
  write(make(root, "title", "h4"), all.length ? data.title : "");
  const list = make(root, "list", "ul");
  children(list, all.length, createRow).forEach((element, index) => drawRow(element, all[index], scale, signed, send));
}

function createRow() {
  const row = document.createElement("li");
  for (const name of ["label", "bar", "value"]) {
    const part = document.createElement("span");
    part.className = name;
    row.append(part);
  }
  row.children[1].append(document.createElement("b"));
  row.children[1].setAttribute("aria-hidden", "true");
  return row;
}

function drawRow(element, row, scale, signed, send) {
  const [label, bar, value] = element.children;
  const cells = row.cell ? [row.cell] : row.factors.map((factor) => factor.cell);
  element.className = `row${cells.length ? "" : " plain"}${row.factors.length ? " product" : ""}`;
  element.dataset.cells = JSON.stringify(cells);
  element.title = row.detail;
  // The label is its symbol and a token's text, or a product's two factors; the value is a button unless those are.
  const symbol = make(label, "symbol", "span");
  const word = make(label, "word", "bdi");
  symbol.hidden = word.hidden = row.factors.length > 0;
  write(symbol, row.label);
  write(word, row.word);
  const factors = children(make(label, "factors", "span"), row.factors.length, createButton);
  factors.forEach((button, i) => drawButton(button, row.factors[i], send));
  const open = row.cell ? { ...row, label: "", detail: row.detail || row.label } : null;
  write(make(value, "number", "span"), open ? "" : row.shown);
  children(make(value, "open", "span"), open ? 1 : 0, createButton).forEach((button) => drawButton(button, open, send));
  element.onclick = open && ((event) => event.target.closest("button") ?? send("deeper", row.cell));
  element.onpointerenter = () => light("pointed", cells);
  element.onpointerleave = () => light("pointed", []);
  drawBar(bar, row.value, scale, signed);
}

function drawBar(bar, value, scale, signed) {
  const [line] = bar.children;
  const [left, width] = barOf(value ?? 0, scale, signed);
  line.style.left = `${left}%`;
  line.style.width = `${width}%`;
  line.className = value < 0 ? "below" : "";
  line.hidden = !value;
  bar.classList.toggle("signed", signed);
}

// [left, width] in percent: from the left edge or, where some are negative, to both sides of the middle.
function barOf(value, scale, signed) {
  const width = (Math.abs(value) / scale) * (signed ? 50 : 100);
  return [signed ? (value < 0 ? 50 - width : 50) : 0, width];
}

function createButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.append(document.createElement("small"), document.createElement("span"));
  return button;
}

function drawButton(button, { label, shown, detail, cell }, send) {
  write(button.children[0], label);
  write(button.children[1], shown);
  button.title = detail;
  button.ariaLabel = `${detail}: ${shown}. Open it.`;
  button.dataset.cell = JSON.stringify(cell);
  button.onclick = () => send("deeper", cell);
  button.onfocus = () => button.matches(":focus-visible") && light("pointed", [cell]);
  button.onblur = () => light("pointed", []);
  button.onpointerenter = () => light("pointed", [cell]);
}

// A term that a picture points at is marked here, as what is pointed at here is marked in the pictures.
function markRows(root) {
  root.querySelectorAll(".row").forEach((row) => {
    row.classList.toggle("lit", JSON.parse(row.dataset.cells).some((cell) => isLit("pointed", cell)));
  });
}
