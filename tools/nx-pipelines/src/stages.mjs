/**
 * What Nx is told of each stage. The order of the stages stands in units.mjs.
 *
 * @typedef {object} Stage
 * @property {string} owner the package whose code it runs
 * @property {readonly string[]} files that it writes besides manifest.json and run.json, one by one: Nx replaces a folder
 *   that it restores
 * @property {boolean} trains it depends on which engine there is
 * @property {string} description
 * @property {readonly string[]} technologies
 * @property {string} option that its command takes behind those of the target, as an example
 */

/** @satisfies {Readonly<Record<string, Stage>>} */
export const STAGES = {
  ingest: {
    owner: 'ingest',
    files: ['records.arrow', 'quarantine.arrow', 'regions.arrow'],
    trains: false,
    description:
      'Reads the images of a source into shards, its table into records, and says what is not used and why',
    technologies: ['sharp', 'arrow'],
    option: '--explain',
  },
  catalog: {
    owner: 'ingest',
    files: ['catalog.duckdb'],
    trains: false,
    description: 'Joins the sources, finds patients and images that they share, and splits by patient',
    technologies: ['duckdb'],
    option: '--debug',
  },
  trial: {
    owner: 'train',
    files: ['history.jsonl'],
    trains: true,
    description: 'Trains a model with the values of one tuning trial',
    technologies: ['tensorflow'],
    option: '--checkpoint=1m',
  },
  tune: {
    owner: 'train',
    files: ['choice.json', 'trials.json'],
    trains: false,
    description: "Chooses among a model's trials by validation loss",
    technologies: ['typescript'],
    option: '--debug',
  },
  train: {
    owner: 'train',
    files: ['weights.safetensors', 'history.jsonl'],
    trains: true,
    description: 'Trains a model with one seed; resumes from the last checkpoint, if there is one',
    technologies: ['tensorflow'],
    option: '--checkpoint=1m',
  },
  predict: {
    owner: 'train',
    files: ['predictions.arrow', 'temperature.json', 'embeddings', 'shown.json', 'shown'],
    trains: false,
    description: 'Scores every evaluation image with a trained model',
    technologies: ['tensorflow', 'arrow'],
    option: '--embeddings',
  },
  evaluate: {
    owner: 'evaluate',
    files: ['metrics.json', 'metrics.duckdb'],
    trains: false,
    description: 'Computes AUROC per finding and view, the gaps between the views and their changes',
    technologies: ['duckdb'],
    option: '--debug',
  },
  report: {
    owner: 'report',
    files: ['index.html', 'tables', 'figures'],
    trains: false,
    description: 'Writes the page, its figures and its tables',
    technologies: ['vega'],
    option: '--debug',
  },
};

/**
 * What is never cached, because it depends on something outside the workspace.
 * @satisfies {Readonly<Record<string, Pick<Stage, 'description' | 'technologies' | 'option'>>>}
 */
export const UNCACHED = {
  phantom: {
    description: "Draws the pipeline's synthetic sources, unless they are as they should be",
    technologies: ['sharp'],
    option: '--debug',
  },
  scan: {
    description: "Lists path, size and time of the sources' files",
    technologies: ['typescript'],
    option: '--debug',
  },
  prepare: {
    description: 'Finds or builds the TensorFlow engine',
    technologies: ['tensorflow'],
    option: '--debug',
  },
  tally: {
    description: 'Counts the configurations that ever scored an external set',
    technologies: ['typescript'],
    option: '--debug',
  },
  pipeline: {
    description: 'Runs the whole pipeline and prints its comparison, or says which data are missing',
    technologies: ['typescript'],
    option: '--debug',
  },
};
