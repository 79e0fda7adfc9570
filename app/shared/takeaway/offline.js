// Draws the pieces of a page that was taken away, from the data that lies in the file: the scripts that stand before this
// one have put what draws each kind into `pieces`. Nobody is asked, and nobody listens to a click.

const given = JSON.parse(document.getElementById("given").textContent);
const place = document.getElementById("pieces");
for (const { kind, key, data } of given.pieces) {
  const host = document.createElement("section");
  host.className = `st-key-${key}`;
  const inner = host.attachShadow({ mode: "open" });
  const style = new CSSStyleSheet();
  style.replaceSync(given.styles[kind]);
  inner.adoptedStyleSheets = [style];
  const root = document.createElement("div");
  root.className = `root ${kind}`;
  inner.append(root);
  place.append(host);
  try {
    globalThis.pieces[kind]({ data, parentElement: inner, setTriggerValue() {}, setStateValue() {} });
  } catch (problem) {
    reportError(problem); // the others are drawn all the same
  }
}
