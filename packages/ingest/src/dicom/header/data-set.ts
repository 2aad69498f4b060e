import { inflateRawSync } from 'node:zlib';
import { decodedText } from './character-set.ts';
import { type DataSet, type Encoding, firstItem, fragmentsOf, readElements } from './elements.ts';

const PREAMBLE = 128;
const MAGIC = 'DICM';
/** A deflated data set may unpack to this many bytes, as many as a file may have. */
const MAX_INFLATED_BYTES = 2 ** 28;

/** Transfer syntaxes that tell how the data set is written; all others are explicit and little endian (PS3.5 annex A). */
const IMPLICIT = '1.2.840.10008.1.2';
const BIG_ENDIAN = '1.2.840.10008.1.2.2';
const DEFLATED = '1.2.840.10008.1.2.1.99';

/** Whether the file is DICOM, whatever its name: as stored on media (PS3.10), or its data set without a preamble. */
export function isDicom(bytes: Uint8Array): boolean {
  return metaStart(bytes) !== null || startsDataSet(bytes, 0);
}

/** Where the meta information starts: after the preamble, or at once. */
function metaStart(bytes: Uint8Array): number | null {
  for (const at of [PREAMBLE, 0]) {
    if (latin1(bytes, at, at + MAGIC.length) === MAGIC) return at + MAGIC.length;
  }
  return null;
}

function latin1(bytes: Uint8Array, start: number, end: number): string {
  const part = bytes.subarray(start, end);
  return Buffer.from(part.buffer, part.byteOffset, part.length).toString('latin1');
}

/** Whether an element of group 2 or 8, the first ones of any film, stands there. No other kind of image starts like this. */
function startsDataSet(bytes: Uint8Array, at: number): boolean {
  if (at + 8 > bytes.length) return false;
  const [a, b, c, d] = bytes.subarray(at, at + 4) as unknown as [number, number, number, number];
  const isFirst = (group: number) => group === 2 || group === 8;
  return (isFirst(a) && b === 0 && d === 0) || (a === 0 && isFirst(b) && c === 0);
}

/**
 * The elements of a DICOM file, found but not read. The file itself goes before what it declares: explicit or implicit
 * VR, and little or big endian, are told by its elements, so that a transfer syntax may be wrong or missing.
 * @throws DecodeError where the file cannot be followed to its end
 */
export function parseDataSet(file: Uint8Array): DataSet {
  const meta = readElements(
    file,
    { start: metaStart(file) ?? 0, end: file.length, until: (group) => group !== 2 },
    { littleEndian: true, explicit: true },
  );
  const syntax = new Values({ ...meta, bytes: file, littleEndian: true }).text('TransferSyntaxUID');
  const bytes = syntax === DEFLATED ? inflated(file, meta.end) : file;
  const encoding = encodingOf(bytes, meta.end, syntax);
  const { elements } = readElements(bytes, { start: meta.end, end: bytes.length }, encoding);
  return { bytes, littleEndian: encoding.littleEndian, elements: new Map([...meta.elements, ...elements]) };
}

/** A film's first elements are of a group below 256: the byte that is 0 tells which end comes first. */
function encodingOf(bytes: Uint8Array, at: number, syntax: string | null): Encoding {
  const [first, second] = bytes.subarray(at, at + 2);
  const littleEndian = first === 0 || second === 0 ? second === 0 : syntax !== BIG_ENDIAN;
  return { littleEndian, explicit: syntax !== IMPLICIT };
}

/** The file with its deflated part unpacked; as it is where it says that it is deflated and is not. */
function inflated(file: Uint8Array, start: number): Uint8Array {
  if (startsDataSet(file, start)) return file;
  const rest = inflateRawSync(file.subarray(start), { maxOutputLength: MAX_INFLATED_BYTES });
  return Buffer.concat([file.subarray(0, start), rest]);
}

/** Tags by the keyword of PS3.6. */
export const TAGS = {
  TransferSyntaxUID: 'x00020010',
  SpecificCharacterSet: 'x00080005',
  SOPClassUID: 'x00080016',
  SOPInstanceUID: 'x00080018',
  StudyDate: 'x00080020',
  AccessionNumber: 'x00080050',
  Modality: 'x00080060',
  PresentationIntentType: 'x00080068',
  CodeValue: 'x00080100',
  CodeMeaning: 'x00080104',
  StudyDescription: 'x00081030',
  ProcedureCodeSequence: 'x00081032',
  SeriesDescription: 'x0008103e',
  AnatomicRegionSequence: 'x00082218',
  PatientID: 'x00100020',
  PatientBirthDate: 'x00100030',
  PatientSex: 'x00100040',
  PatientAge: 'x00101010',
  BodyPartExamined: 'x00180015',
  ProtocolName: 'x00181030',
  AcquisitionDeviceProcessingDescription: 'x00181400',
  PatientPosition: 'x00185100',
  ViewPosition: 'x00185101',
  AcquisitionProtocolDescription: 'x00189424',
  StudyInstanceUID: 'x0020000d',
  PatientOrientation: 'x00200020',
  SamplesPerPixel: 'x00280002',
  PhotometricInterpretation: 'x00280004',
  PlanarConfiguration: 'x00280006',
  NumberOfFrames: 'x00280008',
  Rows: 'x00280010',
  Columns: 'x00280011',
  BitsAllocated: 'x00280100',
  BitsStored: 'x00280101',
  HighBit: 'x00280102',
  PixelRepresentation: 'x00280103',
  PixelPaddingValue: 'x00280120',
  PixelPaddingRangeLimit: 'x00280121',
  BurnedInAnnotation: 'x00280301',
  WindowCenter: 'x00281050',
  WindowWidth: 'x00281051',
  RescaleIntercept: 'x00281052',
  RescaleSlope: 'x00281053',
  VOILUTFunction: 'x00281056',
  RedPaletteColorLookupTableDescriptor: 'x00281101',
  GreenPaletteColorLookupTableDescriptor: 'x00281102',
  BluePaletteColorLookupTableDescriptor: 'x00281103',
  RedPaletteColorLookupTableData: 'x00281201',
  GreenPaletteColorLookupTableData: 'x00281202',
  BluePaletteColorLookupTableData: 'x00281203',
  SegmentedRedPaletteColorLookupTableData: 'x00281221',
  SegmentedGreenPaletteColorLookupTableData: 'x00281222',
  SegmentedBluePaletteColorLookupTableData: 'x00281223',
  ModalityLUTSequence: 'x00283000',
  LUTDescriptor: 'x00283002',
  LUTData: 'x00283006',
  VOILUTSequence: 'x00283010',
  FrameVOILUTSequence: 'x00289132',
  PixelValueTransformationSequence: 'x00289145',
  RequestedProcedureDescription: 'x00321060',
  PerformedProcedureStepDescription: 'x00400254',
  ViewCodeSequence: 'x00540220',
  ViewModifierCodeSequence: 'x00540222',
  PatientOrientationCodeSequence: 'x00540410',
  PresentationLUTShape: 'x20500020',
  SharedFunctionalGroupsSequence: 'x52009229',
  PerFrameFunctionalGroupsSequence: 'x52009230',
  FloatPixelData: 'x7fe00008',
  DoubleFloatPixelData: 'x7fe00009',
  PixelData: 'x7fe00010',
} as const;

export type Tag = keyof typeof TAGS;

/** A data set's values by keyword; null where an element is absent, empty or not of its type. */
export class Values {
  /** @param outer Specific Character Set of the data set that this is an item of: an item without its own has that one (PS3.5 6.1.2.2) */
  constructor(
    readonly dataSet: DataSet,
    private readonly outer: string | null = null,
  ) {}

  /** The first of the element's texts, trimmed. */
  text(tag: Tag): string | null {
    const bytes = this.bytes(tag);
    if (bytes === null) return null;
    const [first = ''] = this.#decoded(bytes).split(/[\\\0]/, 1);
    return first.trim() || null;
  }

  #decoded(bytes: Uint8Array): string {
    return decodedText(bytes, this.#characterSets());
  }

  #characterSets(): string | null {
    const own = this.bytes('SpecificCharacterSet');
    return own === null ? this.outer : latin1(own, 0, own.length);
  }

  /** A decimal or integer written as text (DS, IS); the first where there are several. */
  number(tag: Tag): number | null {
    return this.numbers(tag)[0] ?? null;
  }

  /** All of them. Some writers have a comma for the point. */
  numbers(tag: Tag): (number | null)[] {
    const bytes = this.bytes(tag);
    if (bytes === null) return [];
    return latin1(bytes, 0, bytes.length)
      .split('\\')
      .map((text) => {
        const [written = ''] = text.split('\0', 1);
        const value = written.trim() === '' ? Number.NaN : Number(written.replace(',', '.'));
        return Number.isFinite(value) ? value : null;
      });
  }

  uint16(tag: Tag, index = 0): number | null {
    return this.words(tag)?.(index) ?? null;
  }

  int16(tag: Tag, index = 0): number | null {
    const value = this.uint16(tag, index);
    return value === null ? null : (value << 16) >> 16;
  }

  vr(tag: Tag): string | null {
    return this.dataSet.elements.get(TAGS[tag])?.vr ?? null;
  }

  /** The first item of a sequence. */
  item(tag: Tag): Values | null {
    const element = this.dataSet.elements.get(TAGS[tag]);
    const item = element ? firstItem(this.dataSet.bytes, element) : null;
    return item === null ? null : new Values(item, this.#characterSets());
  }

  /** The element's bytes as they lie in the file; null where it has none. */
  bytes(tag: Tag): Uint8Array | null {
    const element = this.dataSet.elements.get(TAGS[tag]);
    if (!element || element.length === 0) return null;
    return this.dataSet.bytes.subarray(element.at, element.at + element.length);
  }

  /** The element's 16-bit words, little or big endian as the file is, one by one: undefined beyond its end. */
  words(tag: Tag): ((index: number) => number | undefined) | null {
    const bytes = this.bytes(tag);
    if (bytes === null) return null;
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const { littleEndian } = this.dataSet;
    return (index) => (2 * index + 2 <= bytes.length ? view.getUint16(2 * index, littleEndian) : undefined);
  }

  /** The fragments of compressed pixel data; null where they are not compressed. */
  fragments(tag: Tag): Uint8Array[] | null {
    const element = this.dataSet.elements.get(TAGS[tag]);
    return element?.isOpen ? fragmentsOf(this.dataSet.bytes, element) : null;
  }
}
