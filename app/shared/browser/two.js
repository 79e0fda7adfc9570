// What is this view's (blue) and what the other's beside it (red), for pictures that draw both.

// texts: what this view's marks are, what the other's, and what their difference.
function legendOfTwo(root, texts) {
  const parts = children(make(root, "two"), texts.length, () => document.createElement("span"));
  texts.forEach((text, index) => {
    parts[index].className = ["now", "beside", "difference"][index];
    write(parts[index], text);
  });
}
