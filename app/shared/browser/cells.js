// Cells as pixels: one pixel a cell, enlarged when drawn. That is many times quicker than a rectangle each.

const FAINT = 0.05; // opacity of a weight of zero, so that the causal half shows

// Where (i, j), j <= i, stands in a lower half that is sent row by row.
const lower = (i, j) => (i * (i + 1)) / 2 + j;

// A picture that is made once per data and colours: pointing at things draws it often.
function kept(view, name, colours, create) {
  return (view.pictures[`${name} ${colours.accent} ${colours.hot}`] ??= create());
}

// shade(i, j) runs from -1 (warm) to 1 (accent), `faint` being the opacity of 0; NaN leaves the pixel clear.
function cellPicture(rows, columns, shade, colours, faint = FAINT) {
  const canvas = document.createElement("canvas");
  [canvas.width, canvas.height] = [columns, rows];
  const context = canvas.getContext("2d");
  const image = context.createImageData(columns, rows);
  const [accent, hot] = [colours.accent, colours.hot].map((colour) => channels(context, colour));
  for (let i = 0, at = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++, at += 4) {
      const value = shade(i, j);
      if (Number.isNaN(value)) continue;
      const colour = value < 0 ? hot : accent;
      image.data[at] = colour[0];
      image.data[at + 1] = colour[1];
      image.data[at + 2] = colour[2];
      image.data[at + 3] = 255 * (faint + (1 - faint) * Math.min(1, Math.abs(value)));
    }
  }
  context.putImageData(image, 0, 0);
  return canvas;
}

// Any CSS colour without transparency -> [red, green, blue]; a canvas turns it into #rrggbb.
function channels(context, colour) {
  context.fillStyle = colour;
  return [1, 3, 5].map((at) => parseInt(context.fillStyle.slice(at, at + 2), 16));
}

// A square picture of cells at (x, y), with fine lines between cells that are large enough.
function drawCells(context, picture, x, y, size) {
  const n = picture.width;
  const cell = size / n;
  context.imageSmoothingEnabled = cell < 1;
  context.drawImage(picture, x, y, size, size);
  if (cell <= 8) return;
  for (let k = 1; k <= n; k++) {
    context.clearRect(x + k * cell - 1, y, 1, size);
    context.clearRect(x, y + k * cell - 1, size, 1);
  }
}

function outline(context, colour, lineWidth, x, y, width, height = width) {
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.strokeRect(x, y, width, height);
}

// Slanted lines over the half above the diagonal of n x n cells, which the mask sets to minus infinity.
function hatchMasked(context, x, y, width, height, n, colours) {
  const [cell, row] = [width / n, height / n];
  context.save();
  context.beginPath();
  context.moveTo(x + width, y);
  for (let i = 0; i < n; i++) {
    context.lineTo(x + (i + 1) * cell, y + i * row);
    context.lineTo(x + (i + 1) * cell, y + (i + 1) * row);
  }
  context.clip();
  context.strokeStyle = colours.line;
  context.lineWidth = 1.2;
  slantedLines(context, x, y, width, height, 6);
  context.restore();
}
