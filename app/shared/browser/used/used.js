// Puts the values on the shadow root's host, where the page's own selectors find them; data-at tells the newer of two.

export default function ({ data, parentElement }) {
  const host = parentElement.querySelector(".root").getRootNode().host;
  host.setAttribute("data-used", JSON.stringify(data.used));
  host.setAttribute("data-at", performance.now());
}
