import { testKinds } from '../../vitest.kinds.mjs';

// Several tests start processes, which takes seconds on a busy machine.
export default testKinds({ seconds: 60, test: { isolate: false } });
