// Runs the command once for each list of arguments, in one process: stdin holds them as JSON. Prints, as JSON, what each
// call returned and wrote. Each as a process of its own would take seconds.
import { text } from 'node:stream/consumers';
import { main } from '../src/program.mjs';

const calls = JSON.parse(await text(process.stdin));
process.stdout.setMaxListeners(calls.length + 1);
const write = process.stdout.write.bind(process.stdout);
const results = [];
for (const call of calls) {
  const written = { stdout: '', stderr: '' };
  for (const name of /** @type {const} */ (['stdout', 'stderr'])) {
    process[name].write = (/** @type {string | Uint8Array} */ chunk) => {
      written[name] += chunk;
      return true;
    };
  }
  const status = await main(call);
  results.push({ status, ...written });
}
write(JSON.stringify(results));
