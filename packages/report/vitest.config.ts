import { testKinds } from '../../vitest.kinds.mjs';

// Syncing fifty files and opening a browser are quick alone, slow where every core is taken.
export default testKinds({ seconds: 60, test: { isolate: false } });
