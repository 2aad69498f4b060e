// Loads the native engine's addons: by the engine itself, and by its self-test, which plain Node runs.

/**
 * @typedef {object} NativeLayout Where the parts of a native engine lie, all absolute.
 * @property {'cpu' | 'gpu'} device
 * @property {string | null} quietLoader loads `preload`; null where it could not be compiled
 * @property {readonly string[]} preload shared libraries, each after those that it needs
 * @property {string} binding TensorFlow.js's addon
 * @property {string | null} graph our addon for graphs; null where it could not be compiled
 */

/**
 * @param {NativeLayout} layout
 * @returns {{ binding: unknown, graph: unknown }} what the two addons export
 */
exports.loadAddons = ({ device, quietLoader, preload, binding, graph }) => {
  // TensorFlow reads these when it is loaded. 2 hides its notes and keeps its errors.
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2';
  // Without it TensorFlow takes all of a GPU's memory at the first op.
  process.env.TF_FORCE_GPU_ALLOW_GROWTH ??= 'true';
  if (device === 'cpu') process.env.CUDA_VISIBLE_DEVICES = '-1';
  if (quietLoader !== null) {
    const { load } = require(quietLoader);
    for (const library of preload) load(library);
  }
  return { binding: require(binding), graph: graph === null ? null : require(graph) };
};
