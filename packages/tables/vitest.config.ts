import { testKinds } from '../../vitest.kinds.mjs';

export default testKinds({ seconds: 60, test: { isolate: false } });
