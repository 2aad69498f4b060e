import { ALL_STRIKES, surviveStrikes } from '../test/strikes.ts';

surviveStrikes(ALL_STRIKES);
