import { DEFAULT_STUDY, type Finding, type Findings, plural } from '@viewgap/contracts';

/** Digits that a statistic is printed with; csv files and metrics.json hold all of them. */
const DIGITS = 3;

/** `0.712`, with an ASCII minus and never a negative zero. */
export function fixed(value: number, digits = DIGITS): string {
  const text = value.toFixed(digits);
  return Number(text) === 0 ? text.replace('-', '') : text;
}

/** As fixed, with a plus before what is above zero: for gaps and changes. */
export function signed(value: number, digits = DIGITS): string {
  const text = fixed(value, digits);
  return Number(text) > 0 ? `+${text}` : text;
}

export function pValue(p: number): string {
  return p < 0.001 ? '<0.001' : fixed(p);
}

/** `p = 0.034`, `p < 0.001`. */
export function pPhrase(p: number): string {
  const text = pValue(p);
  return text.startsWith('<') ? `p < ${text.slice(1)}` : `p = ${text}`;
}

/** `112,120` */
export function count(value: number): string {
  return String(value).replace(/\B(?=(\d{3})+$)/g, ',');
}

/** `1 patient`, `712 patients` */
export function counted(value: number, noun: string): string {
  return `${count(value)} ${plural(value, noun)}`;
}

/** Share as percent with one decimal; null where the whole is 0. */
export function percent(part: number, whole: number): string | null {
  return whole === 0 ? null : `${fixed((100 * part) / whole, 1)} %`;
}

/** `95 %` of 0.95 */
export function confidence(level: number): string {
  return `${Number((100 * level).toFixed(4))} %`;
}

/** `model1` -> `Model 1`; any other name is unchanged. */
export function modelName(model: string): string {
  return model.replace(/^model(\d+)$/, 'Model $1');
}

/** Names of models that stand side by side; two that would look alike are left unchanged. */
export function modelNames(models: readonly string[]): string[] {
  const shown = models.map(modelName);
  return shown.map((name, i) =>
    shown.indexOf(name) === shown.lastIndexOf(name) ? name : (models[i] as string),
  );
}

/** `CSN` -> `CSN consolidation`, `mean` -> `mAUROC`; a finding that the study does not name as it is. */
export function findingName(finding: Finding, findings: Findings = DEFAULT_STUDY): string {
  if (finding === 'mean') return 'mAUROC';
  if (finding === 'primary') return 'mAUROC, primary findings';
  const title = titleOf(finding, findings);
  return title === finding ? finding : `${finding} ${title}`;
}

/** `CSN` -> `consolidation`; a finding that the study does not name as it is. */
export function titleOf(finding: Finding, findings: Findings): string {
  return Object.hasOwn(findings, finding) ? (findings[finding]?.title ?? finding) : finding;
}

/** Short form for figures and the terminal. */
export function findingCode(finding: string): string {
  return finding === 'mean' ? 'mAUROC' : finding;
}

/** `a`, `b` … `z`, `aa`: marks of footnotes. */
export function letter(index: number): string {
  const last = String.fromCharCode(97 + (index % 26));
  return index < 26 ? last : letter(Math.floor(index / 26) - 1) + last;
}
