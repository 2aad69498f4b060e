import { testKinds } from '../../vitest.kinds.mjs';

// The published tables have up to 224,316 rows: on a busy machine PadChest's took 45 s.
export default testKinds({ seconds: 300, test: { isolate: false } });
