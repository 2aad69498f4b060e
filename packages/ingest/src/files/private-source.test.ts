import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceConfig } from '@viewgap/contracts';
import { expect, test } from 'vitest';
import {
  FIXTURE,
  ingest,
  quarantineOf,
  recordedProgress,
  recordsOf,
  temporaryFolder,
} from '../../test/testing.ts';
import { openPseudonyms } from './pseudonym.ts';
import { scanSource } from './scan.ts';

const ENV = { VIEWGAP_KEY_SEOUL: 'ab'.repeat(32) };
/** An invented person. */
const SECRETS = ['김민수', 'HN-778201', 'ST-20240529', 'MINSU'];

/** Three images of a person, of whom folders and table speak by name, and one that has no row. */
async function folderOfImages(): Promise<string> {
  const root = await temporaryFolder();
  await mkdir(join(root, '김민수 HN-778201'), { recursive: true });
  for (const [i, film] of ['00000004_000', '00000053_000', '00000096_005'].entries()) {
    await copyFile(join(FIXTURE, `images/${film}.png`), join(root, `김민수 HN-778201/MINSU ${i}.png`));
  }
  await writeFile(join(root, '김민수 HN-778201/MINSU 2.png'), 'no image');
  await copyFile(join(FIXTURE, 'images/00000143_000.png'), join(root, 'MINSU.png'));
  const row = (i: number, view: string) => `김민수 HN-778201/MINSU ${i}.png,HN-778201,ST-20240529,${view},유`;
  const rows = [row(0, 'PA'), row(1, 'AP'), row(2, 'AP'), row(9, 'AP'), row(0, 'PA')];
  await writeFile(join(root, 'labels.csv'), ['file,who,study,view,ptx', ...rows].join('\n'));
  return root;
}

function configOf(root: string, more: object = {}) {
  return sourceConfig.parse({
    adapter: 'png-folder',
    root,
    namespace: 'seoul',
    table: 'labels.csv',
    mapping: {
      image: 'file',
      imageIs: 'path',
      patient: 'who',
      study: 'study',
      view: 'view',
      labels: { PTX: { columns: ['ptx'], values: { 유: 1 } } },
    },
    ...more,
  });
}

test('a folder of private images is read under pseudonyms: nothing that is written or said names the person', async () => {
  const [root, work, lines] = [await folderOfImages(), await temporaryFolder(), [] as string[]];
  const progress = recordedProgress(lines);
  const artifact = await ingest(work, root, { name: 'ours', config: configOf(root), env: ENV, progress });
  const out = join(work, 'listing.json');
  await scanSource({ name: 'ours', config: configOf(root), pipelineFolder: '/', env: ENV, out, progress });

  const pseudonyms = await openPseudonyms('seoul', ENV);
  const name = (i: number) => pseudonyms.of('image', `김민수 HN-778201/MINSU ${i}.png`);
  const of = Object.fromEntries((await recordsOf(artifact)).map((record) => [record.image_id, record]));
  expect(Object.keys(of).sort()).toEqual([name(0), name(1)].sort());
  // As a film of the same person in a hospital's export of the same namespace has it.
  const patient_id = pseudonyms.of('patient', 'HN-778201');
  const study_id = pseudonyms.of('study', 'ST-20240529');
  expect(of[name(0)]).toMatchObject({
    patient_id,
    study_id,
    view: 'PA',
    labels: '{"present":["PTX"],"absent":[]}',
  });
  expect((await quarantineOf(artifact)).map(({ reason }) => reason)).toEqual([
    'duplicate-row',
    'no-image',
    'no-label-row',
    'unreadable',
  ]);

  const entries = await readdir(work, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  expect(files.length).toBeGreaterThan(5);
  for (const text of [...files, ...lines]) for (const secret of SECRETS) expect(text).not.toContain(secret);
  for (const file of files) {
    const bytes = await readFile(file);
    for (const secret of SECRETS) expect(bytes.includes(secret), `${secret} in ${file}`).toBe(false);
  }
});

test('an unknown text in its table is counted, not quoted', async () => {
  const root = await folderOfImages();
  await writeFile(join(root, 'labels.csv'), 'file,who,study,view,ptx\na.png,1,1,PA,KIM MINSU 홍\n');
  await expect(
    ingest(await temporaryFolder(), root, { name: 'ours', config: configOf(root), env: ENV }),
  ).rejects.toThrow(
    /^unknown values of ptx in labels.csv: 1 text in 1 row \(list every text in mapping.labels.PTX.values with 1, 0 or null; /,
  );
});

test('published images keep their names, and need no key', async () => {
  const root = await folderOfImages();
  const config = configOf(root, { public: true });
  const artifact = await ingest(await temporaryFolder(), root, { name: 'ours', config });
  expect((await recordsOf(artifact))[0]).toMatchObject({ patient_id: 'HN-778201', study_id: 'ST-20240529' });
});
