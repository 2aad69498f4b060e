import { testKinds } from '../../vitest.kinds.mjs';

// Every image of the sample is decoded, which takes seconds on a busy machine.
export default testKinds({ seconds: 60 });
