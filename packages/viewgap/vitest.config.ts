import { testKinds } from '../../vitest.kinds.mjs';

// Most tests start the command as a process, a second each and more on a busy machine.
export default testKinds({ seconds: 60, test: { isolate: false } });
