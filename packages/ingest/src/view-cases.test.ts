import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Store } from '@viewgap/artifacts';
import { sourceConfig } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { drawnFilm, type Elements } from '../test/dicom-file.ts';
import {
  ingest,
  quarantineOf,
  recordedProgress,
  recordsOf,
  SETTINGS,
  temporaryFolder,
} from '../test/testing.ts';
import { explainIngest } from './explain.ts';
import { openRevealer } from './reveal.ts';

const ENV = { VIEWGAP_KEY_SEOUL: 'ab'.repeat(32) };

/** Films of a hospital by their paths, and what became of them. */
async function hospital(
  films: Readonly<Record<string, Elements>>,
  { header = 'film', rows, ...settings }: { header?: string; rows?: string[] } & Record<string, unknown> = {},
) {
  const [root, work, lines] = [await temporaryFolder(), await temporaryFolder(), [] as string[]];
  for (const [i, [path, elements]] of Object.entries(films).entries()) {
    const ids = { SOPInstanceUID: `1.2.${i}`, PatientID: `P${i}`, ViewPosition: '' };
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), drawnFilm({ ...ids, ...elements }, i));
  }
  await writeFile(join(root, 'labels.csv'), [header, ...(rows ?? Object.keys(films))].join('\n'));
  const config = sourceConfig.parse({
    adapter: 'dicom-folder',
    joinBy: 'path',
    table: 'labels.csv',
    namespace: 'seoul',
    root,
    mapping: { image: 'film' },
    ...settings,
  });
  const options = { name: 'seoul', config, env: ENV, progress: recordedProgress(lines) };
  const artifact = await ingest(work, root, options);
  const revealed = async () => {
    const revealer = await openRevealer({
      ...options,
      settings: SETTINGS,
      pipelineFolder: work,
      cacheDir: join(work, 'cache'),
      store: new Store(join(work, 'store')),
    });
    const explained = await explainIngest(artifact.folder, revealer);
    await revealer.close();
    return explained;
  };
  return { artifact, lines, revealed };
}

describe('views of a hospital`s films', () => {
  test('are read in the spellings of their headers', async () => {
    const { artifact } = await hospital({
      a: { ViewPosition: 'POSTEROANTERIOR' },
      b: { ViewPosition: 'AP SUPINE' },
      c: { SeriesDescription: 'Thorax p.a.' },
      d: { SeriesDescription: 'CHEST_PA' },
      e: { SeriesDescription: 'Thorax_lat' },
    });
    const views = (await recordsOf(artifact)).map(({ view, view_source, supine }) =>
      [view, view_source, supine].join(' '),
    );
    expect(views.sort()).toEqual(['AP dicom true', 'PA dicom ', 'PA text ', 'PA text ']);
    expect((await quarantineOf(artifact)).map(({ reason }) => reason)).toEqual(['lateral']);
  });

  test('that are not understood are counted; their texts are for the owner alone, and can be given a meaning', async () => {
    const films = {
      a: { ViewPosition: 'KIM' },
      b: { ViewPosition: 'kim ' },
      c: { StudyDescription: 'dyspnoea, Dr Park' },
      d: { ViewPosition: 'AP AXIAL' },
    };
    const { artifact, lines, revealed } = await hospital(films);
    expect(artifact.manifest.counts).toMatchObject({ records: 4, 'view.unknown': 4 });
    expect(lines).toContain(
      'ingest seoul: 3 films of unknown view: 2 texts of the headers name no view; see them with --explain --reveal; say what they mean by `mapping.views`',
    );
    expect(lines.join('\n')).not.toMatch(/KIM|PARK/i);
    expect(await revealed()).toContain(
      'texts of headers that name no view: "KIM" (2), "DYSPNOEA, DR PARK" (1)',
    );

    const mapping = { image: 'film', views: { Kim: 'PA', 'dyspnoea, Dr Park': 'unknown' } };
    const told = await hospital(films, { mapping });
    expect(told.artifact.manifest.counts).toMatchObject({ 'view.PA': 2, 'view.unknown': 2 });
  });

  test('of one study differ: a row of the study makes no lateral film a PA', async () => {
    const films = {
      a: { AccessionNumber: 'A1', ViewPosition: 'PA' },
      b: { AccessionNumber: 'A1', ViewPosition: 'LL' },
    };
    const settings = { header: 'film,view', rows: ['A1,PA'], mapping: { image: 'film', view: 'view' } };
    const { artifact } = await hospital(films, { ...settings, joinBy: 'AccessionNumber' });
    expect(await recordsOf(artifact)).toMatchObject([{ view: 'PA', view_conflict: false }]);
    expect((await quarantineOf(artifact)).map(({ reason }) => reason)).toEqual(['lateral']);
  });

  test('of a film that its own row calls PA, and its header lateral, is neither', async () => {
    const films = { a: { ViewPosition: 'LL' }, b: { ViewPosition: 'AP LLD' }, c: { ViewPosition: 'AP' } };
    const settings = {
      header: 'film,view',
      rows: ['a,PA', 'b,AP', 'c,PA'],
      mapping: { image: 'film', view: 'view' },
    };
    const { artifact } = await hospital(films, settings);
    const views = (await recordsOf(artifact)).map(({ view, view_conflict }) => `${view} ${view_conflict}`);
    expect(views.sort()).toEqual(['PA true', 'unknown true', 'unknown true']);
  });
});
