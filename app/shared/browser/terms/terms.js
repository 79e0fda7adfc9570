// The arithmetic of one number: its heading, or its terms. Between the two stands its formula, which Streamlit draws.
// Enter opens, Backspace or Alt+Left goes up one, Escape closes; after each the focus is on what one goes on with.
// Before this: heading.js, history.js, rows.js.

const ways = new WeakMap(); // root -> the way that was drawn last
const openers = new WeakMap(); // root -> what had the focus when the panel came

export default function ({ data, parentElement, setTriggerValue }) {
  const root = parentElement.querySelector(".root");
  const before = ways.get(root);
  ways.set(root, data.way);
  root.classList.add(data.part);
  if (data.part === "heading") {
    listenToKeys(root, drawHeading(root, data, setTriggerValue), setTriggerValue);
    if (before !== data.way) comeIntoSight(root, stayInSight(root));
    onResize(root, () => stayInSight(root));
    drawn(root, data);
    return;
  }
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", data.title);
  write(make(root, "note", "p"), data.note);
  drawRows(root, data, setTriggerValue);
  const redraw = drawHistory(root, data.history);
  onResize(root, redraw ?? (() => {}));
  onLight(root, () => markRows(root));
  listenToKeys(root, data.depth, setTriggerValue);
  light("opened", data.sources);
  if (before !== data.way) light("pointed", []);
  if (before === undefined) openers.set(root, focused());
  if (before !== data.way) moveFocus(root, before, data.way);
  drawn(root, data);
  return () => {
    light("opened", []);
    light("pointed", []);
    const opener = openers.get(root);
    if (opener?.isConnected && focused() === document.body) opener.focus({ preventScroll: true });
  };
}

function listenToKeys(root, depth, send) {
  root.onkeydown = (event) => {
    if (event.key === "Escape") send("back", -1);
    else if (event.key === "Backspace" || (event.key === "ArrowLeft" && event.altKey)) {
      if (depth > 1) send("back", depth - 2);
    } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && event.target.closest(".list")) {
      const buttons = [...root.querySelectorAll(".list button")];
      const at = buttons.indexOf(event.target) + (event.key === "ArrowDown" ? 1 : -1);
      buttons[clamp(at, 0, buttons.length - 1)]?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
}

// What has the focus, inside whatever piece it is.
function focused() {
  let element = document.activeElement;
  while (element?.shadowRoot?.activeElement) element = element.shadowRoot.activeElement;
  return element ?? document.body;
}

// Whoever goes by keyboard goes on with the first term or, on the way back, with the one that they came from.
function moveFocus(root, before, way) {
  const from = focused();
  const inside = from.closest(".terms") !== null;
  const typing = from.matches("input, textarea, [contenteditable]");
  const lost = before !== undefined && from === document.body; // the button that was pressed is gone
  if (typing || !(inside || lost || from.matches(":focus-visible"))) return;
  const buttons = [...root.querySelectorAll(".list button")];
  const target = whereTo(buttons.map((button) => JSON.parse(button.dataset.cell)), before, way);
  root.tabIndex = -1; // a weight has no terms: the keys that lead back must work there, too
  (buttons[target] ?? root).focus({ preventScroll: !from.matches(":focus-visible") });
}

// Which of the cells that open: the first or, on the way back, the one that was left.
function whereTo(cells, before, way) {
  const left = before?.startsWith(`${way}~`) ? before.slice(way.length + 1).split("~")[0] : null;
  return Math.max(0, cells.findIndex((cell) => cell.join(":") === left));
}

// On a phone the panel stands below the picture: whoever has just opened it is led there. Beside it, it may have been
// scrolled.
function comeIntoSight(root, beside) {
  if (!navigator.userActivation?.hasBeenActive) return;
  const { top } = root.getBoundingClientRect();
  if (top > window.innerHeight - 120 || top < 0) root.scrollIntoView({ block: beside ? "nearest" : "start" });
}
