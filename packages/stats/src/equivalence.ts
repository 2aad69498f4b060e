import { studentTail } from './student.ts';

/**
 * Two one-sided tests (Schuirmann, J Pharmacokinet Biopharm 1987): p of "the value is at least as far from 0 as the
 * margin". Small: the value lies within the margin.
 * @param margin above 0
 * @param df degrees of freedom of Student's distribution; Infinity: the normal one
 */
export function equivalenceP(value: number, se: number, margin: number, df: number): number | null {
  if (se <= 0) return null;
  return Math.max(studentTail((margin - value) / se, df), studentTail((margin + value) / se, df));
}
