import { readFileSync } from 'node:fs';
import { inflateRawSync } from 'node:zlib';
import { LAYOUT_LABELS } from '@viewgap/contracts';
import { describe, expect, test } from 'vitest';
import { publishedTable, sharedData, tally, textTable } from '../../test/testing.ts';
import chestXDet, { CHESTX_DET_COUNTS } from './chestx-det.ts';
import rsnaPneumonia, { RSNA_COUNTS } from './rsna-pneumonia.ts';
import siimPneumothorax, { SIIM_COUNTS } from './siim-pneumothorax.ts';

describe('RSNA Pneumonia', () => {
  const labels = textTable(
    'stage_2_train_labels.csv',
    'patientId,x,y,width,height,Target\na,1,2,3,4,1\na,5,6,7,8,1\nb,,,,,0\nc,,,,,0\n',
  );

  test('has one row a film, which says of its opacity alone', async () => {
    const { rows, bad } = await rsnaPneumonia().parse([labels]);
    expect(bad).toEqual([]);
    expect(rows.map(({ imageId, noFinding }) => [imageId, noFinding])).toEqual([
      ['a', false],
      ['b', null],
      ['c', null],
    ]);
    expect(rows[0]).toMatchObject({
      labels: { present: ['Lung Opacity'] },
      view: 'unknown',
      viewSource: 'none',
      patientId: null,
    });
  });

  test('learns more from its other tables where they are there', async () => {
    const info = 'patientId,class\na,Lung Opacity\nb,Normal\nc,No Lung Opacity / Not Normal\n';
    const headers = ',Filename,PatientAge,PatientSex,ViewPosition\n0,b.dcm,51,F,AP\n';
    const { rows } = await rsnaPneumonia().parse([
      labels,
      textTable('stage_2_detailed_class_info.csv', info),
      textTable('kaggle_stage_2_train_images_dicom_headers.csv', headers),
    ]);
    expect(rows.map(({ noFinding }) => noFinding)).toEqual([false, true, false]);
    expect(rows.map(({ labels }) => labels.present)).toEqual([
      ['Lung Opacity'],
      ['Normal'],
      ['No Lung Opacity / Not Normal'],
    ]);
    expect(rows[1]).toMatchObject({ view: 'AP', viewSource: 'dicom', ageYears: 51, sex: 'F' });
  });
});

describe('SIIM-ACR Pneumothorax', () => {
  test('knows pneumothorax alone, from the masks of a film', async () => {
    const text = 'ImageId, EncodedPixels\n1.2.3, -1\n1.2.4,557374 2 1015 8\n1.2.4,600000 2\n1.2.5,what\n';
    const { rows, bad } = await siimPneumothorax().parse([textTable('train-rle.csv', text)]);
    expect(rows.map(({ imageId, labels }) => [imageId, labels])).toEqual([
      ['1.2.3', { absent: ['Pneumothorax'] }],
      ['1.2.4', { present: ['Pneumothorax'] }],
    ]);
    expect(bad).toEqual([{ ref: 'train-rle.csv:5', detail: 'a mask that cannot be read' }]);
  });
});

describe('ChestX-Det', () => {
  const film = (syms: readonly string[], more: object = {}) => ({
    file_name: '36199.png',
    syms,
    boxes: syms.map(() => [1, 2, 3, 4]),
    polygons: syms.map(() => [
      [1, 2],
      [3, 2],
      [3, 4],
    ]),
    ...more,
  });
  const parse = (films: unknown) =>
    chestXDet().parse([textTable('ChestX_Det_test.json', JSON.stringify(films))]);

  test('is exhaustive: what is not outlined is absent', async () => {
    const { rows } = await parse([film(['Effusion', 'Mass'])]);
    expect(rows[0]).toMatchObject({
      imageId: '36199.png',
      labels: { present: ['Effusion', 'Mass'], others: 'absent' },
      noFinding: false,
      view: 'unknown',
      patientId: null,
      labelSet: 'expert',
    });
  });

  test('keeps its polygons', async () => {
    const { regions } = await parse([film(['Effusion'])]);
    const polygon = [
      [1, 2],
      [3, 2],
      [3, 4],
    ];
    expect(regions).toEqual([{ imageId: '36199.png', name: 'Effusion', polygon }]);
  });

  test.each([
    ['no name', {}],
    ['a path upwards', film([], { file_name: '../36199.png' })],
    ['polygons of another number', film(['Mass'], { polygons: [] })],
    ['a polygon that is none', film(['Mass'], { polygons: [[['x', 1]]] })],
    ['null', null],
  ])('a film with %s is a bad row', async (_, entry) => {
    expect((await parse([entry])).bad).toHaveLength(1);
  });

  test('that is no list, or has unknown classes, stops the ingest', async () => {
    await expect(parse({})).rejects.toThrow('not a list of films: ChestX_Det_test.json');
    await expect(parse([film(['Massive'])])).rejects.toThrow('"Massive" (1 rows; known: Atelectasis');
  });
});

const shared = (name: string) => sharedData(`annotations/${name}`);
const absent = shared('chexpert_train.csv.gz') === null;

describe.skipIf(absent)('the published files (skipped where ../shared is absent)', () => {
  test('of RSNA', async () => {
    const labels = firstOfZip(shared('kaggle_stage_2_train_labels.csv.zip') as string);
    const headers = 'kaggle_stage_2_train_images_dicom_headers.csv.gz';
    const { rows, bad } = await rsnaPneumonia().parse([
      textTable('stage_2_train_labels.csv', labels),
      publishedTable(shared(headers) as string, headers),
    ]);
    expect(bad).toEqual([]);
    expect(labels.trim().split('\n')).toHaveLength(RSNA_COUNTS.rows + 1);
    expect(rows).toHaveLength(RSNA_COUNTS.images);
    expect(tally(rows, ({ noFinding }) => noFinding).false).toBe(RSNA_COUNTS.opacity);
    expect(tally(rows, ({ view }) => view)).toEqual({ PA: RSNA_COUNTS.PA, AP: RSNA_COUNTS.AP });
  });

  test('of SIIM', async () => {
    const name = 'siim-pneumothorax-train-rle.csv.gz';
    const { rows, bad } = await siimPneumothorax().parse([publishedTable(shared(name) as string, name)]);
    expect(bad).toEqual([]);
    expect(rows).toHaveLength(SIIM_COUNTS.images);
    expect(rows.filter(({ labels }) => labels.present).length).toBe(SIIM_COUNTS.pneumothorax);
  });

  test('of ChestX-Det', async () => {
    for (const [part, count] of Object.entries(CHESTX_DET_COUNTS)) {
      const name = `ChestX_Det_${part}.json`;
      const text = readFileSync(shared(name) as string, 'utf8');
      const { rows, bad, regions } = await chestXDet().parse([textTable(name, text)]);
      expect(bad).toEqual([]);
      expect(rows).toHaveLength(count);
      expect([...new Set(regions?.map((region) => region.name))].sort()).toEqual([
        ...LAYOUT_LABELS['chestx-det'],
      ]);
    }
  });
});

/** The text of the first file of a zip archive. */
function firstOfZip(file: string): string {
  const zip = readFileSync(file);
  const start = 30 + zip.readUInt16LE(26) + zip.readUInt16LE(28);
  return inflateRawSync(zip.subarray(start)).toString('utf8');
}
