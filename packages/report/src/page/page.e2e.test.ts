import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Metrics } from '@viewgap/contracts';
import { type Browser, chromium, type Page } from 'playwright-core';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { findChromium } from '../../test/chromium.ts';
import { HOSTILE_NAMES, renamed } from '../../test/hostile-names.ts';
import { makeTestRun, temporaryFolder } from '../../test/testing.ts';
import { testMetrics } from '../../test/testing-metrics.ts';
import { writeReport } from '../write-report.ts';

const executable = findChromium(process.env);
const MISSING = 'no Chromium found: apt-get install chromium, or name one in VIEWGAP_CHROMIUM';

test.runIf(executable === null && process.env.CI)('CI has a Chromium', () => {
  throw new Error(MISSING);
});

/** The page's text as a grid, merged cells repeated. */
const GRID = (id: string) => `(() => {
  const rows = [...document.querySelectorAll('#${id} tbody tr')];
  const grid = rows.map(() => []);
  rows.forEach((row, r) => {
    let c = 0;
    for (const cell of row.cells) {
      while (grid[r][c] !== undefined) c++;
      const text = cell.cloneNode(true);
      text.querySelectorAll('sup').forEach((sup) => sup.remove());
      for (let k = 0; k < cell.rowSpan; k++) grid[r + k][c] = text.textContent.trim();
    }
  });
  return grid;
})()`;

describe.skipIf(executable === null)(
  `the page in Chromium${executable === null ? ` (${MISSING})` : ''}`,
  () => {
    let browser: Browser;

    beforeAll(async () => {
      browser = await chromium.launch({
        executablePath: executable ?? '',
        args: [
          '--headless',
          '--no-sandbox',
          '--disable-gpu',
          '--no-first-run',
          '--disable-background-networking',
          '--disable-component-update',
          '--disable-sync',
        ],
      });
    });

    afterAll(() => browser?.close());

    /** Writes a report, opens it from disk, and gathers everything that the page asks for or complains of. */
    async function openReport(options: Parameters<typeof makeTestRun>[1] = {}) {
      const request = await makeTestRun(await temporaryFolder(), options);
      await writeReport(request);
      const url = pathToFileURL(join(request.out, 'index.html')).href;
      const page = await browser.newPage();
      const requests: string[] = [];
      const complaints: string[] = [];
      page.on('request', (asked) => requests.push(asked.url()));
      page.on('console', (message) => complaints.push(message.text()));
      page.on('pageerror', (error) => complaints.push(error.message));
      await page.goto(url, { waitUntil: 'load' });
      return { page, url, requests, complaints };
    }

    test('asks for nothing but itself and has no complaint', async () => {
      const { page, url, requests, complaints } = await openReport();
      await page.waitForTimeout(300);
      expect(requests.filter((asked) => !asked.startsWith('data:'))).toEqual([url]);
      expect(complaints).toEqual([]);
      await page.close();
    });

    test('shows the AUROCs, gaps and changes of metrics.json', async () => {
      const metrics = testMetrics([{ dataset: 'nih', split: 'test' }]);
      const { page } = await openReport({ metrics });
      await expectPerformance(page, metrics);
      await expectGaps(page, metrics);
      await expectChanges(page, metrics);
      await page.close();
    });

    test.each([390, 1280])(
      'does not overflow at %i pixels',
      async (width) => {
        const sources = { nih: 'train', 'chestx-det': 'external' } as const;
        for (const synthetic of [false, true]) {
          const { page } = await openReport({ sources, synthetic });
          await page.setViewportSize({ width, height: 900 });
          expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(width);
          await page.close();
        }
      },
      60_000,
    );

    test('text of the settings is shown, never run', async () => {
      const { page, complaints } = await openReport({
        title: '<img src=x onerror=console.log(1)>',
        sample: '</p><script>console.log(2)</script>',
      });
      expect(await page.textContent('h1')).toBe('<img src=x onerror=console.log(1)>');
      expect(await page.textContent('#sample p')).toBe('</p><script>console.log(2)</script>');
      expect(complaints).toEqual([]);
      await page.close();
    });

    test('names of models, data sets and findings are shown, never run, and find their figures', async () => {
      const sets = HOSTILE_NAMES.map((dataset) => ({ dataset, split: 'external' }));
      const names = { model1: HOSTILE_NAMES[1], model2: HOSTILE_NAMES[2], FIB: HOSTILE_NAMES[4] };
      const { page, url, requests, complaints } = await openReport({
        metrics: renamed(testMetrics(sets), names),
      });
      await page.setViewportSize({ width: 390, height: 900 });
      expect(await page.evaluate('document.documentElement.scrollWidth')).toBe(390);
      expect(await page.locator('script, img[src=x]').count()).toBe(0);
      expect(requests.filter((asked) => !asked.startsWith('data:'))).toEqual([url]);
      expect(complaints).toEqual([]);
      expect(await page.textContent('#table-gaps')).toContain(HOSTILE_NAMES[1]);
      expect(await page.locator('#figures figure svg').count()).toBe(2 * sets.length);
      const ids = (await page.evaluate(
        "[...document.querySelectorAll('[id]')].map((e) => e.id)",
      )) as string[];
      expect(new Set(ids).size).toBe(ids.length);
      await page.close();
    }, 60_000);

    test('every table has a caption and scopes, every figure a title, every id is there once', async () => {
      const { page } = await openReport({ sources: { nih: 'train', 'chestx-det': 'external' } });
      const count = (selector: string) => page.locator(selector).count();
      expect(await count('table')).toBeGreaterThan(10);
      expect(await count('table:not(:has(caption))')).toBe(0);
      expect(await count('th:not([scope])')).toBe(0);
      expect(await count('figure svg')).toBe(5);
      expect(await count('figure svg:not(:has(> title)), figure svg:not(:has(> desc))')).toBe(0);
      const ids = (await page.evaluate(
        "[...document.querySelectorAll('[id]')].map((e) => e.id)",
      )) as string[];
      expect(new Set(ids).size).toBe(ids.length);
      const links = (await page.evaluate(
        '[...document.querySelectorAll(\'a[href^="#"]\')].map((e) => e.hash.slice(1))',
      )) as string[];
      for (const link of links) expect(ids).toContain(link);
      await page.close();
    });
  },
);

const minus = (text: string) => text.replaceAll('-', '\u2212');
const sign = (value: number) => `${value >= 0.0005 ? '+' : ''}${value.toFixed(3)}`;
interface Estimated {
  readonly estimate: number | null;
  readonly ci_low: number | null;
  readonly ci_high: number | null;
}
const estimate = (row: Estimated | undefined, digits: (v: number) => string) => {
  const { estimate: value = null, ci_low = null, ci_high = null } = row ?? {};
  if (value === null || ci_low === null || ci_high === null) return 'n/a';
  return minus(`${digits(value)} (${digits(ci_low)}, ${digits(ci_high)})`);
};

const order = (metrics: Metrics) => ['mean', ...metrics.findings];

async function expectPerformance(page: Page, metrics: Metrics): Promise<void> {
  const grid = (await page.evaluate(GRID('table-performance'))) as string[][];
  const expected = order(metrics).flatMap((finding) =>
    ['AP', 'PA', 'mean', 'all'].map((view) =>
      metrics.models.map((model) => {
        const cell = metrics.cells.find((c) => c.model === model && c.finding === finding && c.view === view);
        return estimate(cell, (v) => v.toFixed(3));
      }),
    ),
  );
  expect(grid.map((row) => row.slice(-2))).toEqual(expected);
}

async function expectGaps(page: Page, metrics: Metrics): Promise<void> {
  const grid = (await page.evaluate(GRID('table-gaps'))) as string[][];
  const expected = order(metrics).map((finding) =>
    metrics.models.map((model) => {
      const gap = metrics.gaps.find((g) => g.model === model && g.finding === finding);
      return estimate(gap, sign);
    }),
  );
  expect(grid.map((row) => [row[1], row[4]])).toEqual(expected);
}

async function expectChanges(page: Page, metrics: Metrics): Promise<void> {
  const grid = (await page.evaluate(GRID('table-changes'))) as string[][];
  const expected = (['mean', 'AP', 'PA', 'all', null] as const).flatMap((view) =>
    order(metrics).map((finding) => {
      const change = metrics.changes.find((c) => c.view === view && c.finding === finding);
      const p = change?.p == null ? 'n/a' : change.p < 0.001 ? '<0.001' : change.p.toFixed(3);
      return [estimate(change, sign), p];
    }),
  );
  expect(grid.map((row) => row.slice(2, 4))).toEqual(expected);
}
