import { join } from 'node:path';
import { describe, test } from 'vitest';
import { expectDistinct, films, findCopies } from '../../test/film-copies.ts';
import { FIXTURE } from '../../test/testing.ts';

const eight = await films(join(FIXTURE, 'images'));

describe('a copy of a film', () => findCopies(eight));

test('films of different patients are not taken for one', () => expectDistinct(eight));
