// A contestant of TensorFlow.js starts here.
import { register } from 'tsx/esm/api';

register();
const { contest } = await import('./tfjs-contestant.ts');
await contest(JSON.parse(process.argv[2] ?? ''), process.stdin, process.stdout);
