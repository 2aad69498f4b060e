import { readdirSync, readFileSync } from 'node:fs';
import dicomParser from 'dicom-parser';
import { expect, test } from 'vitest';
import { parseDataSet, Values } from './data-set.ts';

const FILMS = new URL('../../../fixtures/dicom/', import.meta.url);
/** dicom-parser reads the preamble of a deflated file as elements, so these files are left out. */
const names = readdirSync(FILMS).filter((name) => name.endsWith('.dcm') && !name.startsWith('deflated'));

/** Where each element's value lies, and its VR. */
type Places = Readonly<Record<string, readonly [vr: string | undefined, at: number, length: number]>>;

function placesByDicomParser(bytes: Uint8Array): Places {
  const { elements } = dicomParser.parseDicom(bytes);
  return Object.fromEntries(
    Object.entries(elements).map(([tag, { vr, dataOffset, length }]) => [tag, [vr, dataOffset, length]]),
  );
}

test.each(names)('elements lie where dicom-parser finds them: %s', (name) => {
  const bytes = readFileSync(new URL(name, FILMS));
  const { elements } = parseDataSet(bytes);
  const places = Object.fromEntries(
    [...elements].map(([tag, { vr, at, length }]) => [tag, [vr ?? undefined, at, length]]),
  );
  expect(places).toEqual(placesByDicomParser(bytes));
});

test('a text of several is read as its first one', () => {
  const values = new Values(parseDataSet(readFileSync(new URL('windows-12.dcm', FILMS))));
  expect(values.text('WindowCenter')).toBe('1500');
  expect(values.number('WindowWidth')).toBe(2000);
  expect(values.text('StudyDescription')).toBe(null);
});
