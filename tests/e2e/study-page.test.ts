import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { plantedStrategy, writePlantedMarket } from '../fixtures/planted-market.ts';
import { until } from '../fixtures/until.ts';

const BROWSER = process.env.TIDEGATE_CHROMIUM ?? '/usr/bin/chromium';
const isThere = existsSync(BROWSER);
if (!isThere) console.log(`Skipped: no browser at ${BROWSER} (set TIDEGATE_CHROMIUM, or install Debian's chromium).`);

const PROGRAM = fileURLToPath(new URL('../../bin/tidegate.js', import.meta.url));
const root = mkdtempSync(join(tmpdir(), 'tidegate-study-'));
const path = join(root, 'study.html');
let browser: Browser;

beforeAll(async () => {
  if (!isThere) return;
  writePlantedMarket(join(root, 'data'), 0.01, 2000);
  mkdirSync(join(root, 'strategies'), { recursive: true });
  writeFileSync(join(root, 'strategies', 'Wave.ts'), plantedStrategy('Wave'));
  execFileSync(process.execPath, [
    ...[PROGRAM, 'hyperopt', '-s', 'Wave', '--data', join(root, 'data'), '--pairs', 'PLANT/USDT', '--userdir', root],
    ...['--epochs', '120', '--objective', 'sharpe,low-drawdown', '--spaces', 'entry,exit,stoploss,trailing'],
    ...['--jobs', '1', '--page', path],
  ]);
  browser = await chromium.launch({ executablePath: BROWSER, args: ['--no-sandbox', '--headless'] });
});

afterAll(async () => {
  await browser?.close();
  rmSync(root, { recursive: true });
});

async function open(colorScheme: 'light' | 'dark' = 'light', width = 1280) {
  const context = await browser.newContext({ offline: true, colorScheme, viewport: { width, height: 900 } });
  const page = await context.newPage();
  const complaints: string[] = [];
  const requests: string[] = [];
  page.on('console', (message) => message.type() === 'error' && complaints.push(message.text()));
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('request', (request) => requests.push(request.url()));
  await page.goto(pathToFileURL(path).href);
  await until(page, 'document.getElementById("pareto").points?.length > 0');
  return { page, complaints, requests };
}

/** Pixels of a canvas that are coloured, rather than grey or empty: axes and texts are grey. */
function coloured(page: Page, selector: string): Promise<number> {
  return page.evaluate(`(() => {
    const canvas = document.querySelector('${selector}');
    const { data } = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height);
    let n = 0;
    for (let i = 0; i < data.length; i += 4) {
      const spread = Math.max(data[i], data[i + 1], data[i + 2]) - Math.min(data[i], data[i + 1], data[i + 2]);
      if (data[i + 3] > 100 && spread > 40) n++;
    }
    return n;
  })()`);
}

const CHARTS = ['#history', '#pareto', '#contour', '#heat', '[data-slice="0"]', '[data-slice="5"]'];

describe.skipIf(!isThere)('the page of a study in a browser', () => {
  it('opens offline and draws history, Pareto front, contour, heat map and slices, in both themes', async () => {
    for (const colorScheme of ['light', 'dark'] as const) {
      const { page, complaints, requests } = await open(colorScheme);
      for (const chart of CHARTS) expect(await coloured(page, chart), chart).toBeGreaterThan(60);
      await page.click('#theme');
      for (const chart of CHARTS) expect(await coloured(page, chart), `${chart}, other theme`).toBeGreaterThan(60);
      expect(complaints).toEqual([]);
      expect(requests).toEqual([pathToFileURL(path).href]);
      await page.context().close();
    }
  });

  it('shows what mattered most first, and the same two parameters in the plane', async () => {
    const { page } = await open();
    const shares = await page.$$eval('.bars span:nth-child(3n)', (all) =>
      all.map((e) => Number.parseFloat(e.textContent)),
    );
    expect(shares.length).toBeGreaterThanOrEqual(6);
    expect(shares).toEqual(shares.toSorted((a, b) => b - a));
    const [first] = await page.$$eval('.bars span:nth-child(3n + 1)', (all) => all.map((e) => e.textContent));
    expect(await page.$eval('#axis-x option:checked', (e) => e.textContent)).toBe(first);
    await page.context().close();
  });

  it('tells of a trial under the pointer, changes the plane and sorts the trials', async () => {
    const { page, complaints } = await open();
    const spot = await page.$eval('#history', (canvas) => {
      canvas.scrollIntoView({ block: 'center', behavior: 'instant' });
      const { x, y } = (canvas as unknown as { points: { x: number; y: number }[] }).points[3]!;
      const box = canvas.getBoundingClientRect();
      return { x: box.left + x, y: box.top + y };
    });
    await page.mouse.move(spot.x, spot.y);
    expect(await page.textContent('#tip')).toMatch(/^#\d+ {2}sharpe .*low-drawdown .*\n.*phase=\d+/);
    const before = await page.$eval('#contour', (c) => (c as unknown as { toDataURL(): string }).toDataURL());
    await page.selectOption('#axis-y', '4');
    expect(await page.$eval('#contour', (c) => (c as unknown as { toDataURL(): string }).toDataURL())).not.toBe(before);
    const head = page.locator('#study-trials th', { hasText: 'trial' }).locator('button');
    await head.click();
    expect(await page.locator('#study-trials tbody tr').count()).toBe(120);
    expect(complaints).toEqual([]);
    await page.context().close();
  });

  it('labels its axes with round values, and both parameters of a plane', async () => {
    const page = await browser.newPage();
    await page.addInitScript(`
      window.written = [];
      const write = CanvasRenderingContext2D.prototype.fillText;
      CanvasRenderingContext2D.prototype.fillText = function (text, ...at) {
        if (this.canvas.id) window.written.push([this.canvas.id, this.textAlign, this.textBaseline, text]);
        return write.call(this, text, ...at);
      };`);
    await page.goto(pathToFileURL(path).href);
    await until(page, 'document.getElementById("contour").points?.length > 0');
    const written = await page.evaluate<string[][]>('window.written');
    const of = (id: string, align: string, baseline: string) => [
      ...new Set(written.filter((w) => w[0] === id && w[1] === align && w[2] === baseline).map((w) => w[3]!)),
    ];
    const marks = of('history', 'right', 'middle').map(Number);
    expect(marks.length).toBeGreaterThanOrEqual(3);
    const step = marks[1]! - marks[0]!;
    expect(
      [1, 2, 5].map((digit) => Math.log10(step / digit) % 1).some((rest) => Math.abs(rest - Math.round(rest)) < 1e-6),
    ).toBe(true);
    for (const mark of marks) expect(Math.abs(mark / step - Math.round(mark / step))).toBeLessThan(1e-6);
    expect(of('history', 'center', 'top')).toEqual(expect.arrayContaining(['20', '40', '60', '80', '100', 'trial']));
    const [x, y] = await Promise.all(
      ['#axis-x', '#axis-y'].map((id) => page.$eval(`${id} option:checked`, (e) => e.textContent)),
    );
    expect(of('contour', 'center', 'top')).toContain(x);
    expect(of('contour', 'left', 'top')).toContain(y);
    await page.close();
  });

  it('fits a telephone without scrolling sideways', async () => {
    const { page } = await open('light', 390);
    expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
    await page.context().close();
  });
});
