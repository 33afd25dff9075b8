/** Browser script: candles with volume of each pair, drawn when first seen. Stands on the script of curves, which holds what charts share. */
export const exploreScript = `
const { HistogramSeries } = LightweightCharts;
const draw = (element) => {
  const pair = data[Number(element.dataset.pair)];
  const legend = element.previousElementSibling;
  const t = pair.t.slice();
  for (let i = 1; i < t.length; i++) t[i] += t[i - 1];
  const chart = newChart(element, 'Candles and volume.');
  const last = pair.c[pair.c.length - 1];
  const digits = Math.max(0, Math.min(8, 5 - Math.ceil(Math.log10(Math.max(1e-9, last)))));
  const prices = chart.addSeries(CandlestickSeries, { priceFormat: { type: 'custom', minMove: 10 ** -digits, formatter: (v) => v.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits }) }, borderVisible: false, priceLineVisible: false });
  prices.setData(t.map((time, i) => ({ time, open: pair.o[i], high: pair.h[i], low: pair.l[i], close: pair.c[i] })));
  const volume = chart.addSeries(HistogramSeries, { priceFormat: { type: 'volume' }, priceLineVisible: false, lastValueVisible: false }, 1);
  chart.panes()[0].setStretchFactor(4);
  chart.panes()[1].setStretchFactor(1);
  const style = () => {
    const { up, down } = palette();
    prices.applyOptions({ upColor: up, downColor: down, wickUpColor: up, wickDownColor: down });
    volume.setData(t.map((time, i) => ({ time, value: pair.v[i], color: alpha(pair.c[i] >= pair.o[i] ? up : down, 0.55) })));
  };
  const describe = (i) => legend.replaceChildren(label('', stamp(t[i]) + ' UTC'), label('', 'O ' + plain(pair.o[i]) + '  H ' + plain(pair.h[i]) + '  L ' + plain(pair.l[i]) + '  C ' + plain(pair.c[i])), label('', 'volume ' + plain(pair.v[i])));
  chart.subscribeCrosshairMove((move) => describe(move.time === undefined ? t.length - 1 : floorIndex(t, move.time)));
  onTheme.push(style);
  style();
  describe(t.length - 1);
  chart.timeScale().fitContent();
};
const watcher = new IntersectionObserver((seen) => { for (const { isIntersecting, target } of seen) if (isIntersecting) { watcher.unobserve(target); draw(target); } }, { rootMargin: '300px' });
for (const element of document.querySelectorAll('.chart[data-pair]')) watcher.observe(element);
`;
