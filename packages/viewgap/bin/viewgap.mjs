#!/usr/bin/env node
import { main } from '../src/program.mjs';

process.exitCode = await main(process.argv.slice(2));
