import { testKinds } from '../../vitest.kinds.mjs';

// Films are drawn, and read by the real ingest.
export default testKinds({ seconds: 60, test: { isolate: false } });
