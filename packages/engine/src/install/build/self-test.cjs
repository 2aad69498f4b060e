// Run as a program of its own, by plain Node, on a freshly built engine: a library that does not suit this machine
// kills its process, and must not kill the caller's. Prints TensorFlow's version when a product of matrices and a
// convolution (on a GPU: cuBLAS and cuDNN) are right, on the device that is wanted.
const { loadAddons } = require('../../native/load-addons.cjs');

const layout = JSON.parse(process.argv[2] ?? '');
/** @type {any} */
const binding = loadAddons(layout).binding;

if (layout.device === 'gpu' && !binding.isUsingGpuDevice()) {
  console.error('Error: TensorFlow sees no GPU');
  process.exit(1);
}

const type = { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT };
/** @param {string} name */
const no = (name) => ({ name, type: binding.TF_ATTR_BOOL, value: false });
const everyPixel = { name: 'strides', type: binding.TF_ATTR_INT, value: [1, 1, 1, 1] };
const unpadded = { name: 'padding', type: binding.TF_ATTR_STRING, value: 'VALID' };

/** @param {string} op @param {object[]} attrs @param {number[][]} shapes of the inputs, which hold 1 to 4 @param {string} expected */
function check(op, attrs, shapes, expected) {
  const inputs = shapes.map((shape) =>
    binding.createTensor(shape, binding.TF_FLOAT, Float32Array.of(1, 2, 3, 4)),
  );
  const [result] = binding.executeOp(op, attrs, inputs, 1);
  const values = [...binding.tensorDataSync(result.id)].join(' ');
  if (values === expected) return;
  console.error(`Error: ${op} gives ${values}, which is not ${expected}`);
  process.exit(1);
}

const square = [2, 2];
check('MatMul', [no('transpose_a'), no('transpose_b'), type], [square, square], '7 10 15 22');
const image = [1, 2, 2, 1];
const filter = [2, 2, 1, 1];
check('Conv2D', [type, everyPixel, unpadded], [image, filter], '30');
console.log(binding.TF_Version);
