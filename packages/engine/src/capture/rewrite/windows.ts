import type { Ref } from '../../native/native-graph.ts';
import type { ConvolutionForm } from './convolution-form.ts';
import type { NodeDraft } from './node-draft.ts';

/**
 * What each place of a filter, row by row, sees of the images: [batch, rows, columns, from] as the output has them.
 * Every second pixel is cut out of blocks of pixels: TensorFlow's StridedSlice goes through them one by one, 2 ms for
 * 131,072 values.
 */
export function windows(draft: NodeDraft, x: Ref, form: ConvolutionForm): Ref[] {
  const { filter, y, stride, padding } = form;
  const [height, width, from] = filter;
  const [batch, rows, columns] = y;
  const [above, beside] = [form.x[1], form.x[2]].map((edge) => {
    const whole = Math.ceil((edge + 2 * padding) / stride) * stride;
    return { whole, margin: [padding, whole - edge - padding] as const };
  }) as [Edge, Edge];
  const wide = draft.pad(x, above.margin, beside.margin, [batch, above.whole, beside.whole, from]);
  const blocks =
    stride === 1
      ? wide
      : draft.reshape(wide, [batch, above.whole / stride, stride, beside.whole / stride, stride * from]);
  const places = Array.from(
    { length: height * width },
    (_, i) => [Math.floor(i / width), i % width] as const,
  );
  return places.map(([top, left]) => {
    if (stride === 1) return draft.slice(blocks, [0, top, left, 0], [batch, rows, columns, from]);
    const [row, column] = [Math.floor(top / stride), Math.floor(left / stride)];
    const begin = [0, row, top % stride, column, (left % stride) * from];
    return draft.reshape(draft.slice(blocks, begin, [batch, rows, 1, columns, from]), [
      batch,
      rows,
      columns,
      from,
    ]);
  });
}

interface Edge {
  /** Pixels with what is added, a multiple of the stride. */
  readonly whole: number;
  readonly margin: readonly [number, number];
}
