import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parseDataSet, Values } from './data-set.ts';

interface Header {
  readonly film: string;
  readonly view: string;
  readonly modifier: string;
  /** without its preamble, base64 */
  readonly file: string;
}

/** Written by pydicom (fixtures/texts/make.py). */
const headers: Readonly<Record<string, Header>> = JSON.parse(
  readFileSync(new URL('../../../fixtures/texts/texts.json', import.meta.url), 'utf8'),
);

test.each(Object.entries(headers))(
  'texts of a header and of its sequences, which have its character set unless they name their own: %s',
  (_, { film, view, modifier, file }) => {
    const values = new Values(parseDataSet(Buffer.from(file, 'base64')));
    const item = values.item('ViewCodeSequence');
    expect([
      values.text('SeriesDescription'),
      item?.text('CodeMeaning'),
      item?.item('ViewModifierCodeSequence')?.text('CodeMeaning'),
    ]).toEqual([film, view, modifier]);
  },
);
