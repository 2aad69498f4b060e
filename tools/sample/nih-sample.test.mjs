import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { makeSample, SAMPLE, TABLE } from './make-nih-sample.mjs';
import { countsTable, FINDINGS, parseEntries } from './selection.mjs';

const SHARED = fileURLToPath(new URL('../../../shared/data/nih-256', import.meta.url));

const images = (await readdir(join(SAMPLE, 'images'))).sort();
const { rows } = parseEntries(await readFile(join(SAMPLE, TABLE), 'latin1'));

describe('the sample that the repository carries', () => {
  test('has one row per image and one image per row', () => {
    expect(rows.map((row) => row.image).sort()).toEqual(images);
    expect(new Set(images).size).toBe(images.length);
  });

  test('holds both views and every finding, each in both views', () => {
    expect(new Set(rows.map((row) => row.view))).toEqual(new Set(['AP', 'PA']));
    for (const code of Object.keys(FINDINGS)) {
      const views = rows.filter((row) => row.findings.includes(code)).map((row) => row.view);
      expect(new Set(views), code).toEqual(new Set(['AP', 'PA']));
    }
  });

  test('stays within 25 MB with its README', async () => {
    const files = [TABLE, 'README.md', ...images.map((image) => join('images', image))];
    const sizes = await Promise.all(files.map(async (file) => (await stat(join(SAMPLE, file))).size));
    expect(sizes.reduce((a, b) => a + b)).toBeLessThanOrEqual(25_000_000);
  });

  test('decodes: every image is a grey PNG of 256 x 256 pixels that are not all the same', async () => {
    for (const image of images) {
      const picture = sharp(join(SAMPLE, 'images', image), { failOn: 'warning' });
      const { format, width, height } = await picture.metadata();
      const { channels } = await picture.stats();
      expect({ image, format, width, height }).toEqual({ image, format: 'png', width: 256, height: 256 });
      expect(channels.length, image).toBe(1);
      expect(channels[0]?.stdev, image).toBeGreaterThan(0);
    }
  });

  test('is described by its README: the counts there are those of the table', async () => {
    const readme = await readFile(join(SAMPLE, 'README.md'), 'utf8');
    expect(readme).toContain(`<!-- counts -->\n\n${countsTable(rows)}\n<!-- end of counts -->`);
    expect(readme).toContain('pp. 3462-3471');
    expect(readme).toContain('NIH Clinical Center');
  });
});

test.skipIf(!existsSync(SHARED))(
  `is what make-nih-sample.mjs makes${existsSync(SHARED) ? '' : ` (skipped: no ${SHARED} here)`}`,
  async () => {
    const folder = await mkdtemp(join(tmpdir(), 'nih-sample-'));
    try {
      await cp(join(SAMPLE, 'README.md'), join(folder, 'README.md'));
      await makeSample(SHARED, folder);
      expect((await readdir(join(folder, 'images'))).sort()).toEqual(images);
      for (const file of [TABLE, 'README.md', ...images.map((image) => join('images', image))]) {
        const [made, committed] = await Promise.all([
          readFile(join(folder, file)),
          readFile(join(SAMPLE, file)),
        ]);
        expect(made.equals(committed), file).toBe(true);
      }
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  },
);
