/**
 * Which trainings are the same step for step. Raise it with every change after which a training takes other steps than
 * before, so that none goes on from a checkpoint of the old ones; the first losses of training-version.test.ts tell.
 */
export const TRAINING_VERSION = 1;
