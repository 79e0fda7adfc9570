// Grids of a text's tokens as columns, wider than the window where there are many: the names of the rows stay in view.

const FEW = 20; // columns that fit a window side by side

// `narrow` and `wide` are the least widths of a column among few and among many, in em.
function layColumns(grid, count, narrow, wide) {
  const least = count > FEW ? wide : narrow;
  grid.style.gridTemplateColumns = `max-content repeat(${count}, minmax(${least}em, 1fr))`;
  grid.style.minWidth = `calc(${count} * (${least}em + 2px) + 9em)`; // what is stuck to the left ends with the grid
}

// Scrolls a column to where it can be seen, beside the names.
function keepInView(scroller, cell) {
  if (!cell) return;
  const edge = scroller.querySelector(".label").offsetWidth;
  const [left, right] = [cell.offsetLeft, cell.offsetLeft + cell.offsetWidth];
  if (left - edge < scroller.scrollLeft) scroller.scrollLeft = left - edge - 4;
  if (right > scroller.scrollLeft + scroller.clientWidth) scroller.scrollLeft = right - scroller.clientWidth + 4;
}
