import { expect, test } from 'vitest';
import { listedNames, listSeparator } from './label-list.ts';

test.each<[string, string[]]>([
  ['Mass|Pleural_Thickening', ['mass', 'pleural thickening']],
  ['Mass | Effusion', ['mass', 'effusion']],
  ['Mass;effusion ; ', ['mass', 'effusion']],
  ['Mass, EFFUSION,mass', ['mass', 'effusion']],
  ["['Mass', 'pleural  effusion']", ['mass', 'pleural effusion']],
  ['["Mass","Effusion, left"]', ['mass', 'effusion, left']],
  [`["Kerley's lines", 'Mass']`, ["kerley's lines", 'mass']],
  ["['Mass' 'Effusion']", ['mass', 'effusion']],
  ["('Mass',)", ['mass']],
  ["{'Mass', 'Effusion'}", ['mass', 'effusion']],
  ['{Mass,"Pleural Effusion"}', ['pleural effusion']],
  ['[Mass, Effusion]', ['mass', 'effusion']],
  ['"Mass"|"Effusion"', ['mass', 'effusion']],
  ['No Finding', []],
  ['[]', []],
  ["['']", []],
])('%s lists %j', (cell, names) => {
  expect(listedNames(cell, listSeparator([cell]))).toEqual(names);
});

test('names may hold a separator that comes after the one of the column', () => {
  expect(listSeparator(['Nodule, left', 'Mass;Nodule, left'])).toBe(';');
  expect(listSeparator(['["a;b"]', 'a, b'])).toBe(',');
  expect(listedNames('Nodule, left', ';')).toEqual(['nodule, left']);
});
