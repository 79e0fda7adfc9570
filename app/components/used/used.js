// Puts the values on the shadow root's host, where the page's own selectors find them.

export default function ({ data, parentElement }) {
  parentElement.querySelector(".root").getRootNode().host.setAttribute("data-used", JSON.stringify(data.used));
}
