import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Store } from '@viewgap/artifacts';
import { DEFAULT_STUDY, sourceConfig } from '@viewgap/contracts';
import sharp from 'sharp';
import { expect, test } from 'vitest';
import { drawnFilm } from '../../test/dicom-file.ts';
import { copyOfFixture, FIXTURE, ingest, SETTINGS, sharedData, temporaryFolder } from '../../test/testing.ts';
import { contactSheet } from './contact-sheet.ts';
import { originalsOf } from './quarantine-pictures.ts';

test.each(['png', 'raw'] as const)(
  'a sheet of %s shards shows each view and finding, the same each time',
  async (encoding) => {
    const work = await temporaryFolder();
    const artifact = await ingest(work, FIXTURE, { settings: { ...SETTINGS, encoding } });
    const options = {
      store: new Store(join(work, 'store')),
      rebuild: 'run ingest again',
      findings: DEFAULT_STUDY,
    };
    const { html, inverted } = await contactSheet(artifact, options);
    expect(inverted).toEqual([]);
    expect(html).toContain('<p>8 images</p>');
    expect(html).toMatch(/<h2>PA, none of them: \d<\/h2>/);
    expect(html.match(/<figure>/g)?.length).toBeGreaterThanOrEqual(8);
    expect(html).toContain('<figcaption>00000013_000.png</figcaption>');
    expect((await contactSheet(artifact, options)).html).toBe(html);
    expect((await contactSheet(artifact, { ...options, perGroup: 0 })).html.length).toBeLessThan(html.length);
  },
);

test('a sheet starts with the films of low contrast, those that use the fewest greys first', async () => {
  const [root, work] = [await copyOfFixture(), await temporaryFolder()];
  for (const [name, share] of [
    ['00000004_000.png', 1 / 8],
    ['00000013_000.png', 1 / 16],
  ] as const) {
    const image = join(root, 'images', name);
    await writeFile(image, await sharp(image).linear(share).png().toBuffer());
  }
  const artifact = await ingest(work, root);
  const { html, lowContrast } = await contactSheet(artifact, {
    store: new Store(join(work, 'store')),
    rebuild: '',
    findings: DEFAULT_STUDY,
  });
  expect(lowContrast).toEqual(['00000013_000.png', '00000004_000.png']);
  const [first = '', second] = html.split('<h2>').slice(1);
  expect(first).toMatch(/^Low contrast, 98 % of the pixels within 64 of 256 greys: 2<\/h2>/);
  expect([...first.matchAll(/<figcaption>(.+?)</g)].map(([, id]) => id)).toEqual(lowContrast);
  expect(second).toMatch(/^Look inverted: \d/);
});

test('a sheet has a section of the films that look least like a chest, the least alike first', async () => {
  const [root, work] = [await copyOfFixture(), await temporaryFolder()];
  const turned = join(root, 'images/00000013_000.png');
  await writeFile(turned, await sharp(turned).rotate(90).png().toBuffer());
  const { html, unlike } = await contactSheet(await ingest(work, root), {
    store: new Store(join(work, 'store')),
    rebuild: '',
    findings: DEFAULT_STUDY,
    perGroup: 1,
  });
  expect(unlike).toHaveLength(8);
  expect(unlike[0]).toBe('00000013_000.png');
  const section = html.split('<h2>').find((part) => part.startsWith('Look least like a chest: 4 of 8'));
  expect([...(section ?? '').matchAll(/<figcaption>(.+?)</g)].map(([, id]) => id)).toEqual(
    unlike.slice(0, 4),
  );
});

const ENV = { VIEWGAP_KEY_SEOUL: 'ab'.repeat(32) };

/** Ingests films of a hospital by their names; returns a function that makes the sheet. */
async function hospital(films: Readonly<Record<string, Uint8Array>>) {
  const [root, work] = [await temporaryFolder(), await temporaryFolder()];
  const rows = Object.keys(films).map((name) => `${name},`);
  await writeFile(join(root, 'labels.csv'), ['film,ptx', ...rows].join('\n'));
  for (const [name, bytes] of Object.entries(films)) await writeFile(join(root, name), bytes);
  const mapping = { image: 'film', labels: { PTX: { columns: ['ptx'], values: {} } } };
  const layout = { adapter: 'dicom-folder', joinBy: 'path', table: 'labels.csv', mapping };
  const config = sourceConfig.parse({ ...layout, root });
  const artifact = await ingest(work, root, { name: 'seoul', config, env: ENV });
  const originals = await originalsOf({ name: 'seoul', config, pipelineFolder: '/', env: ENV });
  const options = { store: new Store(join(work, 'store')), rebuild: '', findings: DEFAULT_STUDY };
  return { sheet: (shown: boolean) => contactSheet(artifact, { ...options, ...(shown && { originals }) }) };
}

/** The pictures of a section, decoded. */
async function pictures(html: string, title: string): Promise<Buffer[]> {
  const section = html.split('<h2>').find((part) => part.startsWith(title)) ?? '';
  const found = [...section.matchAll(/base64,([^"]+)/g)].map(([, text = '']) => Buffer.from(text, 'base64'));
  return Promise.all(found.map((png) => sharp(png).toColourspace('b-w').raw().toBuffer()));
}

test('a sheet shows what is in quarantine where its files are at hand, and nothing that may bear a name', async () => {
  const { sheet } = await hospital({
    film: drawnFilm({ SOPInstanceUID: '1.1' }, 1),
    lateral: drawnFilm({ SOPInstanceUID: '1.2', ViewPosition: 'LL' }, 2),
    hand: drawnFilm({ SOPInstanceUID: '1.3', BodyPartExamined: 'HAND' }, 3),
    letter: drawnFilm({ SOPInstanceUID: '1.4', Modality: 'OT' }, 4),
    'hand with a name': drawnFilm(
      { SOPInstanceUID: '1.5', BodyPartExamined: 'HAND', BurnedInAnnotation: 'YES' },
      5,
    ),
    'film with a name': drawnFilm({ SOPInstanceUID: '1.6', BurnedInAnnotation: 'YES' }, 6),
    icon: drawnFilm({ SOPInstanceUID: '1.7' }, 7, 16),
    blank: drawnFilm({ SOPInstanceUID: '1.8', PixelData: new Uint8Array(2 * 40 * 40) }),
    cut: drawnFilm({ SOPInstanceUID: '1.9' }, 9).subarray(0, 900),
  });
  const { html } = await sheet(true);
  const counts = [...html.matchAll(/<h2>Quarantine, (.+?)<\/h2>/g)].map(([, text]) => text);
  expect(counts).toEqual([
    'burned-in: 1',
    'constant: 1',
    'lateral: 1',
    'not-chest: 3',
    'too-small: 1',
    'truncated: 1',
  ]);
  const shown = async (reason: string) => (await pictures(html, `Quarantine, ${reason}`)).length;
  expect(await Promise.all(['lateral', 'not-chest', 'too-small', 'constant'].map(shown))).toEqual([
    1, 1, 1, 1,
  ]);
  expect(await Promise.all(['burned-in', 'truncated'].map(shown))).toEqual([0, 0]);
  const [blank] = await pictures(html, 'Quarantine, constant');
  expect(new Set(blank).size).toBe(1);
  const without = (await sheet(false)).html;
  expect(without).toContain('<h2>Quarantine, not-chest: 3</h2>');
  expect(without).not.toMatch(/Quarantine, not-chest: 3<\/h2>\n<figure>/);
});

const real = sharedData('dicom');
test.skipIf(real === null)(
  'a chest with a false MONOCHROME1 looks inverted, the true one does not; the extremity is shown (skipped where ../shared is absent)',
  async () => {
    const names = (await readdir(real as string)).filter((name) => /^(siim|RG)/.test(name));
    const suspects = async (films: readonly string[]) => {
      const read = films.map(async (name) => [name, await readFile(join(real as string, name))] as const);
      const { sheet } = await hospital(Object.fromEntries(await Promise.all(read)));
      const { html, inverted } = await sheet(true);
      return { shown: (await pictures(html, 'Quarantine, not-chest')).length, inverted: inverted.length };
    };
    const isFalse = (name: string) => name.includes('Fake');
    expect(await suspects(names.filter((name) => !isFalse(name)))).toEqual({ shown: 6, inverted: 0 });
    expect(await suspects(names.filter(isFalse))).toEqual({ shown: 0, inverted: 1 });
  },
);
