// Two bars a row, this view's above the other's, and their difference at the end.

export default function ({ data, parentElement }) {
  const root = parentElement.querySelector(".root");
  write(make(root, "title", "h3"), data.title);
  legendOfTwo(root, data.legend);
  const list = make(root, "rows", "ul");
  const largest = Math.max(1e-9, ...data.rows.flatMap((row) => [row.now, row.beside]));
  children(list, data.rows.length, createRow).forEach((line, index) => {
    const row = data.rows[index];
    const [name, tracks, difference] = line.children;
    line.title = row.detail;
    line.ariaLabel = row.detail;
    write(name, row.name);
    [...tracks.children].forEach((track, which) => {
      const value = which ? row.beside : row.now;
      track.firstElementChild.style.width = `calc(${((100 * value) / largest).toFixed(2)}% * 0.8)`;
      write(track.lastElementChild, which ? row.beside_label : row.now_label);
    });
    write(difference, row.difference);
  });
  write(make(root, "note", "p"), data.note);
  drawn(root, data);
}

function createRow() {
  const line = document.createElement("li");
  line.tabIndex = 0;
  line.setAttribute("role", "listitem");
  const name = document.createElement("bdi");
  name.dir = "auto";
  const tracks = document.createElement("div");
  for (const kind of ["now", "beside"]) {
    const track = document.createElement("div");
    track.className = `track ${kind}`;
    track.append(document.createElement("b"), document.createElement("span"));
    tracks.append(track);
  }
  const difference = document.createElement("span");
  difference.className = "number";
  line.append(name, tracks, difference);
  return line;
}
