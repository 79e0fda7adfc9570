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
  element.className = `row${cells.length ? "" : " plain"}`;
  element.dataset.cells = JSON.stringify(cells);
  label.classList.toggle("product", row.factors.length > 0);
  if (row.factors.length) {
    label.firstChild?.nodeType === Node.TEXT_NODE && label.replaceChildren();
    children(label, row.factors.length, createButton).forEach((button, i) => {
      const factor = row.factors[i];
      fill(button, factor.label, factor.shown);
      opens(button, factor.cell, `${factor.label}, ${factor.shown}`, send);
    });
    write(value, row.shown);
  } else {
    write(label, row.label);
    if (row.cell) {
      label.firstElementChild || value.replaceChildren();
      const [button] = children(value, 1, createButton);
      fill(button, "", row.shown);
      opens(button, row.cell, `${row.label}, ${row.shown}`, send);
    } else write(value, row.shown);
  }
  element.onclick = row.cell ? (event) => event.target.closest("button") ?? send("deeper", row.cell) : null;
  element.onpointerenter = () => light("pointed", cells);
  element.onpointerleave = () => light("pointed", []);
  const share = row.value === null ? 0 : Math.abs(row.value) / scale;
  const [fillBar] = bar.children;
  const half = signed ? 50 : 100;
  fillBar.style.width = `${share * half}%`;
  fillBar.style.left = signed ? (row.value < 0 ? `${50 - share * 50}%` : "50%") : "0";
  fillBar.className = row.value < 0 ? "below" : "";
  bar.classList.toggle("signed", signed);
}

function createButton() {
  const button = document.createElement("button");
  button.type = "button";
  button.append(document.createElement("small"), document.createElement("span"));
  return button;
}

function fill(button, label, shown) {
  write(button.children[0], label);
  write(button.children[1], shown);
}

function opens(button, cell, words, send) {
  button.ariaLabel = `${words}. Open it.`;
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
