import type { Metrics } from '@viewgap/contracts';

/** Names that somebody's file may have, each of which is markup, a key, a pattern or an option somewhere. */
export const HOSTILE_NAMES = [
  'ViT_B/16',
  '</script><script>console.log(1)</script>',
  '"><img src=x onerror=console.log(2)>',
  '../../../etc/x',
  '__proto__',
  'constructor',
  `it's "quoted" | a, b; no test`,
  '$& $1 $` \\ % # _ & ^ ~ {x}',
  '[3cm] & * `tick`',
  '*star',
  'id="loss-title" url(#x)',
  '흉부 모델 α',
  'line one\nline two\r\rline three',
  'control \u0000 \u001b[31m \u202e turned',
  'x'.repeat(300),
] as const;

/** The metrics under other names of models, data sets and findings. */
export function renamed(metrics: Metrics, names: Readonly<Record<string, string>>): Metrics {
  const rename = (value: unknown): unknown => {
    if (typeof value === 'string') return Object.hasOwn(names, value) ? names[value] : value;
    if (Array.isArray(value)) return value.map(rename);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([key, inner]) => [key, rename(inner)]));
  };
  return rename(metrics) as Metrics;
}
