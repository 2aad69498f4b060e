import { test } from 'vitest';
import { expectReadOrRefused, LAYOUTS_OF_LARGE } from '../../test/spoilt-tables.ts';

test('more than 1,000 spoilt tables are read, row by row, or refused in one line, soon and in bounded memory', () =>
  expectReadOrRefused(4, LAYOUTS_OF_LARGE));
