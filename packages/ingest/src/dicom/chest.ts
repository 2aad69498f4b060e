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

/** The chest in the languages of those who write it. */
const CHEST = /CHEST|\bCXR\b|LUNG|PULM|POUMON|POLMON|\bRIB|BRUSTKORB|COSTAL|胸|흉부|폐|肺/;
/** The same in Greek's descendants, where it may be its spine that is meant. */
const THORAX = /THORA[XKC]|TORA[XCK]/;
const SPINE = /SPINE|SPINAL|COLUMNA|COLUNA|COLONN[AE]|RACHIS|WIRBEL|VERTEBR|\bTSPINE\b|\b[BHL]WS\b/;

/** Parts that are no chest, by the words that people write for them in English, German, Spanish, Portuguese, French and Italian. */
const PARTS: readonly (readonly [part: string, words: RegExp])[] = [
  ['hip', /\bHIPS?\b|HUFTE|HUEFTE|CADERA|QUADRIL|HANCHE|\bANCA\b/],
  ['pelvis', /PELVI[SCE]|BECKEN|\bBACIA\b|\bBASSIN\b|\bBACINO\b|SACR(UM|OIL)|COCCYX/],
  ['spine', SPINE],
  ['abdomen', /ABDOM|\bADDOME\b|\bKUB\b|\bBAUCH\b/],
  [
    'skull',
    /SKULL|CRANI|CRAN[EI]O|\bCRANE\b|SCHADEL|SCHAEDEL|^HEAD\b(?! UP)|SINUS|MANDIB|\bJAW\b|DENTAL|FACIAL/,
  ],
  ['neck', /\bNECK\b|\bHALS\b|CUELLO|PESCOCO|\bCOU\b|\bCOLLO\b/],
  ['shoulder', /SHOULDER|SCHULTER|HOMBRO|\bOMBRO\b|EPAULE|SPALLA|CLAVIC|SCAPULA/],
  [
    'arm',
    /HUMERUS|FOREARM|UPPER ARM|OBERARM|UNTERARM|ELBOW|ELLBOGEN|ELLENBOGEN|\bCODO\b|COTOVELO|\bCOUDE\b|GOMITO|\bULNA|\bRADIUS\b/,
  ],
  ['hand', /\bHANDS?\b(?![- ]?HELD)|WRIST|HANDGELENK|\bMANO\b|MUNECA|PUNHO|POIGNET|\bPOLSO\b|FINGER|THUMB/],
  ['leg', /\bLEGS?\b|FEMUR|THIGH|TIBIA|FIBULA|LOWER EXTREM|OBERSCHENKEL|UNTERSCHENKEL|\bMUSLO\b|\bCOXA\b/],
  ['knee', /\bKNEES?\b|\bKNIE\b|RODILLA|JOELHO|GENOU|GINOCCHI|PATELLA/],
  [
    'foot',
    /\bFOOT\b|\bFEET\b|ANKLE|\bTOES?\b|\bFUSS\b|SPRUNGGELENK|TOBILLO|TORNOZELO|CHEVILLE|CAVIGLIA|CALCANE|\bHEEL\b/,
  ],
  ['breast', /BREAST|MAMMO|\bMAMMA\b/],
];

/** Where people write what a film shows, beside Body Part Examined. */
const TEXTS: readonly Tag[] = [
  'StudyDescription',
  'SeriesDescription',
  'ProtocolName',
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
  return other(OTHER_PART, part, BODY_PARTS);
}

function other(what: string, text: string, terms: ReadonlySet<string>): Rejection {
  const term = plain(text);
  const detail = terms.has(term) ? `${what}: ${term}` : what;
  return { reason: 'not-chest', detail, words: `${what}: ${text}` };
}

/** Where the body part is not stated, what the descriptions name; a chest among it is what was meant. */
function describedPart(values: Values): Rejection | null {
  const texts = [
    ...TEXTS.map((tag) => values.text(tag)),
    ...CODED.map((tag) => values.item(tag)?.text('CodeMeaning')),
  ].map((text) => plain(text ?? ''));
  if (texts.some(isChest)) return null;
  const found = PARTS.find(([, words]) => texts.some((text) => words.test(text)));
  return found ? { reason: 'not-chest', detail: `${OTHER_PART}: ${found[0]}, by its descriptions` } : null;
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
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .normalize('NFC')
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
