import { testKinds } from '../../vitest.kinds.mjs';

// Trainings take seconds, and the first test on a machine builds the engine.
export default testKinds({ seconds: 300 });
