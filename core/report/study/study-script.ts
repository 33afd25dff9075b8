/** Browser script of a study's page: history, slices, contour, heat map and Pareto front on canvases, redrawn when size or theme change. */
export const studyScript = String.raw`
const data = JSON.parse(document.getElementById('data').textContent);
const sign = data.objectives[0].isMaximised ? 1 : -1;
const done = data.trials.filter((t) => t.state === 'complete');
const better = (a, b) => sign * (a - b) > 0;
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const probe = document.createElement('span');
document.body.append(probe);
// Canvas knows no light-dark(): the browser resolves it for an element.
const colour = (name) => { probe.style.color = 'var(' + name + ')'; return getComputedStyle(probe).color; };
const quantile = (xs, q) => { const s = [...xs].sort((a, b) => a - b); return s[Math.min(s.length - 1, Math.max(0, Math.round(q * (s.length - 1))))]; };
// Runs without trades lie far off: axes show where nine in ten trials are, others at the edge.
function rangeOf(values) {
  if (values.length === 0) return [0, 1];
  let low = quantile(values, sign > 0 ? 0.08 : 0), high = quantile(values, sign > 0 ? 1 : 0.92);
  if (!(high > low)) { low -= Math.abs(low) * 0.1 + 1e-9; high += Math.abs(high) * 0.1 + 1e-9; }
  const room = (high - low) * 0.06;
  return [low - room, high + room];
}
const plain = (x) => Math.abs(x) >= 1000 ? x.toFixed(0) : String(Number(x.toPrecision(3)));
const charts = [];
const tip = document.getElementById('tip');
// A chart: draw(context, width, height) returns the points that the pointer can find.
function chart(canvas, draw) {
  const redraw = () => {
    const ratio = devicePixelRatio || 1, width = canvas.clientWidth, height = canvas.clientHeight;
    if (width === 0) return;
    canvas.width = width * ratio; canvas.height = height * ratio;
    const c = canvas.getContext('2d');
    c.scale(ratio, ratio);
    c.font = '11px system-ui, sans-serif';
    canvas.points = draw(c, width, height) || [];
  };
  new ResizeObserver(redraw).observe(canvas);
  charts.push(redraw);
  canvas.addEventListener('pointermove', (e) => {
    const box = canvas.getBoundingClientRect(), x = e.clientX - box.left, y = e.clientY - box.top;
    let near = null, best = 144;
    for (const p of canvas.points) { const d = (p.x - x) ** 2 + (p.y - y) ** 2; if (d < best) { best = d; near = p; } }
    tip.hidden = near === null;
    if (!near) return;
    tip.textContent = near.text;
    tip.style.left = Math.min(e.clientX + 14, innerWidth - tip.offsetWidth - 8) + 'px';
    tip.style.top = (e.clientY + 14) + 'px';
  });
  canvas.addEventListener('pointerleave', () => { tip.hidden = true; });
}
onTheme.push(() => charts.forEach((redraw) => redraw()));
const about = (t) => '#' + t.number + '  ' + data.objectives.map((o, i) => o.name + ' ' + plain(t.values[i])).join('  ') + '\n' + t.params;
// Round values inside a range: by 1, 2 or 5 of a power of ten.
function roundTicks(low, high, most, least) {
  const rough = (high - low) / most, unit = 10 ** Math.floor(Math.log10(rough)), times = rough / unit;
  const step = Math.max(least || 0, (times > 5 ? 10 : times > 2 ? 5 : times > 1 ? 2 : 1) * unit);
  const digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9)), out = [];
  for (let k = Math.ceil(low / step - 1e-9); k * step <= high + step * 1e-9; k++) out.push({ at: (k * step - low) / (high - low), text: (k * step + 0).toFixed(digits) });
  return out;
}
const even = (texts) => texts.map((text, k) => ({ at: texts.length === 1 ? 0.5 : k / (texts.length - 1), text: String(text) }));
const box = (w, h) => ({ left: 52, top: 10, right: w - 12, bottom: h - 30 });
function frame(c, b, [low, high], xTicks, xName) {
  c.strokeStyle = colour('--line'); c.fillStyle = colour('--dim'); c.lineWidth = 1;
  c.textAlign = 'right'; c.textBaseline = 'middle';
  for (const { at, text } of roundTicks(low, high, (b.bottom - b.top) / 34)) {
    const y = b.bottom - at * (b.bottom - b.top);
    c.beginPath(); c.moveTo(b.left, Math.round(y) + 0.5); c.lineTo(b.right, Math.round(y) + 0.5); c.stroke();
    c.fillText(text, b.left - 6, y);
  }
  c.textBaseline = 'top';
  for (const { at, text } of xTicks) {
    c.textAlign = at < 0.02 ? 'left' : at > 0.98 ? 'right' : 'center';
    c.fillText(text.slice(0, 14), b.left + at * (b.right - b.left), b.bottom + 4);
  }
  c.textAlign = 'center';
  if (xName) c.fillText(xName, (b.left + b.right) / 2, b.bottom + 17);
}
const clamp = (x, a, b) => Math.min(b, Math.max(a, x));
const yOf = (b, [low, high], v) => b.bottom - clamp((v - low) / (high - low), -0.01, 1.01) * (b.bottom - b.top);
function dot(c, x, y, r, fill) { c.fillStyle = fill; c.beginPath(); c.arc(x, y, r, 0, 7); c.fill(); }
const alpha = (rgb, a) => 'color-mix(in srgb, ' + rgb + ' ' + Math.round(a * 100) + '%, transparent)';
const feasible = done.filter((t) => t.isFeasible);
const values = (feasible.length ? feasible : done).map((t) => t.values[0]);
const range = rangeOf(values);
const ranked = [...values].sort((a, b) => a - b);
const history = document.getElementById('history');
if (history) chart(history, (c, w, h) => {
  const b = box(w, h), n = Math.max(1, data.trials.length - 1), points = [];
  frame(c, b, range, roundTicks(0, n, w / 90, 1), 'trial');
  const x = (t) => b.left + (t.number / n) * (b.right - b.left);
  const [accent, down, dim] = [colour('--accent'), colour('--down'), colour('--dim')];
  for (const t of data.trials) {
    if (t.state === 'failed') { c.fillStyle = down; c.fillRect(x(t) - 1, b.bottom - 6, 2, 6); points.push({ x: x(t), y: b.bottom - 3, text: '#' + t.number + ' failed' }); continue; }
    if (t.state !== 'complete') { c.fillStyle = dim; c.fillRect(x(t) - 1, b.bottom - 4, 2, 4); points.push({ x: x(t), y: b.bottom - 2, text: '#' + t.number + ' ' + t.state }); continue; }
    const y = yOf(b, range, t.values[0]);
    dot(c, x(t), y, 2.6, t.isFeasible ? alpha(accent, 0.55) : alpha(dim, 0.35));
    points.push({ x: x(t), y, text: about(t) });
  }
  c.strokeStyle = colour('--up'); c.lineWidth = 2; c.beginPath();
  let best = null;
  for (const t of feasible) {
    if (best === null || better(t.values[0], best)) {
      if (best !== null) c.lineTo(x(t), yOf(b, range, best));
      best = t.values[0];
      if (t === feasible[0]) c.moveTo(x(t), yOf(b, range, best)); else c.lineTo(x(t), yOf(b, range, best));
    }
  }
  if (best !== null) c.lineTo(b.right, yOf(b, range, best));
  c.stroke();
  return points;
});
document.querySelectorAll('canvas[data-slice]').forEach((canvas) => chart(canvas, (c, w, h) => {
  const d = Number(canvas.dataset.slice), axis = data.axes[d], b = box(w, h), points = [];
  frame(c, b, range, even(axis.categories || axis.ticks), '');
  const accent = colour('--accent'), dim = colour('--dim'), n = Math.max(1, data.trials.length);
  for (const t of done) {
    if (t.at[d] === null) continue;
    const cats = axis.categories ? axis.categories.length : 0;
    // Categories are spread a little sideways, by the trial's number, so that they do not hide each other.
    const share = cats ? (cats === 1 ? 0.5 : Math.min(cats - 1, Math.floor(t.at[d] * cats)) / (cats - 1)) + ((t.number * 0.618) % 1 - 0.5) * 0.05 : t.at[d];
    const x = b.left + clamp(share, 0, 1) * (b.right - b.left), y = yOf(b, range, t.values[0]);
    dot(c, x, y, 2.4, t.isFeasible ? alpha(accent, 0.25 + 0.65 * (t.number / n)) : alpha(dim, 0.35));
    points.push({ x, y, text: about(t) });
  }
  const star = data.trials[data.best];
  if (star && star.at[d] !== null) { const cats = axis.categories ? axis.categories.length : 0; const share = cats > 1 ? Math.min(cats - 1, Math.floor(star.at[d] * cats)) / (cats - 1) : cats ? 0.5 : star.at[d]; dot(c, b.left + share * (b.right - b.left), yOf(b, range, star.values[0]), 4.5, colour('--up')); }
  return points;
}));
// Colour of a value: from bad (down) over neutral, which is not the colour of nothing, to good (up).
function heat(v) {
  // By rank, so that a few bad trials do not make all others look alike.
  let below = 0; while (below < ranked.length && ranked[below] < v) below++;
  const share = below / Math.max(1, ranked.length - 1), good = clamp(sign > 0 ? share : 1 - share, 0, 1);
  return good >= 0.5 ? 'color-mix(in oklab, ' + colour('--up') + ' ' + Math.round((good - 0.5) * 170) + '%, ' + colour('--line') + ')' : 'color-mix(in oklab, ' + colour('--down') + ' ' + Math.round((0.5 - good) * 170) + '%, ' + colour('--line') + ')';
}
const selects = ['axis-x', 'axis-y'].map((id) => document.getElementById(id));
const plane = () => selects.map((s) => Number(s.value));
const inPlane = (dx, dy) => done.filter((t) => t.at[dx] !== null && t.at[dy] !== null);
function planeFrame(c, w, h, dx, dy) {
  const b = { left: 70, top: 24, right: w - 12, bottom: h - 34 };
  const [ax, ay] = [data.axes[dx], data.axes[dy]];
  c.fillStyle = colour('--dim'); c.textBaseline = 'top';
  const xs = ax.categories || ax.ticks, ys = ay.categories || ay.ticks;
  const place = (axis, k, n) => axis.categories ? (k + 0.5) / n : n === 1 ? 0.5 : k / (n - 1);
  xs.forEach((text, k) => { const s = place(ax, k, xs.length); c.textAlign = ax.categories ? 'center' : k === 0 ? 'left' : k === xs.length - 1 ? 'right' : 'center'; c.fillText(String(text).slice(0, 12), b.left + s * (b.right - b.left), b.bottom + 4); });
  c.textAlign = 'center'; c.fillText(ax.name, (b.left + b.right) / 2, b.bottom + 19);
  c.textAlign = 'left'; c.fillText(ay.name, 0, 4);
  c.textAlign = 'right'; c.textBaseline = 'middle';
  ys.forEach((text, k) => c.fillText(String(text).slice(0, 9), b.left - 6, b.bottom - place(ay, k, ys.length) * (b.bottom - b.top)));
  return b;
}
function pointsOf(b, trials, dx, dy, c) {
  const points = [];
  for (const t of trials) {
    const x = b.left + t.at[dx] * (b.right - b.left), y = b.bottom - t.at[dy] * (b.bottom - b.top);
    if (c) { dot(c, x, y, 2, alpha(colour('--text'), 0.5)); }
    points.push({ x, y, text: about(t) });
  }
  const star = data.trials[data.best];
  if (c && star && star.at[dx] !== null && star.at[dy] !== null) {
    const x = b.left + star.at[dx] * (b.right - b.left), y = b.bottom - star.at[dy] * (b.bottom - b.top);
    c.strokeStyle = colour('--text'); c.lineWidth = 2; c.beginPath(); c.arc(x, y, 6, 0, 7); c.stroke();
  }
  return points;
}
const contour = document.getElementById('contour');
if (contour) chart(contour, (c, w, h) => {
  const [dx, dy] = plane(), b = planeFrame(c, w, h, dx, dy), trials = inPlane(dx, dy), N = 44;
  // Values between the trials: weighted by the inverse fourth power of the distance; cells far from every trial stay empty.
  for (let i = 0; i < N; i++) for (let j = 0; j < N; j++) {
    const u = (i + 0.5) / N, v = (j + 0.5) / N;
    let sum = 0, weight = 0, near = 9;
    for (const t of trials) {
      const d = (t.at[dx] - u) ** 2 + (t.at[dy] - v) ** 2;
      near = Math.min(near, d);
      const k = 1 / (d * d + 1e-6);
      sum += k * clamp(t.values[0], range[0], range[1]); weight += k;
    }
    if (near > 0.03) continue;
    c.fillStyle = heat(sum / weight);
    const x = b.left + (i / N) * (b.right - b.left), y = b.bottom - ((j + 1) / N) * (b.bottom - b.top);
    c.fillRect(x, y, (b.right - b.left) / N + 0.7, (b.bottom - b.top) / N + 0.7);
  }
  return pointsOf(b, trials, dx, dy, c);
});
const map = document.getElementById('heat');
if (map) chart(map, (c, w, h) => {
  const [dx, dy] = plane(), b = planeFrame(c, w, h, dx, dy), trials = inPlane(dx, dy);
  const cells = (axis) => axis.categories ? axis.categories.length : 10;
  const nx = cells(data.axes[dx]), ny = cells(data.axes[dy]), sums = new Map();
  for (const t of trials) {
    const key = Math.min(nx - 1, Math.floor(t.at[dx] * nx)) + ',' + Math.min(ny - 1, Math.floor(t.at[dy] * ny));
    const list = sums.get(key) || []; list.push(t.values[0]); sums.set(key, list);
  }
  const points = [];
  for (const [key, list] of sums) {
    const [i, j] = key.split(',').map(Number), median = quantile(list, 0.5);
    const x = b.left + (i / nx) * (b.right - b.left), y = b.bottom - ((j + 1) / ny) * (b.bottom - b.top), cw = (b.right - b.left) / nx, ch = (b.bottom - b.top) / ny;
    c.fillStyle = heat(median); c.fillRect(x + 1, y + 1, cw - 2, ch - 2);
    if (cw > 34 && ch > 14) { c.fillStyle = colour('--text'); c.textAlign = 'center'; c.textBaseline = 'middle'; c.fillText(plain(median), x + cw / 2, y + ch / 2); }
    points.push({ x: x + cw / 2, y: y + ch / 2, text: 'median ' + plain(median) + ' of ' + list.length + ' trials' });
  }
  return points;
});
selects.forEach((s) => s && s.addEventListener('change', () => charts.forEach((redraw) => redraw())));
const pareto = document.getElementById('pareto');
if (pareto) chart(pareto, (c, w, h) => {
  const b = box(w, h), front = new Set(data.front), points = [];
  const flip = data.objectives[1].isMaximised ? 1 : -1;
  const xs = feasible.map((t) => t.values[1]);
  const xr = [quantile(xs, flip > 0 ? 0.05 : 0), quantile(xs, flip > 0 ? 1 : 0.95)];
  if (!(xr[1] > xr[0])) xr[1] = xr[0] + 1e-9;
  frame(c, b, range, roundTicks(xr[0], xr[1], w / 90), data.objectives[1].name);
  const [accent, up] = [colour('--accent'), colour('--up')];
  for (const t of feasible) {
    const x = b.left + clamp((t.values[1] - xr[0]) / (xr[1] - xr[0]), 0, 1) * (b.right - b.left), y = yOf(b, range, t.values[0]);
    dot(c, x, y, front.has(t.number) ? 4.5 : 2.4, front.has(t.number) ? up : alpha(accent, 0.4));
    points.push({ x, y, text: about(t) });
  }
  return points;
});
`;
