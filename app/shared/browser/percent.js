// As app.shared.theme.percent writes it.
function percent(chance) {
  if (chance >= 0.0995) return `${(100 * chance).toFixed(0)} %`;
  if (chance >= 0.0001) return `${Number((100 * chance).toPrecision(chance >= 0.001 ? 2 : 1))} %`;
  return chance === 0 ? "0 %" : "< 0.01 %";
}
