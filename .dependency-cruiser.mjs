import { roomRules } from './tools/checks/rooms.mjs';

// Imports point one way: viewgap -> phantom, ingest, train, evaluate, report -> shards -> artifacts -> contracts; train -> engine;
// all but engine and contracts may use stats, which uses nothing.
const STAGES = 'ingest|train|evaluate|report';
const TESTS = [
  '[.]test[.]m?[jt]s$',
  '(^|/)vitest[.](config|kinds)[.]m?[jt]s$',
  '^(packages|tools|e2e|studies)/[^/]+/test/',
];

/** @type {import('dependency-cruiser').IConfiguration} */
const configuration = {
  forbidden: [
    {
      name: 'contracts-stands-alone',
      comment:
        'contracts are what all packages share, and what costs little to load: they import none of them.',
      severity: 'error',
      from: { path: '^packages/contracts/' },
      to: { path: '^packages/(?!contracts/)' },
    },
    {
      name: 'stats-stand-alone',
      comment: 'stats is of use to anyone: it imports no package of ours.',
      severity: 'error',
      from: { path: '^packages/stats/' },
      to: { path: '^packages/(?!stats/)' },
    },
    {
      name: 'tables-know-no-stage',
      comment: 'tables are what people bring, read for ingest and for evaluate: they use contracts alone.',
      severity: 'error',
      from: { path: '^packages/tables/' },
      to: { path: '^packages/(?!tables/|contracts/)' },
    },
    {
      name: 'artifacts-know-no-stage',
      comment: 'artifacts are what stages pass to each other: they use contracts and stats alone.',
      severity: 'error',
      from: { path: '^packages/artifacts/' },
      to: { path: '^packages/(?!artifacts/|contracts/|stats/)' },
    },
    {
      name: 'shards-know-no-stage',
      comment:
        'shards are what ingest writes and train reads: they use artifacts, contracts and stats alone.',
      severity: 'error',
      from: { path: '^packages/shards/' },
      to: { path: '^packages/(?!shards/|artifacts/|contracts/|stats/)' },
    },
    {
      name: 'engine-stands-alone',
      comment: 'engine is of use without the study: it imports no package of ours.',
      severity: 'error',
      from: { path: '^packages/engine/' },
      to: { path: '^packages/(?!engine/)' },
    },
    {
      name: 'engine-is-for-training',
      comment: 'Only train and the command (doctor, prepare) may load TensorFlow.',
      severity: 'error',
      from: { path: `^packages/(?!engine/|train/|viewgap/)` },
      to: { path: '^packages/engine/' },
    },
    {
      name: 'no-stage-imports-another',
      comment: 'Stages meet in their artifacts alone.',
      severity: 'error',
      from: { path: `^packages/(${STAGES})/` },
      to: { path: `^packages/(${STAGES})/`, pathNot: '^packages/$1/' },
    },
    {
      name: 'phantoms-stand-beside',
      comment:
        'What writes synthetic data shares no code with what reads data: a mistake of one shows in the other.',
      severity: 'error',
      from: { path: '^packages/phantom/', pathNot: TESTS },
      to: { path: '^packages/(?!phantom/|artifacts/|contracts/|stats/)' },
    },
    {
      name: 'no-stage-needs-phantoms',
      comment: 'Real data are read, trained on and reported without what draws synthetic ones.',
      severity: 'error',
      from: { path: `^packages/(${STAGES})/` },
      to: { path: '^packages/phantom/' },
    },
    {
      name: 'nothing-imports-the-command',
      comment: 'viewgap is the top: packages do not call back into it.',
      severity: 'error',
      from: { path: '^packages/(?!viewgap/)' },
      to: { path: '^packages/viewgap/' },
    },
    {
      name: 'by-the-index-only',
      comment:
        "A package's index.ts is all that others may use of it, and a few doors that cost less to load.",
      severity: 'error',
      from: { path: '^(packages|tools|bench|e2e|studies)/([^/]+)' },
      to: {
        path: '^packages/',
        pathNot: [
          '^$1/$2/',
          '^packages/[^/]+/src/index[.]ts$',
          '^packages/contracts/src/(errors/index|config/layout-names|results/metrics)[.]ts$',
          '^packages/shards/src/grey/index[.]ts$',
        ],
      },
    },
    {
      name: 'statistics-without-tensorflow',
      comment: 'evaluate must run where no engine is: it never reaches TensorFlow.',
      severity: 'error',
      from: { path: '^packages/evaluate/' },
      to: { path: '(^packages/engine/|node_modules/@tensorflow/)', reachable: true },
    },
    ...roomRules(TESTS),
    {
      name: 'no-cycle',
      comment: 'Two files that import each other are one file, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-test-in-code',
      comment: 'Code does not import tests nor what helps them.',
      severity: 'error',
      from: { pathNot: TESTS },
      to: { path: [...TESTS, 'node_modules/(vitest|fast-check|playwright-core)/'] },
    },
    {
      name: 'resolvable',
      comment: 'An import that cannot be followed would escape every other rule.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    // Under TypeScript 7 the other parsers find no modules, and a check of nothing passes.
    parser: 'swc',
    tsPreCompilationDeps: true,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(^|/)fixtures/' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      extensions: ['.ts', '.mjs', '.js'],
    },
  },
};

export default configuration;
