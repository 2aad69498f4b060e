import { inflateRawSync } from 'node:zlib';
import dicomParser, { type DataSet } from 'dicom-parser';

const MAGIC_AT = 128;
/** A deflated data set may unpack to this many bytes, as many as a file may have. */
const MAX_INFLATED_BYTES = 2 ** 28;

/** Whether the file is DICOM as stored on media (PS3.10), whatever its name. */
export function isDicom(bytes: Uint8Array): boolean {
  const magic = bytes.subarray(MAGIC_AT, MAGIC_AT + 4);
  return Buffer.from(magic.buffer, magic.byteOffset, magic.length).toString('latin1') === 'DICM';
}

/**
 * The elements of a DICOM file, found but not read: explicit or implicit VR, little or big endian, deflated.
 * @throws Error where the file cannot be followed to its end
 */
export function parseDataSet(bytes: Uint8Array): DataSet {
  try {
    return dicomParser.parseDicom(bytes, { inflater: inflate });
  } catch (thrown) {
    throw new Error(complaint(thrown));
  }
}

/** dicom-parser hands over the whole file and where its deflated part starts; it wants the whole file back. */
function inflate(file: Uint8Array, start: number): Uint8Array {
  const rest = inflateRawSync(file.subarray(start), { maxOutputLength: MAX_INFLATED_BYTES });
  return Buffer.concat([file.subarray(0, start), rest]);
}

/** dicom-parser throws texts, errors and objects that hold either. What it says quotes no value of the file. */
function complaint(thrown: unknown): string {
  if (typeof thrown === 'string') return thrown;
  if (thrown instanceof Error) return thrown.message;
  const inner = (thrown as { exception?: unknown } | null)?.exception;
  return inner === undefined ? 'not to be parsed' : complaint(inner);
}

/** Tags as dicom-parser names them, by the keyword of PS3.6. */
export const TAGS = {
  TransferSyntaxUID: 'x00020010',
  SOPClassUID: 'x00080016',
  SOPInstanceUID: 'x00080018',
  StudyDate: 'x00080020',
  AccessionNumber: 'x00080050',
  Modality: 'x00080060',
  CodeValue: 'x00080100',
  StudyDescription: 'x00081030',
  SeriesDescription: 'x0008103e',
  PatientID: 'x00100020',
  PatientBirthDate: 'x00100030',
  PatientSex: 'x00100040',
  PatientAge: 'x00101010',
  BodyPartExamined: 'x00180015',
  ProtocolName: 'x00181030',
  ViewPosition: 'x00185101',
  StudyInstanceUID: 'x0020000d',
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
  ModalityLUTSequence: 'x00283000',
  LUTDescriptor: 'x00283002',
  LUTData: 'x00283006',
  VOILUTSequence: 'x00283010',
  ViewCodeSequence: 'x00540220',
  PresentationLUTShape: 'x20500020',
  PixelData: 'x7fe00010',
} as const;

export type Tag = keyof typeof TAGS;

/** A data set's values by keyword; null where an element is absent, empty or not of its type. */
export class Values {
  constructor(readonly dataSet: DataSet) {}

  /** The first of the element's texts, trimmed. */
  text(tag: Tag): string | null {
    return this.#read(() => this.dataSet.string(TAGS[tag], 0))?.trim() || null;
  }

  /** A decimal or integer written as text (DS, IS); the first where there are several. */
  number(tag: Tag): number | null {
    const value = Number(this.text(tag) ?? Number.NaN);
    return Number.isFinite(value) ? value : null;
  }

  uint16(tag: Tag, index = 0): number | null {
    return this.#read(() => this.dataSet.uint16(TAGS[tag], index)) ?? null;
  }

  int16(tag: Tag, index = 0): number | null {
    return this.#read(() => this.dataSet.int16(TAGS[tag], index)) ?? null;
  }

  /** Whether the file says that the element's values are signed, which implicit VR does not tell. */
  isSigned(tag: Tag): boolean {
    return this.dataSet.elements[TAGS[tag]]?.vr === 'SS';
  }

  /** The first item of a sequence. */
  item(tag: Tag): Values | null {
    const item = this.dataSet.elements[TAGS[tag]]?.items?.[0]?.dataSet;
    return item ? new Values(item) : null;
  }

  /** The element's bytes as they lie in the file; null where it has none or claims more than there are. */
  bytes(tag: Tag): Uint8Array | null {
    const element = this.dataSet.elements[TAGS[tag]];
    const file = this.dataSet.byteArray;
    if (!element || element.length <= 0 || element.dataOffset + element.length > file.length) return null;
    return file.subarray(element.dataOffset, element.dataOffset + element.length);
  }

  /** The element's 16-bit words, little or big endian as the file is, one by one. */
  words(tag: Tag): ((index: number) => number) | null {
    const element = this.dataSet.elements[TAGS[tag]];
    const { byteArray, byteArrayParser } = this.dataSet;
    if (!element || this.bytes(tag) === null) return null;
    return (index) => byteArrayParser.readUint16(byteArray, element.dataOffset + 2 * index);
  }

  #read<Value>(read: () => Value | undefined): Value | undefined {
    try {
      return read();
    } catch {
      // A length that points beyond the file, or a value of another type than the tag's.
      return undefined;
    }
  }
}
