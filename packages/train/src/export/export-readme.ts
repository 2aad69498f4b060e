import type { ExportFacts } from './export-facts.ts';

/** README.md beside an exported model. */
export function exportReadme(facts: ExportFacts): string {
  const { model, seed, input, encoder, findings, finding_names, viewgap, weights, format } = facts;
  const outputs = findings.map((finding, i) => `${i}. ${finding}, ${finding_names[i]}`);
  return `# ${model}, seed ${seed}: a classifier of chest radiographs

Written by viewgap ${viewgap} from the weights ${weights.slice(0, 12)}. Encoder: ${encoder.name}. Not a medical device.

Input: frontal chest radiographs, 8-bit grey (0 black, 255 white), stretched to ${input.size} x ${input.size} pixels with
antialiasing, bones bright. Output: one logit per finding; its logistic function is a probability, calibrated as far as
predict's temperature.json says.

${outputs.join('\n')}

${format === 'savedmodel' ? SAVED_MODEL : safetensors(facts)}
viewgap.json has the same for programs.
`;
}

const SAVED_MODEL = `The signature \`serving_default\` takes \`images\`, uint8 [batch, size, size, 1], normalises them itself, and gives
\`logits\` and \`embedding\`, what the last layer sees.

    import tensorflow as tf
    run = tf.saved_model.load(".").signatures["serving_default"]
    logits = run(images=tf.constant(images, tf.uint8))["logits"]

`;

function safetensors({ input }: ExportFacts): string {
  const ones = input.plane_of_ones
    ? ' and a second channel that is 1 everywhere, which carries the normalisation of the ImageNet weights'
    : '';
  const seen =
    input.normalise === 'image'
      ? 'each image at zero mean and unit variance over its pixels that are not black'
      : `(grey / 255 - ${input.mean}) / ${input.deviation}`;
  const bySource = input.sources
    ? ' These are of all training images together: for films of a source of training viewgap.json has its own mean and deviation.'
    : '';
  return `The tensors have torchvision's names and layout. The network sees ${seen}${ones}.${bySource}

    from model import load  # model.py, beside this file: needs torch and torchvision
    model, about = load(".")
    logits = model(images)  # grey 0 ... 255, [batch, 1, ${input.size}, ${input.size}]

`;
}
