/** What a word says of how a film was taken. */
export type Meaning =
  /** no view at all, although it looks like one */
  | 'NOTHING'
  /** several films, of which this may be any */
  | 'SERIES'
  /** lying on one side, the beam horizontal */
  | 'DECUBITUS'
  /** oblique, lordotic, axial: neither AP nor PA nor lateral */
  | 'OTHER'
  | 'AP'
  | 'PA'
  | 'LATERAL'
  /** AP or PA */
  | 'FRONTAL'
  /** taken at the bed, by a mobile unit */
  | 'BEDSIDE'
  /** on the back */
  | 'SUPINE'
  | 'PRONE'
  | 'HALF_UPRIGHT'
  | 'UPRIGHT';

type Vocabulary = readonly (readonly [Meaning, readonly string[]])[];

const SIDE = '(LEFT|RIGHT|LT|RT|L|R)';
const AND = '(\\+|AND|WITH|W|UND|U|E|Y|ET)';
/** Not one of several single letters, as in `C A P`; `L`, `R` and the words for `and` may stand beside. */
const NO_LETTER = '[A-DF-KM-QSTVZ]';
const letters = (first: string, second: string) =>
  `(?<! ${NO_LETTER} )(?<!\\+ )${first}( [>+])? ${second}(?! ${NO_LETTER} )`;

/**
 * Words in Latin letters, in the order in which they are looked for: what is found is taken out of the text, so that
 * `lateral decubitus` is no lateral. Each is a pattern of whole words as `latinWords` writes them. English, German,
 * Spanish, Portuguese, Italian and French.
 */
export const LATIN: Vocabulary = [
  [
    'NOTHING',
    [
      'PA C(?! XR)', // a physician assistant
      'PA \\d{5}', // Pennsylvania
      'PA (CATH(ETER)?|LINE|PRESSURES?)', // the pulmonary artery
      'AP (WINDOW|DIAMETER)',
      'PORT A CATH\\w*',
      'PORT (PLACEMENT|CHECK|INSERTION|REMOVAL)',
    ],
  ],
  [
    'SERIES',
    [
      '(2|3|4|TWO|THREE|FOUR|ZWEI|DREI|DOS|TRES|DUAS|DOIS|DUE|TRE|DEUX|TROIS) (VIEWS?|VWS?|V|EBENEN?|EB|PROJECTIONS?|PROJEKTIONEN|PROYECCIONES|PROJECOES|PROIEZIONI|INCIDENCIAS|INCIDENCES|POSICIONES|POSICOES|VUES|CLICHES|PLANES|PLANOS|PIANI)',
      `(AP|PA|${letters('A', 'P')}|${letters('P', 'A')}) ${AND} [PL]`, // PA e P: e perfil
      `(AP|PA|LAT\\w*|FRONTAL) ${AND} (BOTH )?(OBL|LORDO|DECUB|APIC)\\w*`,
      '(WITH|W) (BOTH )?OBL\\w*',
    ],
  ],
  [
    'DECUBITUS',
    [
      `(${SIDE} )?LAT(ERAL)? DEC(UB\\w*)?`,
      `${SIDE} DECUB\\w*`,
      `DECUB\\w* (LAT(ERAL\\w*)?|${SIDE}|IZQUIERDO|DERECHO|ESQUERDO|DIREITO|SINISTRO|DESTRO|GAUCHE|DROIT)`,
      '[LR]LD',
      '(RECHTS|LINKS)?SEITENLAGE(RUNG)?',
      '(HJELM )?LAURELL',
    ],
  ],
  ['PRONE', ['PRON[EO]', 'DECUB\\w* (PRONO|VENTRAL)', 'BAUCHLAGE', 'PROCUBIT(US|O)']],
  [
    'HALF_UPRIGHT',
    [
      'SEMI ?(ERECT|UPRIGHT|SITTING|RECUMBENT|SUPINE|SENTAD[OA]|SEDUT[OA]|ASSIS)?',
      'HALB ?(SITZEND|AUFRECHT)\\w*',
    ],
  ],
  [
    'SUPINE',
    [
      'DECUB\\w* (SUPIN\\w*|DORSAL\\w*)',
      'DORSAL (DECUB\\w*|RECUMBENT)',
      'DECUBITO',
      'SUPIN[EOA]?',
      'RECUMBENT',
      'LYING',
      'LIEGEN(D\\w*)?',
      'RUE?CKENLAGE',
      '(ACOSTAD|TUMBAD|DEITAD|SDRAIAT)[OA]',
      'CLINO(STAT\\w*)?',
      '(COUCHE|ALLONGE)E?',
    ],
  ],
  [
    'OTHER',
    [
      'DECUB\\w*',
      'OBL(IQ\\w*|ICU[OA]S?)?',
      'SCHRAE?G\\w*',
      '[LR][AP]O',
      'O[AP][DG]',
      'LORDO\\w*',
      'AP(IC|EX)\\w*',
      'APIKAL\\w*',
      'LINDBLOM',
      'FLEISCHNER',
      'AXIAL\\w*',
      'SWIMMER\\w*',
      'TANGENTIAL\\w*',
    ],
  ],
  ['PA', ['PA', letters('P', 'A'), 'POST[A-Z]*( [>+]| TO)? ?ANT(E[A-Z]*)?', 'DORSO ?VENTRAL\\w*']],
  ['AP', ['AP', letters('A', 'P'), 'ANT(E[A-Z]*)?( [>+]| TO)? ?POST[A-Z]*', 'VENTRO ?DORSAL\\w*']],
  [
    'LATERAL',
    [
      'LATERO ?LATERAL\\w*',
      '([LR]|LT|RT|X ?TABLE|CROSS ?TABLE)?LAT(ERAL(E[SN]?|IS)?)?',
      'LL',
      '[LR]LO',
      '(L > R|R > L)',
      'SEITL(ICH\\w*)?',
      'SEITEN(AUFNAHME|BILD|ANSICHT)',
      'PROFILO?',
      'PERFIL',
    ],
  ],
  ['FRONTAL', ['FRONT(AL\\w*)?', 'FRNT?', 'FACE', 'FRENTE']],
  [
    'BEDSIDE',
    [
      'PORT(ABLE?S?)?',
      'PR?TBL',
      'PORTAT(IL|ILE|IF|IVE)',
      'PCXR',
      'MOBILE?',
      'MOVIL',
      'BED ?SIDE',
      'STRETCHER',
      'BETT(AUFNAHMEN?|AUFN|LUNGE|THORAX)?',
      'FAHRBAR\\w*',
      'CAMA',
      'ENCAMAD[OA]',
      'LEITO',
      'LETTO',
      'LIT',
      'CHEVET',
    ],
  ],
  [
    'UPRIGHT',
    [
      'UPRIGHT',
      'ERECT',
      'STANDING',
      'SITTING',
      'SEATED',
      'WHEEL ?CHAIR',
      'STEHEN(D\\w*)?',
      'SITZEN(D\\w*)?',
      'DE PIE',
      'BIPEDEST\\w*',
      '(EM|DE) PE',
      'ORTO(STA\\w*)?',
      'IN PIEDI',
      'SENTAD[OA]',
      'SEDUT[OA]',
      'DEBOUT',
      'ASSISE?',
    ],
  ],
];

/**
 * Words of Korean, Japanese and Chinese, which stand without blanks around them, in the order in which they are looked
 * for. Before and after an operation is written like AP.
 */
export const EAST_ASIAN: Vocabulary = [
  ['NOTHING', ['(수술|시술|치료|투약|입원|퇴원|검사|식사|사고)전후', '[術术食療疗]前[後后]']],
  ['SERIES', ['정측면', '정[·/]측', '正[・/]?[側侧]', '[2二两兩]方向', '양방향']],
  ['DECUBITUS', ['측와위', '[側侧][臥卧]位', 'デクビ\\p{Script=Katakana}*']],
  ['PRONE', ['복와위', '엎드', '[腹伏俯][臥卧]位']],
  ['HALF_UPRIGHT', ['반좌위', '반기립', '半[座坐]位']],
  ['SUPINE', ['[앙배]?와위', '누운', '누워', '[仰背]?[臥卧]位']],
  ['OTHER', ['사위', '사방향', '폐첨', '전만', '斜位', '肺尖', '前[弯凸]']],
  ['PA', ['후→?전', '[後后][→>-]?前', '背[→>-]?腹', '배복']],
  ['AP', ['전→?후', '앞뒤', '前[→>-]?[後后]', '腹[→>-]?背']],
  ['LATERAL', ['측면', '측방', '옆면', '[側侧][面位方]']],
  ['FRONTAL', ['정면', '정방향', '正[面位]']],
  [
    'BEDSIDE',
    [
      '이동(형|식|촬영|검사)',
      '포[터타]블',
      '침상',
      '침대',
      '병실',
      'ポータブル',
      '病室',
      '回診',
      '床[旁边邊]',
      '移動',
    ],
  ],
  ['UPRIGHT', ['기립', '입위', '직립', '서서', '좌위', '앉은', '앉아', '[立座坐]位']],
];
