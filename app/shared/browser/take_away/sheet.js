// A picture as a sheet to keep: its title and the settings above, what it shows and where it comes from below.

const MARGIN = 24;
const NARROWEST = 520;
const OPEN_TAGS = [":scope > h3", ":scope > .title"];

// [{ title, name, make }] of what can be taken from the page: our own pieces and Plotly's charts, in their order.
function picturesOf(page, own) {
  const [found, titles] = [[], new Map()];
  let heading = "";
  for (const node of page.querySelectorAll("h1, h2, h3, h4, h5, [data-drawn], .js-plotly-plot")) {
    if (/^H\d$/.test(node.tagName)) heading = node.textContent.trim();
    else if (node === own || !node.getClientRects().length || node.contains(own)) continue;
    else if (node.shadowRoot?.querySelector(".root")) found.push(ofPiece(node.shadowRoot.querySelector(".root"), node));
    else if (node.classList.contains("js-plotly-plot")) found.push(ofChart(node, heading));
  }
  for (const picture of found.filter((each) => each.title)) {
    const times = (titles.get(picture.title) ?? 0) + 1; // two of one title are told apart
    titles.set(picture.title, times);
    if (times > 1) picture.title += ` (${times})`;
  }
  return found.filter((each) => each.title);
}

function ofPiece(root, host) {
  const own = OPEN_TAGS.map((tag) => root.querySelector(tag)).find((node) => node?.textContent.trim());
  const inner = [...root.querySelectorAll("h3")].filter((node) => node.getClientRects().length);
  const named = root.querySelector("[aria-label]")?.getAttribute("aria-label");
  const title = own ? wordsOf(own) : inner.map(wordsOf).join(" · ") || root.dataset.title || named || "";
  return { title: title.trim(), name: keyOf(host), make: (paper) => pieceOf(root, own, paper) };
}

// A title without the badge beside it.
function wordsOf(heading) {
  return (heading.querySelector(".name") ?? heading).textContent.trim();
}

function ofChart(chart, heading) {
  return { title: heading || "Chart", name: keyOf(chart), make: () => chartOf(chart) };
}

// The key that the page's own code gave to it: never a learner's words, so that it may name a file.
function keyOf(node) {
  const known = [...(node.closest("[class*=st-key-]")?.classList ?? [])].find((name) => name.startsWith("st-key-"));
  return (known ?? "picture").replace("st-key-", "").replace(/[^\w-]+/g, "-").slice(0, 60);
}

// A chart of Plotly: several drawings one over the other.
function chartOf(chart) {
  const frame = chart.getBoundingClientRect();
  const group = element("g");
  chart.querySelectorAll("svg.main-svg").forEach((svg) => group.append(copyOf(svg, placed(svg.getBoundingClientRect(), frame))));
  return { group, width: frame.width, height: frame.height };
}

// The sheet as an element: { title, settings, caption } are texts, `colours` the page's own.
function sheetOf({ group, width, height }, { title, settings, caption }, colours) {
  const whole = Math.ceil(Math.max(width, NARROWEST) + 2 * MARGIN);
  const lines = element("g");
  let y = MARGIN;
  const put = (text, size, colour, weight = null) => {
    for (const line of broken(text, whole - 2 * MARGIN, size, weight)) {
      y += size * 1.35;
      const looks = { fill: colour, "font-size": `${size}px`, "font-weight": weight, "font-family": "system-ui, sans-serif" };
      lines.append(element("text", { x: MARGIN, y: y - size * 0.3, ...looks }, line));
    }
  };
  put(title, 20, colours.ink, "650");
  put(settings, 14, colours.mute);
  y += 12;
  const place = element("g", { transform: `translate(${MARGIN} ${round(y)})` });
  place.append(group);
  y += height + 14;
  put(caption, 12, colours.mute);
  y += MARGIN;
  const tall = Math.ceil(y);
  const sheet = element("svg", { width: whole, height: tall, viewBox: `0 0 ${whole} ${tall}` });
  sheet.append(element("title", {}, title), element("desc", {}, `${settings}\n${caption}`));
  sheet.append(element("rect", { width: whole, height: tall, fill: colours.paper }), lines, place);
  return { sheet, width: whole, height: tall };
}

// A text in lines that fit.
function broken(text, room, size, weight) {
  const context = document.createElement("canvas").getContext("2d");
  context.font = `${weight ?? 400} ${size}px system-ui, sans-serif`;
  const lines = [];
  for (const paragraph of text.split("\n").filter(Boolean)) {
    let line = "";
    for (const word of paragraph.split(" ")) {
      const longer = line ? `${line} ${word}` : word;
      if (line && context.measureText(longer).width > room) {
        lines.push(line);
        line = fit(context, word, room);
      } else line = fit(context, longer, room);
    }
    lines.push(line);
  }
  return lines;
}

const DENSITY = 2;
const LONGEST = 8_000; // pixels of a side of a PNG: browsers refuse much larger ones

function svgText(sheet) {
  return `<?xml version="1.0" encoding="UTF-8"?>\n${new XMLSerializer().serializeToString(sheet)}`;
}

// The sheet as a PNG, two pixels for one where it is not too large.
async function pngOf({ sheet, width, height }) {
  const density = Math.min(DENSITY, LONGEST / Math.max(width, height));
  const image = new Image();
  image.src = `data:image/svg+xml;charset=utf-8,${encodeURIComponent(svgText(sheet))}`;
  await image.decode();
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [Math.round(width * density), Math.round(height * density)];
  canvas.getContext("2d").drawImage(image, 0, 0, canvas.width, canvas.height);
  return new Promise((done) => canvas.toBlob(done, "image/png"));
}
