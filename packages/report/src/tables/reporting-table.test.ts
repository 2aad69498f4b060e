import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { makeTestRun, type TestRunOptions, temporaryFolder } from '../../test/testing.ts';
import { writeReport } from '../write-report.ts';
import { CLAIM, type ReportingGuideline, TRIPOD_AI } from './reporting-items.ts';

/** item -> answer, of the items that are filled */
async function filled(guideline: ReportingGuideline, options: TestRunOptions = {}) {
  const { out } = await writtenReport(options);
  const lines = (await readFile(join(out, `tables/${guideline.name}.md`), 'utf8')).split('\n');
  const rows = lines.filter((line) => line.startsWith('| ')).map((line) => line.split(' | '));
  return new Map(
    rows.flatMap(([item = '', , state, answer = '']) =>
      state === 'from this run' ? [[item.replace('| ', ''), answer.replace(/ \|$/, '')]] : [],
    ),
  );
}

async function writtenReport(options: TestRunOptions) {
  const request = await makeTestRun(await temporaryFolder(), options);
  await writeReport(request);
  return request;
}

describe('the guidelines', () => {
  test.each([
    [CLAIM, 44],
    [TRIPOD_AI, 52],
  ])('have all their items, each once', ({ items }, count) => {
    expect(new Set(items.map(({ item }) => item)).size).toBe(count);
  });
});

describe('a checklist', () => {
  test("is filled from the run's own records", async () => {
    const claim = await filled(CLAIM);
    expect(claim.get('7')).toContain('nih, ');
    expect(claim.get('9')).toContain('224 × 224 pixels, stretched alike');
    expect(claim.get('19')).toContain('0.5 : 0.15 : 0.35 by patient, seed 0');
    expect(claim.get('22')).toMatch(/^Model 1: residual, no decoder; Model 2: residual, decoder, lambda 1/);
    expect(claim.get('31')).toContain('Grad-CAM');
    expect(claim.get('32')).toContain('nih, 88 images of 43 patients');
  });

  test('leaves to the authors what no run knows', async () => {
    const [claim, tripod] = [await filled(CLAIM), await filled(TRIPOD_AI)];
    for (const item of ['1', '16', '40', '44']) expect(claim.has(item), item).toBe(false);
    for (const item of ['3c', '14', '17', '18a', '25']) expect(tripod.has(item), item).toBe(false);
  });

  test('claims no external test, and no map, where there is none', async () => {
    const claim = await filled(CLAIM, { shown: 0 });
    expect([claim.has('31'), claim.has('33')]).toEqual([false, false]);
    const other = await filled(CLAIM, { sources: { nih: 'train', private: 'external' } });
    expect(other.get('33')).toContain('private, 88 images of 43 patients');
  });
});

test('the page says how many items are filled', async () => {
  const { out } = await writtenReport({});
  const filledItems = await filled(CLAIM);
  expect(await readFile(join(out, 'index.html'), 'utf8')).toContain(
    `CLAIM 2024: ${filledItems.size} of 44 items are filled from this run`,
  );
});
