import { AttrKind, type Ref } from '../../native/native-graph.ts';
import { EngineError } from '../../system/engine-error.ts';
import { tf } from '../../tf/tf.ts';
import { FLOAT, FLOAT_DTYPE, handleOf, scalar } from '../rewrite/graph-node.ts';
import { activeEagerState, type EagerState } from './eager-state.ts';
import { activeTrace, type Trace } from './trace.ts';

export interface AdamOptions {
  readonly beta1?: number;
  readonly beta2?: number;
  readonly epsilon?: number;
  /** Decoupled weight decay (AdamW, Loshchilov and Hutter, 2019) of all variables but vectors and scalars. Default: 0. */
  readonly weightDecay?: number;
}

/**
 * Applies one step of Adam (Kingma and Ba, 2015, in the form before their section 2.1: epsilon is added to the root of
 * the uncorrected second moment) within a captured step, which keeps the moments. On the native engine each variable
 * takes one operation, and changes in place.
 *
 * @param grads by the variables' own names, as tf.variableGrads gives them
 * @param learningRate a number, frozen at capture, or an input of the step
 * @throws EngineError outside of a captured step, or for a variable that was not named at its capture
 */
export function applyAdam(
  grads: tf.NamedTensorMap,
  learningRate: number | tf.Scalar,
  { beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, weightDecay = 0 }: AdamOptions = {},
): void {
  const settings = { beta1, beta2, epsilon, weightDecay };
  const trace = activeTrace();
  const state = activeEagerState();
  if (trace) applyInGraph(trace, grads, learningRate, settings);
  else if (state) applyEagerly(state, grads, learningRate, settings);
  else
    throw new EngineError(
      'Adam is applied outside of a captured step',
      'applyAdam',
      'call it within capture()',
    );
}

type Settings = Required<AdamOptions>;

function applyInGraph(
  trace: Trace,
  grads: tf.NamedTensorMap,
  learningRate: number | tf.Scalar,
  { beta1, beta2, epsilon, weightDecay }: Settings,
): void {
  const constant = (value: number) => trace.constant(scalar(value));
  const rate = typeof learningRate === 'number' ? constant(learningRate) : trace.refOf(learningRate);
  const betas = [constant(beta1), constant(beta2)] as const;
  const powers = ['adam/beta1_power', 'adam/beta2_power'].map((name, i) => {
    const handle = trace.slot(name, { shape: [], value: i === 0 ? beta1 : beta2 });
    return { handle, read: trace.readSlot(name) };
  });
  const small = constant(epsilon);
  const share = weightDecay > 0 ? trace.add('Mul', [rate, constant(weightDecay)], [FLOAT]).name : null;
  const attrs = [FLOAT, { name: 'use_locking', type: AttrKind.bool, value: false }];
  const applied = Object.entries(grads).map(([key, grad]) => {
    const { name, read } = trace.variable(registered(key));
    const before = share !== null && grad.rank > 1 ? [decay(trace, name, read, share)] : [];
    const slot = (kind: string) => trace.slot(`adam/${kind}/${name}`, { shape: grad.shape, value: 0 });
    const inputs = [
      ...[handleOf(name), slot('m'), slot('v')],
      ...powers.map((power) => power.read),
      ...[rate, ...betas, small, trace.refOf(grad)],
    ];
    const update = trace.update('ResourceApplyAdam', inputs, attrs, [read, ...before]);
    trace.readAfter(registered(key), update);
    return update;
  });
  powers.forEach(({ handle, read }, i) => {
    const next = trace.add('Mul', [read, betas[i] as Ref], [FLOAT], { controls: applied }).name;
    trace.update('AssignVariableOp', [handle, next], [FLOAT_DTYPE], []);
  });
}

/** w <- w - share * w, share being the learning rate times the weight decay */
function decay(trace: Trace, name: string, read: Ref, share: Ref): string {
  const amount = trace.add('Mul', [read, share], [FLOAT]).name;
  return trace.update('AssignSubVariableOp', [handleOf(name), amount], [FLOAT_DTYPE], [read]);
}

function applyEagerly(
  state: EagerState,
  grads: tf.NamedTensorMap,
  learningRate: number | tf.Scalar,
  { beta1, beta2, epsilon, weightDecay }: Settings,
): void {
  const power1 = state.slot('adam/beta1_power', { shape: [], value: beta1 });
  const power2 = state.slot('adam/beta2_power', { shape: [], value: beta2 });
  const rate = tf.mul(learningRate, tf.div(tf.sqrt(tf.sub(1, power2)), tf.sub(1, power1)));
  for (const [key, grad] of Object.entries(grads)) {
    const variable = registered(key);
    const slot = (kind: string) =>
      state.slot(`adam/${kind}/${state.nameOf(variable)}`, { shape: grad.shape, value: 0 });
    const [m, v] = [slot('m'), slot('v')];
    m.assign(tf.add(m, tf.mul(tf.sub(grad, m), 1 - beta1)));
    v.assign(tf.add(v, tf.mul(tf.sub(tf.square(grad), v), 1 - beta2)));
    const decays = weightDecay > 0 && grad.rank > 1;
    const kept = decays ? tf.mul(variable, tf.sub(1, tf.mul(learningRate, weightDecay))) : variable;
    variable.assign(tf.sub(kept, tf.div(tf.mul(rate, m), tf.add(tf.sqrt(v), epsilon))));
  }
  power1.assign(tf.mul(power1, beta1));
  power2.assign(tf.mul(power2, beta2));
}

function registered(name: string): tf.Variable {
  return tf.engine().registeredVariables[name] as tf.Variable;
}
