import { expectSameLosses } from '../../test/demo-threads.ts';

expectSameLosses(['3', '5', '7', '12', '48']);
