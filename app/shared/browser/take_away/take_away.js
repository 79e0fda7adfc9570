// Every picture of the page by its title, with a button for each kind of file. Nothing is made before a click, and all of
// it in the browser. Before this: recorder.js, sheet.js, walk.js.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  const list = make(root, "pictures");
  list.setAttribute("role", "list");
  const said = make(root, "said", "p");
  said.setAttribute("aria-live", "polite");
  const show = () => {
    const pictures = picturesOf(document, root.getRootNode().host);
    children(list, pictures.length, createRow).forEach((row, index) => {
      const { title, name } = pictures[index];
      const [words, ...buttons] = row.children;
      write(words, title);
      buttons.forEach((button, k) => {
        const kind = KINDS[k];
        button.setAttribute("aria-label", `Save “${title}” as ${kind}`);
        // Looked for again: the page may have drawn something else since.
        button.onclick = () => {
          const now = picturesOf(document, root.getRootNode().host).find((each) => each.name === name && each.title === title);
          if (now) keep(now, kind, data, root, said);
          else show();
        };
      });
    });
    write(said, pictures.length ? "" : data.none);
    drawn(root, data);
  };
  show();
  setTimeout(show, 400); // what the same run draws after this, and charts that load
}

const KINDS = ["SVG", "PNG"];

function createRow() {
  const row = document.createElement("div");
  row.className = "row";
  row.setAttribute("role", "listitem");
  const words = document.createElement("bdi");
  row.append(words);
  for (const kind of KINDS) {
    const button = document.createElement("button");
    button.type = "button";
    write(button, kind);
    row.append(button);
  }
  return row;
}

async function keep(picture, kind, data, root, said) {
  const colours = { ...palette(root), paper: getComputedStyle(root).getPropertyValue("--st-background-color").trim() };
  colours.mute = getComputedStyle(said).color;
  try {
    const words = { title: picture.title, settings: data.settings, caption: `${data.caption} ${today()}` };
    const made = sheetOf(picture.make(colours.paper), words, colours);
    const file = kind === "PNG" ? await pngOf(made) : new Blob([svgText(made.sheet)], { type: "image/svg+xml" });
    const name = `gpt-explorer-${picture.name}.${kind.toLowerCase()}`;
    save(file, name);
    write(said, `${name} is saved.`);
  } catch (problem) {
    write(said, `This picture cannot be saved: ${problem.message}.`);
  }
}

const today = () => new Date().toISOString().slice(0, 10);

function save(file, name) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(file);
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
}
