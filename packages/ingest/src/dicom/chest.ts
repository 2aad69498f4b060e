import type { Tag, Values } from './header/data-set.ts';
import type { Rejection } from './rejection.ts';

/** What a source's owner says beside what films say themselves. */
export interface ChestWords {
  /** texts of Body Part Examined that mean the chest */
  readonly bodyParts?: readonly string[] | undefined;
  /** texts of Modality that mean a radiograph */
  readonly modalities?: readonly string[] | undefined;
}

const RADIOGRAPHY = ['CR', 'DX', 'DR', 'RG'];
/** The detail of a film that no radiograph is: its pixels may be a scanned letter. */
export const OTHER_MODALITY = 'another modality';
const OTHER_PART = 'another body part';

/** The chest in the languages of those who write it: English, German, Spanish, Portuguese, Italian, French and East Asian ones. */
const CHEST = /CHEST|\bCXR\b|LUNG|PULM|POUMON|POLMON|\bRIB|BRUSTKORB|COSTAL|胸(?!椎|腰)|흉부|흉곽|폐|肺/;
/** The same in Greek's descendants, where it may be its spine that is meant. */
const THORAX = /THORA[XKC]|TORA[XCK]/;
const SPINE =
  /SPINE|SPINAL|COLUMNA|COLUNA|COLONN[AE]|RACHIS|WIRBEL|VERTEBR|\bTSPINE\b|\b[BHL]WS\b|척추|[경흉요]추|[脊頸頚颈胸腰]椎|脊柱/;

/** Parts that are no chest, by the words that people write for them in the same languages. */
const PARTS: readonly (readonly [part: string, words: RegExp])[] = [
  ['hip', /\bHIPS?\b|HUE?FT|CADERA|QUADRIL|HANCHE|\bANC(A|HE)\b|고관절|엉덩|股関節|[髋髖]/],
  [
    'pelvis',
    /PELVI[SCE]|\bPELVE\b|BECKEN|\bBACIA\b|\bBASSIN\b|\bBACINO\b|SACR(UM|OIL)|COCCYX|골반|骨[盤盘盆]/,
  ],
  ['spine', SPINE],
  ['abdomen', /ABDOM|\bADDOME\b|\bKUB\b|\bBAUCH\b|복부|腹部/],
  [
    'skull',
    /SKULL|CRANI|CRAN[EI]O|\bCRANE\b|SCHADEL|SCHAEDEL|^HEAD\b(?! UP)|SINUS|MANDIB|\bJAW\b|DENTAL|FACIAL|두개|부비동|頭[部蓋]|[颅顱]|副鼻腔/,
  ],
  ['neck', /\bNECK\b|\bHALS\b|CUELLO|PESCOCO|\bCOU\b|\bCOLLO\b|[頸頚颈]部/],
  [
    'shoulder',
    /SHOULDER|SCHULTER|HOMBRO|\bOMBRO\b|EPAULE|SPALLA|CLAVIC|SCAPULA|SCHLUE?SSELBEIN|어깨|견관절|쇄골|肩|[鎖锁]骨/,
  ],
  [
    'arm',
    /HUMER|FOREARM|UPPER ARM|OBERARM|UNTERARM|ELBOW|ELLBOGEN|ELLENBOGEN|\bCODO\b|COTOVELO|\bCOUDE\b|GOMITO|\bULNA|\bRADIUS\b|ANTEBRA[ZC]O|AVANT.?BRAS|팔꿈치|주관절|상완|전완|[上前]腕|肘/,
  ],
  [
    'hand',
    /\bHANDS?\b(?![- ]?HELD)|WRIST|HANDGELENK|\bMANO\b|\bMAO\b|\bMAINS? (DROITE|GAUCHE)|MUNECA|PUNHO|POIGNET|\bPOLSO\b|FINGER|THUMB|\bDEDOS?\b|\bDOIGTS?\b|수부|손목|손가락|[右左両]手|手[部指関关]|腕关/,
  ],
  [
    'leg',
    /\bLEGS?\b|FEMUR|FEMORE|THIGH|TIBIA|FIBULA|LOWER EXTREM|OBERSCHENKEL|UNTERSCHENKEL|\bMUSLO\b|\bCOXA\b|CUISSE|\bJAMBE|COSCIA|\bGAMBA\b|PIERNA|\bPERNA\b|대퇴|하지|경골|비골|大腿|下[腿肢]/,
  ],
  ['knee', /\bKNEES?\b|\bKNIE\b|RODILLA|JOELHO|GENOU|GINOCCHI|PATELLA|무릎|슬관절|膝/],
  [
    'foot',
    /\bFOOT\b|\bFEET\b|ANKLE|\bTOES?\b|FUSS\b|\bZEHEN?\b|SPRUNGGELENK|(?<!\bDE )\bPIE\b|\bPIED\b|\bPIEDE\b|TOBILLO|TORNOZELO|CHEVILLE|CAVIGLIA|CALCANE|\bHEEL\b|족부|발목|발가락|족관절|[右左両]足|足[部関关趾]|踝/,
  ],
  ['breast', /BREAST|MAMMO|MAMOGRAF|\bMAMM?A\b|유방|乳[房腺]/],
];

/** Where people write what a film shows, beside Body Part Examined. */
const TEXTS: readonly Tag[] = [
  'StudyDescription',
  'SeriesDescription',
  'ProtocolName',
  'AcquisitionDeviceProcessingDescription',
  'AcquisitionProtocolDescription',
  'RequestedProcedureDescription',
  'PerformedProcedureStepDescription',
];
const CODED: readonly Tag[] = ['AnatomicRegionSequence', 'ViewCodeSequence', 'ProcedureCodeSequence'];

/**
 * Why a film is none of a chest, as far as its header tells; null where nothing speaks against it. Its texts go into
 * `words` alone, unless they are terms of the standard.
 */
export function notChest(
  values: Values,
  { bodyParts = [], modalities = [] }: ChestWords = {},
): Rejection | null {
  const modality = values.text('Modality');
  if (modality !== null && !isOneOf(modality, RADIOGRAPHY) && !isOneOf(modality, modalities)) {
    return other(OTHER_MODALITY, modality, MODALITIES);
  }
  const part = values.text('BodyPartExamined');
  if (part === null) return describedPart(values);
  if (isOneOf(part, bodyParts) || isChest(plain(part))) return null;
  const more = descriptionsOf(values).map(plain).some(isChest) ? ', by its descriptions a chest' : '';
  return other(OTHER_PART, part, BODY_PARTS, more);
}

/** @param more what the descriptions tell */
function other(what: string, text: string, terms: ReadonlySet<string>, more = ''): Rejection {
  const term = plain(text);
  const detail = terms.has(term) ? `${what}: ${term}` : what;
  return { reason: 'not-chest', detail: `${detail}${more}`, words: `${what}: ${text}${more}` };
}

/** Where the body part is not stated, what the descriptions name; a chest among it is what was meant. */
function describedPart(values: Values): Rejection | null {
  const part = partNamed(...descriptionsOf(values));
  return part === null
    ? null
    : { reason: 'not-chest', detail: `${OTHER_PART}: ${part}, by its descriptions` };
}

/** The part that descriptions name; null where they name a chest, or none. */
export function partNamed(...descriptions: readonly string[]): string | null {
  const texts = descriptions.map(plain);
  if (texts.some(isChest)) return null;
  return PARTS.find(([, words]) => texts.some((text) => words.test(text)))?.[0] ?? null;
}

function descriptionsOf(values: Values): string[] {
  const texts = [
    ...TEXTS.map((tag) => values.text(tag)),
    ...CODED.map((tag) => values.item(tag)?.text('CodeMeaning')),
  ];
  return texts.flatMap((text) => (text ? [text] : []));
}

function isChest(text: string): boolean {
  return CHEST.test(text) || (THORAX.test(text) && !SPINE.test(text));
}

function isOneOf(text: string, allowed: readonly string[]): boolean {
  return allowed.some((one) => plain(one) === plain(text));
}

/** In capitals, without accents, and with blanks where people write `_`. */
function plain(text: string): string {
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .normalize('NFKC')
    .toUpperCase()
    .replaceAll('_', ' ')
    .trim();
}

/** Defined terms of Modality (PS3.3 C.7.3.1.1.1). */
const MODALITIES: ReadonlySet<string> = new Set(
  'AR AS AU BDUS BI BMD CD CF CP CR CS CT DD DF DG DM DOC DR DS DX EC ECG EOG EPS ES FA FID FS GM HC HD IO IVOCT IVUS KO LEN LP LS MA MG MR MS NM OAM OCT OP OPM OPR OPT OPV OSS OT PLAN PR PT PX REG RESP RF RG RTDOSE RTIMAGE RTPLAN RTRECORD RTSTRUCT RWV SEG SM SMR SR SRF ST STAIN TG TH US VA VF XA XC'.split(
    ' ',
  ),
);

/** Defined terms of Body Part Examined that a radiograph may have (PS3.16 annex L). */
const BODY_PARTS: ReadonlySet<string> = new Set(
  'ABDOMEN ABDOMENPELVIS ANKLE ARM BLADDER BREAST BRAIN CALCANEUS CALF CERVICALSPINE CLAVICLE COCCYX CSPINE CTSPINE ELBOW ESOPHAGUS EXTREMITY EYE FACE FACIALBONES FEMUR FINGER FOOT FOREARM HAND HEAD HEADNECK HEART HIP HUMERUS IAC JAW KIDNEY KNEE LEG LIVER LOWEREXTREMITY LSPINE LSSPINE LUMBARSPINE MANDIBLE MAXILLA NECK NOSE ORBIT PATELLA PELVIS RADIUS SACRUM SCAPULA SHOULDER SINUS SKULL SPINE SPLEEN SSPINE STERNUM STOMACH TEETH THIGH THUMB TIBIA TIBIAFIBULA TLSPINE TMJ TOE TSPINE ULNA UPPEREXTREMITY UPPERARM WHOLEBODY WRIST ZYGOMA'.split(
    ' ',
  ),
);
