import { z } from 'zod';

/** Names become folders, Nx projects and columns of tables. */
const NAME = /^[a-z0-9][a-z0-9-]*$/;

export const name = z.string().regex(NAME, 'must be lowercase letters, digits and hyphens');
export const fraction = z.number().min(0).max(1);

export const learningRate = z.number().positive().max(1);
export const weightDecay = z.number().nonnegative().max(10);
/** weight of the reconstruction loss */
export const lambda = z.number().nonnegative();
