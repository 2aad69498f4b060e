import { describe, expect, test } from 'vitest';
import { expectBfloat16 } from '../../../test/encoder-claims.ts';
import { captureTraining, smallBatch } from '../../../test/small-network.ts';
import { defaultCacheDir, type EncoderName, prepareEngine, startEngine } from '../../index.ts';
import { DType, type Ref } from '../../native/native-graph.ts';
import { toBfloat16 } from './bfloat16.ts';
import { type GraphNode, typeAttr } from './graph-node.ts';

const engine = { cacheDir: defaultCacheDir(process.env), log: () => {} };
const native = (await prepareEngine(engine)).engine.startsWith('native');

const { float32, bfloat16, int32 } = DType;
const LARGE = [4, 64, 64, 8];

function node(op: string, name: string, inputs: (Ref | Ref[])[], dtypes: number[] = [float32]): GraphNode {
  const outputs = dtypes.map((dtype) => ({ dtype, shape: LARGE }));
  return { op, name, inputs, controls: [], attrs: [typeAttr('T', float32)], outputs };
}

const input = (name: string) => node('Placeholder', name, []);
const constant = (name: string) => node('Const', name, [], [int32]);

/** A graph in short: `name = op(inputs): types of its outputs`, casts as `to bfloat16`. */
function rewritten(nodes: GraphNode[], wanted: Ref[] = []): { lines: string[]; wanted: Ref[] } {
  const result = toBfloat16(nodes, wanted);
  const names = new Map(Object.entries(DType).map(([name, number]) => [number as number, name]));
  const attr = ({ attrs }: GraphNode, name: string) =>
    names.get(attrs.find((known) => known.name === name)?.value as number);
  const lines = result.nodes.flatMap((each) => {
    if (each.op === 'Placeholder' || each.op === 'Const') return [];
    const label = each.op === 'Cast' ? `${attr(each, 'SrcT')} to ${attr(each, 'DstT')}` : each.op;
    const types = each.outputs.map(({ dtype }) => names.get(dtype)).join(' ');
    const compute = each.op === 'Cast' || attr(each, 'T') === names.get(each.outputs[0]?.dtype as number);
    expect(compute, `T of ${each.name}`).toBe(true);
    return [`${each.name} = ${label}(${each.inputs.flat().join(' ')}): ${types}`];
  });
  return { lines, wanted: result.wanted };
}

describe('the rewrite to bfloat16', () => {
  test('casts at the borders alone: weights once, data where it enters and where float32 is needed', () => {
    const { lines, wanted } = rewritten(
      [
        input('x'),
        input('w'),
        node('Conv2D', 'a', ['x', 'w']),
        node('Relu', 'b', ['a']),
        node('Conv2D', 'c', ['b', 'w']),
        node('AddV2', 'd', ['c', 'b']),
        node('Exp', 'e', ['d']),
        node('Log', 'f', ['d']),
      ],
      ['e', 'f'],
    );
    expect(lines).toEqual([
      'x/0/bfloat16 = float32 to bfloat16(x): bfloat16',
      'w/0/bfloat16 = float32 to bfloat16(w): bfloat16',
      'a = Conv2D(x/0/bfloat16 w/0/bfloat16): bfloat16',
      'b = Relu(a): bfloat16',
      'c = Conv2D(b w/0/bfloat16): bfloat16',
      'd = AddV2(c b): bfloat16',
      'd/0/float32 = bfloat16 to float32(d): float32',
      'e = Exp(d/0/float32): float32',
      'f = Log(d/0/float32): float32',
    ]);
    expect(wanted).toEqual(['e', 'f']);
  });

  test('what is read from outside is float32 again, whatever computed it', () => {
    const { lines, wanted } = rewritten(
      [input('x'), input('w'), node('Conv2D', 'y', ['x', 'w'])],
      ['y', 'x'],
    );
    expect(lines.at(-1)).toBe('y/0/float32 = bfloat16 to float32(y): float32');
    expect(wanted).toEqual(['y/0/float32', 'x']);
  });

  test('without heavy work nothing changes: a loss stays float32', () => {
    const nodes = [
      input('logits'),
      input('labels'),
      node('Relu', 'a', ['logits']),
      node('AddV2', 'b', ['a', 'labels']),
      node('Mean', 'c', ['b', 'labels']),
    ];
    expect(toBfloat16(nodes, ['c'])).toEqual({ nodes, wanted: ['c'] });
  });

  test('an op follows only when all of its data already is bfloat16', () => {
    const { lines } = rewritten([
      input('x'),
      input('w'),
      input('bias'),
      node('Conv2D', 'a', ['x', 'w']),
      node('AddV2', 'b', ['a', 'bias']),
      node('Relu', 'c', ['b']),
    ]);
    expect(lines.slice(3)).toEqual([
      'a/0/float32 = bfloat16 to float32(a): float32',
      'b = AddV2(a/0/float32 bias): float32',
      'c = Relu(b): float32',
    ]);
  });

  test('batch normalisation computes its data in bfloat16, its statistics in float32', () => {
    const types = [float32, float32, float32, float32, float32, float32];
    const { lines } = rewritten([
      input('x'),
      input('gamma'),
      input('beta'),
      input('none'),
      node('FusedBatchNormV3', 'n', ['x', 'gamma', 'beta', 'none', 'none'], types),
      node('Mul', 'mean', ['n:1', 'gamma']),
      node('Relu', 'r', ['n']),
      node('ReluGrad', 'g', ['r', 'r']),
      node('FusedBatchNormGradV3', 'd', ['g', 'x', 'gamma', 'n:3', 'n:4', 'n:5'], types.slice(1)),
      node('Sum', 's', ['d:1', 'd']),
    ]);
    expect(lines).toEqual([
      'x/0/bfloat16 = float32 to bfloat16(x): bfloat16',
      'n = FusedBatchNormV3(x/0/bfloat16 gamma beta none none): bfloat16 float32 float32 float32 float32 float32',
      'mean = Mul(n:1 gamma): float32',
      'r = Relu(n): bfloat16',
      'g = ReluGrad(r r): bfloat16',
      'd = FusedBatchNormGradV3(g x/0/bfloat16 gamma n:3 n:4 n:5): bfloat16 float32 float32 float32 float32',
      'd/0/float32 = bfloat16 to float32(d): float32',
      's = Sum(d:1 d/0/float32): float32',
    ]);
  });

  test('gradients of weights are cast back once, for the float32 optimiser', () => {
    const nodes = [
      input('x'),
      input('dy'),
      constant('sizes'),
      node('Conv2DBackpropFilter', 'dw', ['x', 'sizes', 'dy']),
      node('Square', 'square', ['dw']),
      { ...node('ResourceApplyAdam', 'u', ['variable/w', 'dw'], []), controls: ['square'] },
    ];
    const { lines } = rewritten(nodes.slice(0, -1));
    expect(lines).toEqual([
      'x/0/bfloat16 = float32 to bfloat16(x): bfloat16',
      'dy/0/bfloat16 = float32 to bfloat16(dy): bfloat16',
      'dw = Conv2DBackpropFilter(x/0/bfloat16 sizes dy/0/bfloat16): bfloat16',
      'dw/0/float32 = bfloat16 to float32(dw): float32',
      'square = Square(dw/0/float32): float32',
    ]);
    expect(toBfloat16(nodes, []).nodes.at(-1)).toEqual({
      ...nodes.at(-1),
      inputs: ['variable/w', 'dw/0/float32'],
    });
  });

  test('a list of inputs follows as one: ConcatV2 and AddN', () => {
    const base = [input('x'), input('w'), constant('axis'), node('Conv2D', 'a', ['x', 'w'])];
    const { lines } = rewritten([
      ...base,
      node('ConcatV2', 'b', [['a', 'a'], 'axis']),
      node('AddN', 'c', [['b', 'b']]),
    ]);
    expect(lines.slice(3)).toEqual(['b = ConcatV2(a a axis): bfloat16', 'c = AddN(b b): bfloat16']);
    const mixed = rewritten([...base, node('ConcatV2', 'b', [['a', 'w'], 'axis'])]);
    // w was cast for the convolution: it is bfloat16 already.
    expect(mixed.lines.slice(3)).toEqual(['b = ConcatV2(a w/0/bfloat16 axis): bfloat16']);
    const other = rewritten([...base, input('z'), node('ConcatV2', 'b', [['a', 'z'], 'axis'])]);
    expect(other.lines.slice(3)).toEqual([
      'a/0/float32 = bfloat16 to float32(a): float32',
      'b = ConcatV2(a/0/float32 z axis): float32',
    ]);
  });

  test('PadV2 takes its fill value along, whatever type that has', () => {
    const { lines } = rewritten([
      input('x'),
      input('w'),
      constant('margins'),
      input('zero'),
      node('Conv2D', 'a', ['x', 'w']),
      node('PadV2', 'p', ['a', 'margins', 'zero']),
    ]);
    expect(lines.slice(3)).toEqual([
      'zero/0/bfloat16 = float32 to bfloat16(zero): bfloat16',
      'p = PadV2(a margins zero/0/bfloat16): bfloat16',
    ]);
  });

  test('MaxPoolGrad follows its pooling, and takes a float32 gradient along', () => {
    const { lines } = rewritten([
      input('x'),
      input('w'),
      input('dy'),
      node('Conv2D', 'a', ['x', 'w']),
      node('MaxPool', 'p', ['a']),
      node('MaxPoolGrad', 'g', ['a', 'p', 'dy']),
    ]);
    expect(lines.slice(3)).toEqual([
      'p = MaxPool(a): bfloat16',
      'dy/0/bfloat16 = float32 to bfloat16(dy): bfloat16',
      'g = MaxPoolGrad(a p dy/0/bfloat16): bfloat16',
    ]);
    const plain = [input('x'), input('y'), input('dy'), node('MaxPoolGrad', 'g', ['x', 'y', 'dy'])];
    expect(toBfloat16(plain, []).nodes).toEqual(plain);
  });

  test('small matrix products stay float32, large ones do not', () => {
    const product = (name: string, shape: number[]): GraphNode => ({
      ...node('MatMul', name, ['x', 'w']),
      outputs: [{ dtype: float32, shape }],
    });
    const { lines } = rewritten([
      input('x'),
      input('w'),
      product('head', [64, 15]),
      product('wide', [256, 256]),
    ]);
    expect(lines.find((line) => line.startsWith('head'))).toBe('head = MatMul(x w): float32');
    expect(lines.find((line) => line.startsWith('wide'))).toBe(
      'wide = MatMul(x/0/bfloat16 w/0/bfloat16): bfloat16',
    );
  });

  test('ops on integers stay what they are', () => {
    const { lines } = rewritten(
      [
        node('Reshape', 'sizes', ['shape', 'shape'], [int32]),
        { ...node('AddV2', 'sum', ['sizes', 'sizes'], [int32]), attrs: [typeAttr('T', int32)] },
      ].map((each) => ({ ...each, attrs: [typeAttr('T', int32)] })),
    );
    expect(lines).toEqual(['sizes = Reshape(shape shape): int32', 'sum = AddV2(sizes sizes): int32']);
  });

  test('a cast says its types, and the shape of what it casts', () => {
    const { nodes } = toBfloat16([input('x'), input('w'), node('Conv2D', 'y', ['x', 'w'])], []);
    expect(nodes.find(({ name }) => name === 'x/0/bfloat16')).toEqual({
      op: 'Cast',
      name: 'x/0/bfloat16',
      inputs: ['x'],
      controls: [],
      attrs: expect.arrayContaining([typeAttr('SrcT', float32), typeAttr('DstT', bfloat16)]),
      outputs: [{ dtype: bfloat16, shape: LARGE }],
    });
  });
});

describe.skipIf(!native)('TensorFlow runs the rewritten graph of', () => {
  test.for<EncoderName>(['residual'])('%s with a decoder: training, and inference that shares', (name) =>
    expectBfloat16(name),
  );

  test('a step whose state is float32 all the same', async () => {
    await startEngine({ ...engine, prefer: 'native' });
    const { network, step } = captureTraining(1, { precision: 'bfloat16' });
    await step.run(...smallBatch(8, 0));
    const state = await step.read();
    const rounded = (value: number) => (new Uint32Array(Float32Array.of(value).buffer)[0] as number) & 0xffff;
    for (const name of ['first', 'second', 'adam/m/first', 'adam/v/second', 'norm1/mean']) {
      const { data } = state.get(name) as { data: Float32Array };
      expect(
        data.some((value) => rounded(value) !== 0),
        name,
      ).toBe(true);
    }
    step.dispose();
    network.dispose();
  });
});
