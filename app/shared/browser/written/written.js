// What several models write behind the same text, a line each: what a line shares with the first is pale.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "span"), data.title);
  const list = make(root, "lines");
  children(list, data.lines.length, () => document.createElement("div")).forEach((line, index) => {
    const { who, text } = data.lines[index];
    const same = index ? shared(data.lines[0].text, text) : text.length;
    line.className = "line";
    write(make(line, "who", "span"), who);
    const said = make(line, "said", "bdi");
    said.dir = "auto";
    write(make(said, "same", "span"), `…${visible(text.slice(0, same))}`);
    write(make(said, "other", "b"), visible(text.slice(same)));
  });
  drawn(root, data);
}

// How many characters two texts begin with alike, up to the end of a word.
function shared(one, other) {
  let at = 0;
  while (at < one.length && one[at] === other[at]) at++;
  if (at === other.length && at === one.length) return at;
  while (at > 0 && /\S/.test(other[at - 1])) at--;
  return at;
}

const visible = (text) => text.replaceAll("\n", "⏎");
