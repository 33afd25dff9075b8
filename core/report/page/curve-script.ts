/** Browser script: the chart of equity, drawdown and exposure. Also holds what both charts share. */
export const curveScript = `
const { createChart, LineSeries, AreaSeries, CandlestickSeries } = LightweightCharts;
const data = JSON.parse(document.getElementById('data').textContent);
const palette = () => isDark()
  ? { text: '#8f9bad', line: '#222a35', edge: '#28303c', accent: '#6f9dff', held: '#b99a5b', up: '#3cc8c8', down: '#f0655f', stop: '#ffb454', exposure: '#9a86e8' }
  : { text: '#5c6877', line: '#eef1f5', edge: '#e1e6ee', accent: '#2457d6', held: '#a8812f', up: '#067f8a', down: '#c92a3f', stop: '#d97706', exposure: '#7158d1' };
const FEATURES = ['#4f8ef7', '#e08a2e', '#a66bd4', '#1fa3a3', '#d4568c', '#7f9a2f', '#8b7355', '#5b6ee1', '#c7503c', '#3d9a5f', '#9a7fd1', '#b8952a'];
function newChart(element, name) {
  const chart = createChart(element, { autoSize: true, ...look() });
  const scale = chart.timeScale();
  const see = (from, to) => scale.setVisibleLogicalRange({ from, to });
  const seen = (then) => { const range = scale.getVisibleLogicalRange(); if (range) then(range.from, range.to); };
  reach(element, name, {
    pan: (share) => seen((from, to) => see(from + share * (to - from), to + share * (to - from))),
    zoom: (k) => seen((from, to) => see((from + to - k * (to - from)) / 2, (from + to + k * (to - from)) / 2)),
    all: () => scale.fitContent(),
  });
  onTheme.push(() => chart.applyOptions(look()));
  return chart;
}
function look() {
  const p = palette();
  return {
    layout: { background: { color: 'transparent' }, textColor: p.text, fontSize: 11, panes: { separatorColor: p.edge, separatorHoverColor: p.edge }, attributionLogo: false },
    grid: { vertLines: { color: p.line }, horzLines: { color: p.line } },
    rightPriceScale: { borderColor: p.edge },
    timeScale: { borderColor: p.edge, timeVisible: true, secondsVisible: false, minBarSpacing: 0.02 },
    crosshair: { mode: 0 },
    // A finger that moves up or down scrolls the page.
    handleScroll: { vertTouchDrag: false },
    localization: { timeFormatter: stamp },
  };
}
function stamp(seconds) {
  return new Date(seconds * 1000).toISOString().slice(0, 16).replace('T', ' ');
}
function alpha(hex, share) {
  return hex + Math.round(share * 255).toString(16).padStart(2, '0');
}
const plain = (x) => x === null || x === undefined ? '–' : Math.abs(x) >= 1000 ? x.toLocaleString('en-US', { maximumFractionDigits: 2 }) : String(Number(x.toPrecision(6)));
function label(color, name, value) {
  const item = document.createElement('span');
  if (color) { const dot = document.createElement('i'); dot.style.background = color; item.append(dot); }
  item.append(name + (value === undefined ? '' : ' ' + value));
  return item;
}
function drawCurve() {
  const element = document.getElementById('curve');
  const legend = document.getElementById('curve-legend');
  const { curve } = data;
  if (curve.t.length === 0) return element.replaceChildren('No points to draw.');
  const chart = newChart(element, 'Account, buy and hold, drawdown and exposure over time.');
  const points = (values) => curve.t.map((time, i) => ({ time, value: values[i] }));
  const quiet = { priceLineVisible: false, crosshairMarkerRadius: 3 };
  const percent = { type: 'custom', minMove: 0.01, formatter: (v) => v.toFixed(1) + ' %' };
  // An area means its height: it stands on zero, also where it has none.
  const fromZero = (own) => { const info = own(); if (info !== null) info.priceRange = { minValue: 0, maxValue: info.priceRange.maxValue || 1 }; return info; };
  const money = { type: 'custom', minMove: 1e-8, formatter: plain };
  // From the fourth on: the first are near the colours of the account and of what is held.
  const faint = (k) => alpha(FEATURES[(k + 3) % FEATURES.length], 0.8);
  for (const [k, one] of data.alone.entries())
    chart.addSeries(LineSeries, { ...quiet, color: faint(k), lineWidth: 1, lineStyle: 2, priceFormat: money, lastValueVisible: false })
      .setData(curve.t.map((time, i) => one.equity[i] === null ? { time } : { time, value: one.equity[i] }));
  const held = chart.addSeries(LineSeries, { ...quiet, lineWidth: 1, priceFormat: money });
  const equity = chart.addSeries(LineSeries, { ...quiet, lineWidth: 2, priceFormat: money });
  const heldFall = chart.addSeries(LineSeries, { ...quiet, lineWidth: 1, priceFormat: percent, lastValueVisible: false }, 1);
  const fall = chart.addSeries(AreaSeries, { ...quiet, lineWidth: 1, priceFormat: percent, invertFilledArea: true }, 1);
  const exposure = chart.addSeries(AreaSeries, { ...quiet, lineWidth: 1, priceFormat: percent, lineType: 1, autoscaleInfoProvider: fromZero }, 2);
  held.setData(points(curve.held));
  equity.setData(points(curve.equity));
  heldFall.setData(points(curve.heldDrawdown));
  fall.setData(points(curve.drawdown));
  exposure.setData(points(curve.exposure));
  chart.panes().forEach((pane, i) => pane.setStretchFactor([5, 2, 1.2][i]));
  fall.priceScale().applyOptions({ scaleMargins: { top: 0.05, bottom: 0.08 } });
  exposure.priceScale().applyOptions({ scaleMargins: { top: 0.2, bottom: 0 } });
  if (data.outOfSampleFrom) equity.attachPrimitive(verticalLine(() => chart, data.outOfSampleFrom, curve.t));
  const style = () => {
    const p = palette();
    held.applyOptions({ color: p.held });
    equity.applyOptions({ color: p.accent });
    heldFall.applyOptions({ color: alpha(p.held, 0.7) });
    fall.applyOptions({ lineColor: p.down, topColor: alpha(p.down, 0.28), bottomColor: alpha(p.down, 0.28) });
    exposure.applyOptions({ lineColor: p.exposure, topColor: alpha(p.exposure, 0.35), bottomColor: alpha(p.exposure, 0.05) });
    show(curve.t.length - 1);
  };
  const show = (i) => {
    const p = palette();
    legend.replaceChildren(
      label('', stamp(curve.t[i]) + ' UTC'),
      label(p.accent, 'account', plain(curve.equity[i]) + ' ' + data.currency),
      ...data.alone.map((one, k) => label(faint(k), one.name + ' alone', plain(one.equity[i]))),
      label(p.held, 'buy and hold', plain(curve.held[i])),
      label(p.down, 'drawdown', curve.drawdown[i].toFixed(2) + ' %'),
      label(p.exposure, 'exposure', curve.exposure[i].toFixed(1) + ' %'),
    );
  };
  chart.subscribeCrosshairMove((move) => show(move.time === undefined ? curve.t.length - 1 : floorIndex(curve.t, move.time)));
  const log = document.getElementById('curve-log');
  log.addEventListener('click', () => {
    const on = log.getAttribute('aria-pressed') !== 'true';
    log.setAttribute('aria-pressed', String(on));
    equity.priceScale().applyOptions({ mode: on ? 1 : 0 });
  });
  onTheme.push(style);
  style();
  chart.timeScale().fitContent();
}
function floorIndex(times, time) {
  let low = 0;
  let high = times.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (times[middle] <= time) low = middle + 1;
    else high = middle;
  }
  return Math.max(0, low - 1);
}
// A primitive of the chart library: draw(context, width, height, ratio) on a canvas in device pixels.
function primitive(draw) {
  const view = { renderer: () => ({ draw: (target) => target.useBitmapCoordinateSpace((s) => draw(s.context, s.bitmapSize.width, s.bitmapSize.height, s.horizontalPixelRatio, s.verticalPixelRatio)) }) };
  return { paneViews: () => [view], updateAllViews() {} };
}
function verticalLine(chart, time, times) {
  return primitive((context, width, height, ratio) => {
    const x = chart().timeScale().logicalToCoordinate(floorIndex(times, time));
    if (x === null) return;
    const p = palette();
    context.fillStyle = p.stop;
    context.fillRect(Math.round(x * ratio), 0, Math.max(1, ratio), height);
    context.font = 11 * ratio + 'px sans-serif';
    const text = 'out-of-sample →';
    const room = context.measureText(text).width + 6 * ratio;
    context.fillText(text, x * ratio + room < width ? (x + 6) * ratio : x * ratio - room, 14 * ratio);
  });
}
`;
