import { join } from 'node:path';
import { ingestFacts } from '@viewgap/artifacts';
import { DEFAULT_FINDINGS, type SourceConfig } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import { ingest, lossesOf, phantomOf, recordsOf, sourceOf, temporaryFolder, write } from '../test/testing.ts';
import { filmSet } from './film/film-set.ts';
import { isNormal, stated } from './film/patient.ts';

/** Layouts, what ingest rejects of their broken part, and how many of it become records besides the films asked for. */
const LAYOUTS: readonly (readonly [SourceConfig['adapter'], Record<string, number>, number])[] = [
  ['nih-chestxray14', { truncated: 1, constant: 1, 'no-label-row': 1, 'no-image': 1 }, 1],
  ['chexpert', { lateral: 1, truncated: 1, constant: 1, 'no-label-row': 1, 'no-image': 1, 'bad-row': 1 }, 1],
  ['mimic-cxr-jpg', { lateral: 1, truncated: 1, 'no-label-row': 1, 'no-image': 1 }, 1],
  [
    'padchest',
    { lateral: 1, truncated: 1, 'not-chest': 1, excluded: 1, 'no-label-row': 1, 'no-image': 1 },
    2,
  ],
  ['vindr-cxr', { truncated: 1, 'no-label-row': 1, 'no-image': 1 }, 0],
  ['rsna-pneumonia', { truncated: 1, 'no-label-row': 1, 'no-image': 1, 'bad-row': 1 }, 0],
  ['siim-pneumothorax', { truncated: 1, 'no-label-row': 1, 'no-image': 1 }, 0],
  ['chestx-det', { truncated: 1, 'no-label-row': 1, 'no-image': 1 }, 0],
  ['png-folder', { truncated: 1, 'no-label-row': 1, 'no-image': 1 }, 0],
  [
    'dicom-folder',
    {
      lateral: 1,
      'not-chest': 2,
      truncated: 1,
      constant: 1,
      'burned-in': 1,
      'no-label-row': 1,
      'no-image': 1,
      'duplicate-file': 1,
    },
    0,
  ],
];

test.each(LAYOUTS)(
  '%s, as its adapter reads it: every input a record or a reason',
  async (adapter, losses, more) => {
    const work = await temporaryFolder();
    const source = sourceOf(adapter, join(work, 'data'));
    const phantom = phantomOf();
    await write(source, phantom);
    const artifact = await ingest(work, adapter, source);

    expect(await lossesOf(artifact)).toEqual(losses);
    const records = await recordsOf(artifact);
    expect(records).toHaveLength(phantom.images + more);
    expect(ingestFacts(artifact, '').source).toMatchObject({ synthetic: true });
  },
);

/** Layouts that know all five findings of a film, and name it after its patient and image. */
test('what is drawn is what the labels say, under the words of the source', async () => {
  const work = await temporaryFolder();
  const source = sourceOf('dicom-folder', join(work, 'data'), { joinBy: 'path' });
  const phantom = phantomOf({ images: 40, seed: 3, broken: false });
  await write(source, phantom);
  const counts = (of: (label: unknown) => boolean, labels: unknown[]) => labels.filter(of).length;

  const records = await recordsOf(await ingest(work, 'hospital', source));
  const { films } = filmSet(phantom);
  for (const finding of DEFAULT_FINDINGS) {
    const drawn = films.map((film) => stated(film, finding));
    const read = records.map(({ labels }) => {
      const said = JSON.parse(String(labels)) as { present: string[]; absent: string[] };
      return said.present.includes(finding) ? 1 : said.absent.includes(finding) ? 0 : null;
    });
    for (const label of [1, 0, null]) {
      const same = (one: unknown) => one === label;
      expect(counts(same, read), `${finding} ${label}`).toBe(counts(same, drawn));
    }
  }
  expect(films.filter((film) => film.uncertain !== null).length).toBeGreaterThan(0);
  expect(films.filter(isNormal).length).toBeGreaterThan(5);
});
