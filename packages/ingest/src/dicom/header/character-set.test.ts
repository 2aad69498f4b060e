import { expect, test } from 'vitest';
import { decodedText } from './character-set.ts';

// Encoded by Python 3.11; the Korean, Japanese and Chinese escapes are those of PS3.5, annexes H to K.
test.each([
  ['ISO_IR 192', '검사0', 'eab280ec82ac30'],
  ['ISO_IR 100', 'Müller', '4dfc6c6c6572'],
  ['ISO_IR 144', 'Люкceмбypг', 'bbeeda6365dcd17970d3'],
  ['ISO_IR 126', 'Διονυσιος', 'c4e9efedf5f3e9eff2'],
  ['ISO_IR 13', 'ﾔﾏﾀﾞ', 'd4cfc0de'],
  ['ISO_IR 166', 'ไทย', 'e4b7c2'],
  ['GB18030', '王小东', 'cdf5d0a1b6ab'],
  ['\\ISO 2022 IR 149', '김희중', '1b242943b1e8c8f1c1df'],
  ['\\ISO 2022 IR 149', '김Bae', '1b242943b1e8426165'],
  ['\\ISO 2022 IR 87', '山田', '1b24423b3345441b2842'],
  ['\\ISO 2022 IR 58', '王小东', '1b242941cdf5d0a1b6ab'],
  [null, 'A1\\B2', '41315c4232'],
  [null, 'Müller', '4dfc6c6c6572'],
  ['no such set', 'Müller', '4dfc6c6c6572'],
])('in %s a text is %s', (sets, text, hex) => {
  expect(decodedText(Buffer.from(hex, 'hex'), sets)).toBe(text);
});

test('a decomposed text is composed', () => {
  expect(decodedText(Buffer.from('검사'.normalize('NFD')), 'ISO_IR 192')).toBe('검사');
});
