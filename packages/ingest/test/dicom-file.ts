import { TAGS, type Tag } from '../src/dicom/header/data-set.ts';

/** Elements that only tests write: names and dates of people who do not exist. */
const MORE = {
  PatientName: 'x00100010',
  InstitutionName: 'x00080080',
  ReferringPhysicianName: 'x00080090',
  PatientAddress: 'x00101040',
} as const;

type Keyword = Tag | keyof typeof MORE;
export type Elements = Partial<Record<Keyword, string | number | Uint8Array>>;

const VRS: Partial<Record<Keyword, string>> = {
  SOPClassUID: 'UI',
  SOPInstanceUID: 'UI',
  StudyInstanceUID: 'UI',
  StudyDate: 'DA',
  PatientBirthDate: 'DA',
  PatientName: 'PN',
  ReferringPhysicianName: 'PN',
  AccessionNumber: 'SH',
  PatientAge: 'AS',
  WindowCenter: 'DS',
  WindowWidth: 'DS',
  NumberOfFrames: 'IS',
  PixelData: 'OW',
  ViewCodeSequence: 'SQ',
  PatientOrientationCodeSequence: 'SQ',
};
const CODE_STRINGS: readonly Keyword[] = [
  'Modality',
  'BodyPartExamined',
  'ViewPosition',
  'PatientOrientation',
  'PatientPosition',
  'PatientSex',
  'PhotometricInterpretation',
  'BurnedInAnnotation',
];

function vrOf(keyword: Keyword, value: Elements[Keyword]): string {
  if (typeof value === 'number') return 'US';
  return VRS[keyword] ?? (CODE_STRINGS.includes(keyword) ? 'CS' : 'LO');
}

const LONG = ['OW', 'OB', 'SQ', 'UN'];

function element(tag: string, vr: string, value: string | number | Uint8Array): Buffer {
  const bytes =
    typeof value === 'number'
      ? Buffer.from(new Uint16Array([value]).buffer)
      : typeof value === 'string'
        ? Buffer.from(value, 'utf8')
        : Buffer.from(value);
  const even = bytes.length % 2 === 0 ? bytes : Buffer.concat([bytes, Buffer.from(vr === 'UI' ? '\0' : ' ')]);
  const header = Buffer.alloc(LONG.includes(vr) ? 12 : 8);
  header.writeUInt16LE(Number.parseInt(tag.slice(1, 5), 16), 0);
  header.writeUInt16LE(Number.parseInt(tag.slice(5), 16), 2);
  header.write(vr, 4, 'latin1');
  if (LONG.includes(vr)) header.writeUInt32LE(even.length, 8);
  else header.writeUInt16LE(even.length, 6);
  return Buffer.concat([header, even]);
}

/** A DICOM file of these elements, explicit VR little endian unless TransferSyntaxUID says otherwise. */
export function dicomFile({ TransferSyntaxUID = '1.2.840.10008.1.2.1', ...elements }: Elements): Buffer {
  const tags: Readonly<Record<Keyword, string>> = { ...TAGS, ...MORE };
  const body = (Object.entries(elements) as [Keyword, string | number | Uint8Array][])
    .sort(([a], [b]) => (tags[a] < tags[b] ? -1 : 1))
    .map(([keyword, value]) => element(tags[keyword], vrOf(keyword, value), value));
  const syntax = element(TAGS.TransferSyntaxUID, 'UI', TransferSyntaxUID);
  const length = Buffer.alloc(4);
  length.writeUInt32LE(syntax.length, 0);
  const meta = Buffer.concat([element('x00020000', 'UL', length), syntax]);
  return Buffer.concat([Buffer.alloc(128), Buffer.from('DICM'), meta, ...body]);
}

/** A film of `edge` pixels square, 12 bits, with a slope that depends on `seed`. */
export function drawnFilm(elements: Elements, seed = 1, edge = 40): Buffer {
  const pixels = Uint16Array.from(
    { length: edge * edge },
    (_, i) => (i * (seed + 3) + (i % edge) * 50) % 4096,
  );
  return dicomFile({
    SOPClassUID: '1.2.840.10008.5.1.4.1.1.1.1',
    Modality: 'DX',
    BodyPartExamined: 'CHEST',
    ViewPosition: 'PA',
    SamplesPerPixel: 1,
    PhotometricInterpretation: 'MONOCHROME2',
    Rows: edge,
    Columns: edge,
    BitsAllocated: 16,
    BitsStored: 12,
    HighBit: 11,
    PixelRepresentation: 0,
    PixelData: new Uint8Array(pixels.buffer),
    ...elements,
  });
}
