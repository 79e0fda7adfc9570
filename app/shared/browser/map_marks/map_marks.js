// The points that are labelled on a map, as a row of words; one that is pointed at, or has the focus, is ringed there.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  const row = make(root, "marks");
  row.setAttribute("role", "group");
  row.setAttribute("aria-label", data.title);
  const show = (pointed) => light(`marks:${data.map}`, marksOf(data.marks, pointed));
  const words = children(row, data.marks.length, createMark);
  words.forEach((word, index) => {
    const mark = data.marks[index];
    write(word, mark.label);
    word.className = mark.strong ? "mark strong" : "mark";
    word.tabIndex = index === 0 ? 0 : -1;
    word.onpointerenter = word.onfocus = () => show(index);
    word.onpointerleave = word.onblur = () => show(null);
    word.onkeydown = (event) => {
      const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
      if (!step) return;
      event.preventDefault();
      words[clamp(index + step, 0, words.length - 1)].focus();
    };
  });
  write(make(root, "note", "p"), data.note);
  show(null);
  drawn(root, data);
}

// As the map reads them: [id, label, strong, pointed].
const marksOf = (marks, pointed) => marks.map((mark, index) => [mark.id, mark.label, mark.strong, index === pointed]);

function createMark() {
  const mark = document.createElement("button");
  mark.type = "button";
  mark.dir = "auto";
  return mark;
}
