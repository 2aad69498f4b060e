import { expectSameLosses } from '../../test/demo-threads.ts';

expectSameLosses(['12']);
