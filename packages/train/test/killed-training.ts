/** A training whose process is killed as soon as a step is done: killed-training.ts <folder> <name> <step> */
import type { Progress } from '@viewgap/contracts';
import { plantedTraining } from './planted-training.ts';

const [folder = '', name = '', step] = process.argv.slice(2);
const progress: Progress = {
  log: () => {},
  start: () => ({
    update: (done) => {
      if (done === Number(step)) process.kill(process.pid, 'SIGKILL');
    },
    finish: () => {},
  }),
};
await plantedTraining(folder, name, progress);
