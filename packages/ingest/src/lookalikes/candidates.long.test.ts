import { describe, test } from 'vitest';
import { expectDistinct, films, findCopies } from '../../test/film-copies.ts';
import { SAMPLE } from '../../test/testing.ts';

describe('a copy of a film', async () => findCopies(await films(SAMPLE, 22)));

test('films of different patients are not taken for one', async () => expectDistinct(await films(SAMPLE, 3)));
