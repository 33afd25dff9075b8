/** Browser script: candles with volume of each pair, drawn when first seen. */
export const exploreScript = `
const data = JSON.parse(document.getElementById('data').textContent);
const { createChart, CandlestickSeries, HistogramSeries } = LightweightCharts;
const color = (name) => getComputedStyle(document.body).getPropertyValue('--' + name).trim();
const resolve = (name) => { const probe = document.createElement('i'); probe.style.color = 'var(--' + name + ')'; document.body.append(probe); const found = getComputedStyle(probe).color; probe.remove(); return found; };
const draw = (element) => {
  const pair = data[Number(element.dataset.pair)];
  const t = pair.t.slice();
  for (let i = 1; i < t.length; i++) t[i] += t[i - 1];
  const chart = createChart(element, { autoSize: true, timeScale: { timeVisible: true, borderVisible: false, minBarSpacing: 0.05 }, rightPriceScale: { borderVisible: false } });
  const last = pair.c[pair.c.length - 1];
  const digits = Math.max(0, Math.min(8, 5 - Math.ceil(Math.log10(Math.max(1e-9, last)))));
  const prices = chart.addSeries(CandlestickSeries, { priceFormat: { type: 'price', precision: digits, minMove: 10 ** -digits }, borderVisible: false, priceLineVisible: false });
  prices.setData(t.map((time, i) => ({ time, open: pair.o[i], high: pair.h[i], low: pair.l[i], close: pair.c[i] })));
  const volume = chart.addSeries(HistogramSeries, { priceFormat: { type: 'volume' }, priceLineVisible: false, lastValueVisible: false }, 1);
  chart.panes()[0].setStretchFactor(4);
  chart.panes()[1].setStretchFactor(1);
  const style = () => {
    const [up, down, text, line] = ['up', 'down', 'dim', 'line'].map(resolve);
    chart.applyOptions({ layout: { background: { color: 'transparent' }, textColor: text, attributionLogo: false, panes: { separatorColor: line } }, grid: { vertLines: { color: line }, horzLines: { color: line } } });
    prices.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down });
    const faint = (c) => c.replace('rgb(', 'rgba(').replace(')', ', 0.55)');
    volume.setData(t.map((time, i) => ({ time, value: pair.v[i], color: faint(pair.c[i] >= pair.o[i] ? up : down) })));
  };
  onTheme.push(style);
  style();
  chart.timeScale().fitContent();
};
const watcher = new IntersectionObserver((seen) => { for (const { isIntersecting, target } of seen) if (isIntersecting) { watcher.unobserve(target); draw(target); } }, { rootMargin: '300px' });
for (const element of document.querySelectorAll('.chart[data-pair]')) watcher.observe(element);
`;
