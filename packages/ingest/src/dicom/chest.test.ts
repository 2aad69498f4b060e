import { expect, test } from 'vitest';
import { drawnFilm, type Elements } from '../../test/dicom-file.ts';
import { type ChestWords, notChest, partNamed } from './chest.ts';
import { parseDataSet, Values } from './header/data-set.ts';

const judged = (elements: Elements, words?: ChestWords) =>
  notChest(new Values(parseDataSet(drawnFilm(elements))), words);
/** An empty text is as good as none. */
const described = (texts: Elements) => judged({ BodyPartExamined: '', ...texts });

test.each([
  'CHEST',
  'chest',
  'TORAX',
  'Torace',
  'THORAX',
  'Thorax_pa',
  'CXR',
  'LUNG',
  'RIBS',
  'RIBCAGE',
  'Poumons',
])('body part %s is a chest', (part) => expect(judged({ BodyPartExamined: part })).toBe(null));

test('another body part is told by its name where that is a term of the standard, else in the words for its owner alone', () => {
  expect(judged({ BodyPartExamined: 'SKULL' })).toEqual({
    reason: 'not-chest',
    detail: 'another body part: SKULL',
    words: 'another body part: SKULL',
  });
  expect(judged({ BodyPartExamined: 'KIM MINSU' })).toEqual({
    reason: 'not-chest',
    detail: 'another body part',
    words: 'another body part: KIM MINSU',
  });
  expect(judged({ BodyPartExamined: 'THORACIC SPINE' })).toMatchObject({ reason: 'not-chest' });
});

test('another modality is told so, too', () => {
  expect(judged({ Modality: 'OT' })).toMatchObject({ detail: 'another modality: OT' });
  expect(judged({ Modality: 'XRAY' })).toMatchObject({
    detail: 'another modality',
    words: 'another modality: XRAY',
  });
});

test('both can be allowed by the source, in capitals or not', () => {
  expect(judged({ BodyPartExamined: 'SKULL' }, { bodyParts: ['skull'] })).toBe(null);
  expect(judged({ Modality: 'OT' }, { modalities: ['OT'] })).toBe(null);
  expect(judged({ Modality: 'OT' }, { bodyParts: ['OT'] })).not.toBe(null);
});

test.each<[Elements, string]>([
  [{ StudyDescription: 'Hip', SeriesDescription: 'Pelvis' }, 'hip'],
  [{ SeriesDescription: 'PELVIS AP' }, 'pelvis'],
  [{ ProtocolName: 'Knie rechts' }, 'knee'],
  [{ RequestedProcedureDescription: 'RX MANO IZQUIERDA' }, 'hand'],
  [{ StudyDescription: 'Thoracic spine' }, 'spine'],
  [{ SeriesDescription: 'BWS seitlich' }, 'spine'],
  [{ StudyDescription: 'XR ABDOMEN (KUB)' }, 'abdomen'],
  [{ SeriesDescription: 'abdomen ap' }, 'abdomen'],
  [{ AcquisitionDeviceProcessingDescription: '[LOWER LEG         ]' }, 'leg'],
  [{ StudyDescription: 'RX CADERA AP' }, 'hip'],
  [{ StudyDescription: 'quadril direito' }, 'hip'],
  [{ StudyDescription: 'Hanche gauche' }, 'hip'],
  [{ StudyDescription: 'Bassin de face' }, 'pelvis'],
  [{ StudyDescription: 'anca dx' }, 'hip'],
  [{ StudyDescription: 'bacino' }, 'pelvis'],
  [{ StudyDescription: 'RX PIE DERECHO' }, 'foot'],
])('without a body part, %j is none', (texts, part) => {
  expect(described(texts)).toEqual({
    reason: 'not-chest',
    detail: `another body part: ${part}, by its descriptions`,
  });
});

test.each<Elements>([
  {},
  { StudyDescription: 'Chest PA' },
  { StudyDescription: 'CHEST AND ABDOMEN' },
  { StudyDescription: 'Emergency', SeriesDescription: 'AP portable' },
  { StudyDescription: 'Thorax', SeriesDescription: 'hand-held' },
  { SeriesDescription: 'hand-held portable' },
  { SeriesDescription: 'portable, head up' },
  { StudyDescription: 'C-arm, bedside' },
  { SeriesDescription: 'PA de pie' },
  { StudyDescription: 'r/o PE' },
  { StudyDescription: 'thorax face debout', SeriesDescription: 'PA' },
])('without a body part, %j may be a chest', (texts) => {
  expect(described(texts)).toBe(null);
});

test.each([
  ['Hüfte links', 'hip'],
  ['Vorfuß rechts', 'foot'],
  ['Beckenübersicht a.p.', 'pelvis'],
  ['고관절', 'hip'],
  ['골반', 'pelvis'],
  ['흉추', 'spine'],
  ['복부', 'abdomen'],
  ['股関節', 'hip'],
  ['骨盤', 'pelvis'],
  ['胸椎', 'spine'],
  ['膝関節', 'knee'],
])('the grammar of parts knows %s as a %s', (text, part) => {
  expect(partNamed(text)).toBe(part);
});

test.each(['흉부 정면', '胸部', 'ＣＨＥＳＴ', '손상', '발열', 'Thorax'])('%s is no other part', (text) => {
  expect(partNamed(text)).toBe(null);
});

test('a film that is called another part in one place and a chest in another is shown as such', () => {
  const film = { BodyPartExamined: 'SKULL', SeriesDescription: 'CHEST PA' };
  expect(judged(film)).toMatchObject({ detail: 'another body part: SKULL, by its descriptions a chest' });
  expect(judged(film, { bodyParts: ['SKULL'] })).toBe(null);
});
