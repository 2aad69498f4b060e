/** The one door to TensorFlow.js: the instance that the engine's backends register with. */
export * as tf from '@tensorflow/tfjs-core';
