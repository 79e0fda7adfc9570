// What charts of lines over the stages of a model share; each names its own EDGE.

function stageAt(x, count, width) {
  const across = (width - EDGE.left - EDGE.right) / Math.max(1, count - 1);
  return clamp(Math.round((x - EDGE.left) / across), 0, count - 1);
}

function stroke(context, points) {
  context.beginPath();
  for (const point of points) context.lineTo(...point);
  context.stroke();
}
