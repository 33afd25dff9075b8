/**
 * The script of the page: draws on canvases, one time axis for all. No library. Ctrl and the wheel zoom, dragging moves, a double click shows all.
 * It reads the data from the element `#data`.
 */
export const tickScript = `
const data = JSON.parse(document.getElementById('data').textContent);
const css = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const probe = document.createElement('span'); document.body.append(probe);
const colour = (name) => { probe.style.color = 'var(--' + name + ')'; return getComputedStyle(probe).color; };
const time = data.time;
const full = [time[0] ?? 0, time[time.length - 1] ?? 1];
let view = [...full];
const panels = [];
const chooser = document.getElementById('feature');
const names = { heat: 'Book, own orders and fills over time.', inventory: 'Inventory over time.', pnl: 'Result and its parts over time.', queue: 'Amount ahead of own quotes over time.', features: 'A feature over time.' };
function panel(id, draw) {
  const canvas = document.getElementById(id);
  if (!canvas) return;
  const line = document.createElement('i');
  line.className = 'cursor';
  line.hidden = true;
  canvas.parentElement.append(line);
  panels.push({ canvas, draw, line });
  let drag = null;
  const toTime = (e) => {
    const box = canvas.getBoundingClientRect();
    return view[0] + (view[1] - view[0]) * Math.max(0, Math.min(1, (e.clientX - box.left - PAD) / (box.width - PAD - RIGHT)));
  };
  reach(canvas, names[id], {
    pan: (share) => move(view, share * (view[1] - view[0])),
    zoom: (k) => zoom((view[0] + view[1]) / 2, k),
    all: () => { view = [...full]; redraw(); },
  });
  canvas.addEventListener('wheel', (e) => {
    e.preventDefault();
    if (e.deltaX) move(view, e.deltaX / canvas.clientWidth * (view[1] - view[0]));
    else zoom(toTime(e), e.deltaY > 0 ? 1.25 : 0.8);
  }, { passive: false });
  canvas.addEventListener('pointerdown', (e) => { drag = { x: e.clientX, view: [...view] }; canvas.setPointerCapture(e.pointerId); });
  for (const name of ['pointerup', 'pointercancel']) canvas.addEventListener(name, () => { drag = null; });
  canvas.addEventListener('pointermove', (e) => {
    if (!drag) return point(toTime(e));
    move(drag.view, -(e.clientX - drag.x) / (canvas.clientWidth - PAD - RIGHT) * (drag.view[1] - drag.view[0]));
  });
  canvas.addEventListener('pointerleave', () => point(null));
  canvas.addEventListener('dblclick', () => { view = [...full]; redraw(); });
}
function move([low, high], by) {
  const room = Math.max(full[0] - low, Math.min(full[1] - high, by));
  view = [low + room, high + room];
  redraw();
}
function zoom(at, k) {
  view = [Math.max(full[0], at - (at - view[0]) * k), Math.min(full[1], at + (view[1] - at) * k)];
  redraw();
}
// What stood at a moment, in words, and a line through all panels; the last moment where the pointer is elsewhere.
const shown = (v) => v === null || v === undefined ? '–' : Math.abs(v) >= 1000 ? v.toLocaleString('en-US', { maximumFractionDigits: 2 }) : String(Number(v.toPrecision(6)));
const clock = (t, digits) => new Date(t).toISOString().slice(11, digits);
function point(t) {
  for (const { canvas, line } of panels) {
    line.hidden = t === null || canvas.clientWidth === 0;
    if (line.hidden) continue;
    line.style.left = canvas.offsetLeft + PAD + (t - view[0]) / (view[1] - view[0] || 1) * (canvas.clientWidth - PAD - RIGHT) + 'px';
    line.style.top = canvas.offsetTop + 'px';
    line.style.height = canvas.clientHeight - BOTTOM + 'px';
  }
  let i = time.length - 1;
  if (t !== null) { i = 0; let to = time.length; while (to - i > 1) { const m = (i + to) >> 1; if (time[m] <= t) i = m; else to = m; } }
  if (i < 0) return;
  const best = (side) => side.length ? shown(side[0][0]) + ' (' + shown(side[0][1]) + ')' : '–';
  const parts = [clock(time[i], 23), 'bid ' + best(data.bids[i]), 'ask ' + best(data.asks[i]), 'inventory ' + shown(data.lines.inventory?.[i]) + ' ' + data.base, 'result ' + shown(data.lines.total?.[i]) + ' ' + data.currency];
  if (chooser) parts.push(chooser.value + ' ' + shown((data.features[chooser.value] ?? [])[i]));
  const reachMs = (view[1] - view[0]) / 150;
  let near = null;
  if (t !== null) for (const fill of data.fills) if (Math.abs(fill.time - t) <= reachMs && (!near || Math.abs(fill.time - t) < Math.abs(near.time - t))) near = fill;
  if (near) parts.push('fill ' + clock(near.time, 23) + ': ' + near.side + ' ' + shown(near.amount) + ' at ' + shown(near.price) + (near.isMaker ? ' as maker' : ' as taker'));
  document.getElementById('reading').replaceChildren(...parts.map((text) => { const span = document.createElement('span'); span.textContent = text; return span; }));
}
const PAD = 8, RIGHT = 66, BOTTOM = 20;
function frame(canvas) {
  const ratio = devicePixelRatio || 1;
  const w = canvas.clientWidth, h = canvas.clientHeight;
  canvas.width = w * ratio; canvas.height = h * ratio;
  const g = canvas.getContext('2d');
  g.scale(ratio, ratio);
  g.font = '11px system-ui, "DejaVu Sans", sans-serif';
  const x = (t) => PAD + (t - view[0]) / (view[1] - view[0] || 1) * (w - PAD - RIGHT);
  return { g, w, h, x };
}
function range() {
  let from = 0; while (from < time.length - 1 && time[from + 1] < view[0]) from++;
  let to = time.length; while (to > 1 && time[to - 2] > view[1]) to--;
  return [from, to];
}
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10800, 21600, 43200, 86400].map((s) => 1000 * s);
function roundStep(rough) {
  const unit = 10 ** Math.floor(Math.log10(rough)), times = rough / unit;
  return (times > 5 ? 10 : times > 2 ? 5 : times > 1 ? 2 : 1) * unit;
}
// A name function gives names of whole rows, in place of numbers.
function axes(f, low, high, name) {
  const { g, w, h, x } = f;
  const y = (v) => 6 + (high - v) / (high - low || 1) * (h - BOTTOM - 12);
  g.fillStyle = colour('dim'); g.strokeStyle = colour('line'); g.lineWidth = 1;
  const step = name ? 1 : roundStep((high - low) / 5), digits = Math.max(0, -Math.floor(Math.log10(step) + 1e-9));
  for (let k = Math.ceil(low / step); k * step <= high; k++) {
    const v = k * step;
    g.beginPath(); g.moveTo(PAD, y(v)); g.lineTo(w - RIGHT, y(v)); g.stroke();
    g.fillText(name ? name(v) : v.toFixed(digits), w - RIGHT + 6, y(v) + 4);
  }
  const span = view[1] - view[0], few = Math.max(1, Math.min(8, (w - PAD - RIGHT) / 70));
  const apart = span / few < 1000 ? roundStep(span / few) : STEPS.find((s) => s >= span / few) ?? 86400000 * roundStep(span / few / 86400000);
  const isDays = apart >= 86400000;
  g.textAlign = 'center';
  for (let t = Math.ceil(view[0] / apart) * apart; t <= view[1]; t += apart) {
    const at = Math.max(PAD + 20, Math.min(w - RIGHT - 8, x(t)));
    g.fillText(isDays ? new Date(t).toISOString().slice(5, 10) : clock(t, apart < 1000 ? 23 : apart < 60000 ? 19 : 16), at, h - 5);
  }
  g.textAlign = 'left';
  return y;
}
function clip(f) { f.g.save(); f.g.beginPath(); f.g.rect(PAD, 0, f.w - PAD - RIGHT, f.h - BOTTOM); f.g.clip(); }
panel('heat', (canvas) => {
  const f = frame(canvas); const [from, to] = range();
  let low = Infinity, high = -Infinity; const sizes = [];
  for (let i = from; i < to; i++) for (const side of [data.bids[i], data.asks[i]]) for (const [p, s] of side) {
    if (p < low) low = p; if (p > high) high = p; sizes.push(s);
  }
  if (!(high > low)) { low = (low || 0) - data.tick; high = low + 2 * data.tick; }
  sizes.sort((a, b) => a - b);
  const top = sizes[Math.floor(sizes.length * 0.98)] || 1;
  const y = axes(f, low - data.tick, high + data.tick);
  const { g, x } = f; clip(f);
  const row = Math.max(1.5, Math.abs(y(low) - y(low + data.tick)));
  const shade = { b: colour('up'), a: colour('down') };
  for (let i = from; i < to; i++) {
    const x0 = x(time[i]), x1 = Math.max(x0 + 1, x(time[i + 1] ?? view[1]));
    for (const [key, side] of [['b', data.bids[i]], ['a', data.asks[i]]]) for (const [p, s] of side) {
      g.fillStyle = shade[key];
      g.globalAlpha = 0.08 + 0.75 * Math.sqrt(Math.min(1, s / top));
      g.fillRect(x0, y(p) - row / 2, x1 - x0 + 0.5, row);
    }
  }
  g.globalAlpha = 1;
  for (let i = from; i < to; i++) {
    const x0 = x(time[i]), x1 = Math.max(x0 + 1, x(time[i + 1] ?? view[1]));
    for (const [sign, p] of data.own[i]) {
      g.fillStyle = sign > 0 ? colour('accent') : '#e2a32b';
      g.fillRect(x0, y(p) - 1, x1 - x0 + 0.5, 2);
    }
  }
  for (const fill of data.fills) {
    if (fill.time < view[0] || fill.time > view[1]) continue;
    const fx = x(fill.time), fy = y(fill.price), up = fill.side === 'buy' ? 1 : -1;
    g.fillStyle = fill.side === 'buy' ? colour('accent') : '#e2a32b'; g.strokeStyle = colour('bg');
    g.beginPath(); g.moveTo(fx, fy - 6 * up); g.lineTo(fx - 5, fy + 4 * up); g.lineTo(fx + 5, fy + 4 * up); g.closePath(); g.fill(); g.stroke();
    if (!fill.isMaker) { g.strokeStyle = colour('text'); g.stroke(); }
  }
  g.restore();
});
const COLOURS = ['accent', 'up', 'down', 'warn', 'dim'];
function showLegend(id, names) {
  const legend = document.getElementById(id + '-legend');
  if (legend) legend.replaceChildren(...names.map((name, k) => {
    const span = document.createElement('span'); const dot = document.createElement('i');
    dot.style.background = 'var(--' + COLOURS[k % COLOURS.length] + ')';
    span.append(dot, name); return span;
  }));
}
// Amounts ahead differ by orders of magnitude, and nothing is ahead of many quotes: powers of ten above a row of their own. A bar lasts until the next sample.
function queuePanel(id, names) {
  panel(id, (canvas) => {
    const f = frame(canvas); const [from, to] = range();
    let low = Infinity, high = -Infinity;
    for (const name of names) for (let i = from; i < to; i++) {
      const v = data.lines[name][i]; if (v > 0) { low = Math.min(low, v); high = Math.max(high, v); }
    }
    const least = high > 0 ? Math.floor(Math.log10(low)) : 0;
    const most = high > 0 ? Math.max(least + 1, Math.ceil(Math.log10(high))) : 1;
    const place = (v) => v > 0 ? 1 + Math.log10(v) - least : 0;
    const name = (row) => row === 0 ? 'first' : String(Number((10 ** (least + row - 1)).toPrecision(1)));
    const y = axes(f, -0.3, 1.2 + most - least, name);
    const { g, x } = f; clip(f);
    names.forEach((line, k) => {
      g.fillStyle = colour(COLOURS[k % COLOURS.length]);
      for (let i = from; i < to; i++) {
        const v = data.lines[line][i]; if (v === null || v === undefined) continue;
        const x0 = x(time[i]);
        g.fillRect(x0, y(place(v)) - 1.5 + 3 * (k - 0.5) * (v > 0 ? 0 : 1), Math.max(1.5, x(time[i + 1] ?? view[1]) - x0), 3);
      }
    });
    g.restore();
    showLegend(id, names);
  });
}
function linesPanel(id, series, stepped) {
  panel(id, (canvas) => {
    const f = frame(canvas); const [from, to] = range();
    const chosen = series();
    let low = Infinity, high = -Infinity;
    for (const [, values] of chosen) for (let i = from; i < to; i++) {
      const v = values[i]; if (v === null || v === undefined) continue;
      if (v < low) low = v; if (v > high) high = v;
    }
    if (!Number.isFinite(low)) { low = 0; high = 1; }
    if (high === low) { high += Math.abs(high) * 0.01 || 1; low -= Math.abs(low) * 0.01 || 1; }
    const pad = (high - low) * 0.05;
    const y = axes(f, low >= 0 && low < pad ? 0 : low - pad, high + pad);
    const { g, x } = f; clip(f);
    chosen.forEach(([, values], k) => {
      g.strokeStyle = colour(COLOURS[k % COLOURS.length]); g.lineWidth = 1.5; g.beginPath();
      let last = null;
      for (let i = from; i < to; i++) {
        const v = values[i]; if (v === null || v === undefined) { last = null; continue; }
        if (last === null) {
          g.moveTo(x(time[i]), y(v));
          // One by itself would leave no stroke.
          if ((values[i + 1] ?? null) === null) g.lineTo(x(time[i]) + 1.5, y(v));
        }
        else { if (stepped) g.lineTo(x(time[i]), y(last)); g.lineTo(x(time[i]), y(v)); }
        last = v;
      }
      g.stroke();
    });
    g.restore();
    showLegend(id, chosen.map(([name]) => name));
  });
}
const pick = (names) => () => names.map((name) => [name, data.lines[name]]);
linesPanel('inventory', pick(['inventory']), true);
linesPanel('pnl', pick(['total', 'spread', 'inventory result', 'fees']), false);
queuePanel('queue', ['ahead of bids', 'ahead of asks']);
if (chooser) {
  linesPanel('features', () => [[chooser.value, data.features[chooser.value] ?? []]], false);
  chooser.addEventListener('change', () => redraw());
}
function redraw() { for (const { canvas, draw } of panels) draw(canvas); point(null); }
addEventListener('resize', redraw);
onTheme.push(redraw);
redraw();
document.documentElement.dataset.ready = 'yes';
`;
