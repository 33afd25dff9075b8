/** Browser script: one pair's candles with features on panes, entries, exits and stop lines, and the pair selector. */
export const candleScript = `
// Times come as steps, which are shorter than times.
for (const pair of data.pairs) for (let i = 1; i < pair.t.length; i++) pair.t[i] += pair.t[i - 1];
const candles = { chart: null, pair: null, focus: -1, mark: 0 };
function drawPair(index) {
  const element = document.getElementById('candles');
  const pair = data.pairs[index];
  if (candles.chart) { candles.chart.remove(); onTheme.splice(candles.mark); }
  element.replaceChildren();
  candles.mark = onTheme.length;
  candles.pair = pair;
  if (!pair || pair.t.length === 0) return element.replaceChildren('No candles were kept for this pair.');
  const chart = (candles.chart = newChart(element, 'Candles and trades of ' + pair.pair + '.'));
  const typical = pair.c[pair.c.length - 1];
  const digits = typical > 0 ? Math.max(0, Math.min(16, 5 - Math.ceil(Math.log10(typical)))) : 8;
  const series = chart.addSeries(CandlestickSeries, { priceFormat: { type: 'custom', minMove: 10 ** -digits, formatter: (v) => v.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }) }, priceLineVisible: false, borderVisible: false });
  series.setData(pair.t.map((time, i) => ({ time, open: pair.o[i], high: pair.h[i], low: pair.l[i], close: pair.c[i] })));
  pair.features.forEach((feature, k) => {
    const line = chart.addSeries(LineSeries, { color: FEATURES[k % FEATURES.length], lineWidth: 1, priceLineVisible: false, lastValueVisible: false, crosshairMarkerVisible: false }, feature.pane);
    line.setData(pair.t.map((time, i) => feature.values[i] === null ? { time } : { time, value: feature.values[i] }));
  });
  chart.panes().forEach((pane, i) => pane.setStretchFactor(i === 0 ? 4 : 1));
  series.attachPrimitive(tradeMarks(chart, series, pair));
  const style = () => {
    const p = palette();
    series.applyOptions({ upColor: p.up, downColor: p.down, wickUpColor: p.up, wickDownColor: p.down });
    describe(pair.t.length - 1, false);
  };
  const describe = (i, isHover) => {
    const p = palette();
    const parts = [label('', stamp(pair.t[i]) + ' UTC'), label('', 'O ' + plain(pair.o[i]) + '  H ' + plain(pair.h[i]) + '  L ' + plain(pair.l[i]) + '  C ' + plain(pair.c[i]))];
    pair.features.forEach((f, k) => parts.push(label(FEATURES[k % FEATURES.length], f.name, plain(f.values[i]))));
    if (isHover) {
      const until = i + 1 < pair.t.length ? pair.t[i + 1] : Infinity;
      const near = pair.trades.filter((t) => (t[1] >= pair.t[i] && t[1] < until) || (t[2] >= pair.t[i] && t[2] < until)).slice(0, 3);
      for (const t of near) parts.push(label(t[6] >= 0 ? p.up : p.down, '#' + t[0] + (t[3] > 0 ? ' long ' : ' short ') + data.words[t[9]] + ' → ' + data.words[t[10]], (t[6] > 0 ? '+' : '') + plain(t[6]) + ' ' + data.currency));
    }
    document.getElementById('candle-legend').replaceChildren(...parts);
  };
  chart.subscribeCrosshairMove((move) => move.time === undefined ? describe(pair.t.length - 1, false) : describe(floorIndex(pair.t, move.time), true));
  onTheme.push(style);
  style();
  const note = [];
  if (pair.step > 1) note.push('Each bar is ' + pair.step + ' candles merged: tidegate plot with a shorter --timerange shows each.');
  if (pair.undrawn) note.push(pair.undrawn.toLocaleString('en-US') + ' trades are not drawn.');
  if (pair.empty.length) note.push('Without a value: ' + pair.empty.join(', ') + '.');
  if (pair.omitted.length) note.push('No room for: ' + pair.omitted.join(', ') + '.');
  document.getElementById('candle-note').textContent = note.join(' ');
  // The last trade is in view.
  const last = pair.trades.reduce((most, t) => Math.max(most, t[2]), 0);
  const n = last > 0 ? Math.min(pair.t.length, floorIndex(pair.t, last) + 40) : pair.t.length;
  chart.timeScale().setVisibleLogicalRange({ from: Math.max(-1, n - 320), to: n + 4 });
}
function tradeMarks(chart, series, pair) {
  // Positions on the time axis, once; prices become pixels at each drawing.
  const marks = pair.trades.map((t) => ({ t, from: floorIndex(pair.t, t[1]), to: floorIndex(pair.t, t[2]) }));
  return primitive((context, width, height, hr, vr) => {
    const range = chart.timeScale().getVisibleLogicalRange();
    if (!range) return;
    const p = palette();
    const visible = marks.filter((m) => m.to >= range.from - 1 && m.from <= range.to + 1);
    const isDense = visible.length > 250;
    const x = (index) => chart.timeScale().logicalToCoordinate(index) * hr;
    const y = (price) => series.priceToCoordinate(price) * vr;
    const size = (isDense ? 3.5 : 6) * hr;
    for (const { t, from, to } of visible) {
      const [x1, x2, y1, y2] = [x(from), x(to), y(t[4]), y(t[5])];
      const tone = t[6] >= 0 ? p.up : p.down;
      if (!isDense) {
        context.lineWidth = Math.max(1, hr);
        context.strokeStyle = p.stop;
        context.setLineDash([4 * hr, 3 * hr]);
        const stops = t[8] !== null && t[8] !== t[7] ? [t[7], t[8]] : [t[7]];
        for (const stop of stops) if (stop !== null) line(context, x1, y(stop), Math.max(x2, x1 + 6 * hr), y(stop));
        context.setLineDash([]);
        context.lineWidth = 1.5 * hr;
        context.strokeStyle = tone;
        line(context, x1, y1, x2, y2);
      }
      triangle(context, x1, y1, size, t[3], p.accent);
      context.fillStyle = tone;
      context.beginPath();
      context.arc(x2, y2, size * 0.6, 0, 2 * Math.PI);
      context.fill();
      if (t[0] === candles.focus) {
        context.lineWidth = 2 * hr;
        context.strokeStyle = p.accent;
        context.strokeRect(x1 - 10 * hr, Math.min(y1, y2) - 14 * hr, x2 - x1 + 20 * hr, Math.abs(y2 - y1) + 28 * hr);
      }
    }
  });
}
function line(context, x1, y1, x2, y2) {
  context.beginPath();
  context.moveTo(x1, y1);
  context.lineTo(x2, y2);
  context.stroke();
}
function triangle(context, x, y, size, direction, color) {
  context.fillStyle = color;
  context.beginPath();
  context.moveTo(x, y);
  context.lineTo(x - size, y + direction * size * 1.6);
  context.lineTo(x + size, y + direction * size * 1.6);
  context.fill();
}
const select = document.getElementById('pair');
data.pairs.forEach((pair, i) => select.append(new Option(pair.pair + ' (' + (pair.trades.length + pair.undrawn).toLocaleString('en-US') + (pair.trades.length + pair.undrawn === 1 ? ' trade)' : ' trades)'), String(i))));
select.addEventListener('change', () => drawPair(Number(select.value)));
document.getElementById('candle-all').addEventListener('click', () => candles.chart && candles.chart.timeScale().fitContent());
const list = document.getElementById('trades');
function showTrade(row) {
  const index = data.pairs.findIndex((pair) => pair.pair === row.cells[1].textContent);
  if (index < 0) return;
  if (candles.pair !== data.pairs[index]) { select.value = String(index); drawPair(index); }
  if (!candles.chart) return;
  candles.focus = Number(row.cells[0].dataset.v);
  const [from, to] = [3, 4].map((cell) => floorIndex(candles.pair.t, Number(row.cells[cell].dataset.v) / 1000));
  const room = Math.max(30, to - from);
  candles.chart.timeScale().setVisibleLogicalRange({ from: from - room, to: to + room });
  document.getElementById('market').scrollIntoView({ behavior: 'smooth', block: 'start' });
}
if (list) {
  const body = list.tBodies[0];
  body.addEventListener('click', (event) => showTrade(event.target.closest('tr')));
  // By keyboard: Tab comes to the list, arrows go through its rows, Enter shows one.
  body.tabIndex = 0;
  body.addEventListener('keydown', (event) => {
    const row = document.activeElement.closest('#trades tbody tr');
    if (event.key === 'Enter' && row) return showTrade(row);
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return;
    const shown = [...body.rows].filter((one) => !one.hidden);
    const next = shown[shown.indexOf(row) + (event.key === 'ArrowDown' ? 1 : -1)];
    if (!next) return;
    next.tabIndex = -1;
    next.focus();
    event.preventDefault();
  });
}
drawCurve();
drawPair(0);
`;
