// Run as a program of its own, by plain Node, on a freshly built addon: a library that does not suit this machine
// kills its process, and must not kill the caller's. Prints TensorFlow's version when one product of matrices is right.
const addon = process.argv[2] ?? '';
const binding = require(addon);

/** @param {string} name */
const bool = (name) => ({ name, type: binding.TF_ATTR_BOOL, value: false });
const attrs = [
  bool('transpose_a'),
  bool('transpose_b'),
  { name: 'T', type: binding.TF_ATTR_TYPE, value: binding.TF_FLOAT },
];
const matrix = () => binding.createTensor([2, 2], binding.TF_FLOAT, Float32Array.of(1, 2, 3, 4));
const [product] = binding.executeOp('MatMul', attrs, [matrix(), matrix()], 1);
const values = [...binding.tensorDataSync(product.id)].join(' ');
if (values !== '7 10 15 22') {
  console.error(`[1 2; 3 4] squared is not [7 10; 15 22] but ${values}`);
  process.exit(1);
}
console.log(binding.TF_Version);
