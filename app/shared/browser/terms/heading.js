// What is open, in words and as a number, and the crumbs that lead back.

function drawHeading(root, data, send) {
  root.setAttribute("role", "region");
  root.setAttribute("aria-label", data.region);
  const way = make(root, "way", "nav");
  way.setAttribute("aria-label", "The way back");
  const crumbs = children(make(way, "crumbs", "ol"), data.crumbs.length, createCrumb);
  crumbs.forEach((item, index) => {
    const [button] = item.children;
    const last = index === crumbs.length - 1;
    write(button, data.crumbs[index].text);
    button.title = button.ariaLabel = data.crumbs[index].detail;
    if (last) button.setAttribute("aria-current", "step");
    else button.removeAttribute("aria-current");
    button.onclick = () => !last && send("back", index);
  });
  const close = make(way, "close", "button");
  close.type = "button";
  close.title = close.ariaLabel = "Close the arithmetic (Escape)";
  write(close, "×");
  close.onclick = () => send("back", -1);
  const told = make(root, "told");
  told.setAttribute("aria-live", "polite");
  told.setAttribute("aria-atomic", "true");
  write(make(told, "name", "h3"), data.name);
  write(make(told, "what", "p"), data.what);
  write(make(told, "value", "output"), data.shown);
  return crumbs.length;
}

// Beside a long page the panel stays where it can be read, and what is too wide or too long scrolls inside of it; on a
// phone, where it stands below, it is part of the page. Only here can it be said: Streamlit draws the panel around us.
// Returns whether it is beside.
function stayInSight(root) {
  const panel = root.getRootNode().host?.closest(".st-key-arithmetic")?.parentElement;
  if (!panel?.parentElement) return false; // it is being closed
  const beside = panel.parentElement.clientWidth > panel.clientWidth * 1.5;
  Object.assign(panel.style, {
    maxHeight: beside ? "calc(100vh - 2rem)" : "",
    overflowX: "auto",
    overflowY: beside ? "auto" : "hidden",
    position: beside ? "sticky" : "",
    scrollbarWidth: "thin",
    top: "1rem",
  });
  return beside;
}

function createCrumb() {
  const item = document.createElement("li");
  const button = document.createElement("button");
  button.type = "button";
  item.append(button);
  return item;
}
