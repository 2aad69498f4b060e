import type { Ref } from '../../native/native-graph.ts';
import { type ConvolutionForm, convolutionForm, isPointwise, shapesOf } from './convolution-form.ts';
import type { GraphNode } from './graph-node.ts';
import { NodeDraft } from './node-draft.ts';
import { windows } from './windows.ts';

/** The most pixels of an output for which a product is faster than the convolution, if its filter is large enough. */
export const SMALL_IMAGE_PIXELS = 16;

/**
 * Replaces forward convolutions of images of a few pixels by one matrix product each: oneDNN's work on one row of an
 * image at a time, and with four pixels in a row most of what a processor's units could do is left undone.
 * Measured with AVX-512 and AMX: 2048 x 512 channels at 4 x 4 pixels 85 -> 44 ms, 512 x 2048 with a 1 x 1 filter
 * at 2 x 2 pixels 5.6 -> 1.5 ms.
 * @param wide whether filters wider than a pixel gain: in float32, and in bfloat16 with AMX (without it they lose)
 */
export function smallImageConvolutions(nodes: readonly GraphNode[], wide: boolean): GraphNode[] {
  const shapes = shapesOf(nodes);
  return nodes.flatMap((node) => {
    const form = node.op === 'Conv2D' ? convolutionForm(node, shapes) : null;
    return form !== null && isGain(form, wide) ? gathered(node, form) : [node];
  });
}

function isGain(form: ConvolutionForm, wide: boolean): boolean {
  const { y, filter } = form;
  if (y[1] * y[2] > SMALL_IMAGE_PIXELS) return false;
  return isPointwise(form) || (wide && filter[2] * filter[3] >= 2 ** 17);
}

/** What all places of the filter see, side by side, times the filter. */
function gathered(node: GraphNode, form: ConvolutionForm): GraphNode[] {
  const { filter, y } = form;
  const [height, width, from, to] = filter;
  const draft = new NodeDraft(node);
  const [x, weights] = node.inputs as readonly [Ref, Ref];
  const seen = height * width * from;
  const pixels = y[0] * y[1] * y[2];
  const parts = isPointwise(form) && form.stride === 1 ? [x] : windows(draft, x, form);
  const all = draft.concat(parts, 3, [y[0], y[1], y[2], seen]);
  const product = draft.product(draft.reshape(all, [pixels, seen]), draft.reshape(weights, [seen, to]), [
    pixels,
    to,
  ]);
  return draft.finish(product);
}
