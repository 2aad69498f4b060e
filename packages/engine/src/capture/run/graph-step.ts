import type { NamedTensor } from '../../formats/safetensors.ts';
import type { Fetched, GraphAddon, RawTensor, Ref } from '../../native/native-graph.ts';
import { DType } from '../../native/native-graph.ts';
import { nodeBackend } from '../../tf/node-backend.ts';
import { fixedInputs } from '../record/fixed-inputs.ts';
import { type Recording, recordStep } from '../record/recording.ts';
import {
  asResult,
  type Captured,
  type CaptureOptions,
  checkCount,
  dtypeNumber,
  type InputSpec,
  type InputValue,
  inputData,
  type Step,
  type StepResult,
  type Value,
  type Values,
} from '../record/step.ts';
import { toBfloat16 } from '../rewrite/bfloat16.ts';
import { fasterConvolutions } from '../rewrite/faster-convolutions.ts';
import { foldedBatchNorms } from '../rewrite/folded-batch-norm.ts';
import { fusedBatchNorms } from '../rewrite/fused-batch-norm.ts';
import type { GraphNode } from '../rewrite/graph-node.ts';
import { joinedProducts } from '../rewrite/joined-products.ts';
import { hasTiles, resolvePrecision } from '../rewrite/precision.ts';
import { smallImageConvolutions } from '../rewrite/small-image-convolutions.ts';
import { withoutIdleReshapes } from '../rewrite/without-idle-reshapes.ts';
import { NOTHING_PREPARED, type Prepared, prepared } from './prepared.ts';
import { type Preparation, Session, type SessionCall } from './session.ts';

/** Records a step and compiles it into a session: its own, or that of the step it shares with. */
export function captureGraph<R extends StepResult>(
  addon: GraphAddon,
  step: Step<R>,
  options: CaptureOptions,
): Captured<R> {
  const recording = recordStep(addon, step, options);
  const session = options.sharing instanceof GraphStep ? options.sharing.session : new Session(addon);
  const isGpu = nodeBackend().binding.isUsingGpuDevice();
  const precision = resolvePrecision(options.precision ?? 'float32', isGpu);
  return new GraphStep<R>(
    session,
    compiled(recording, { isGpu, kernels: addon.hasKernels && !isGpu, precision, scope: session.newScope() }),
    options,
    precision,
  );
}

/** A recording as a session runs it: the same results from faster ops. */
interface Compiled extends Recording, Omit<Prepared, 'wanted'> {
  readonly nodes: readonly GraphNode[];
}

interface Target {
  readonly isGpu: boolean;
  /** Whether ops of our own can be used. */
  readonly kernels: boolean;
  readonly precision: 'float32' | 'bfloat16';
  /** Prefix of variables' names that no other step of the session has. */
  readonly scope: string;
}

function compiled(recording: Recording, target: Target): Compiled {
  const results = recording.results.map(({ ref }) => ref);
  const { nodes, wanted } = withoutIdleReshapes(recording.nodes, results);
  const compile = recording.updates.length === 0 ? inference : training;
  const parts = compile(nodes, wanted, target);
  return {
    ...recording,
    ...parts,
    results: recording.results.map((result, i) => ({ ...result, ref: parts.wanted[i] as Ref })),
  };
}

function training(
  nodes: readonly GraphNode[],
  wanted: readonly Ref[],
  { isGpu, kernels, precision }: Target,
): Prepared {
  const fused = kernels ? fusedBatchNorms(nodes, wanted) : { nodes, wanted };
  const faster = isGpu ? fused.nodes : asProducts(fasterConvolutions(fused.nodes, precision), precision);
  return { ...NOTHING_PREPARED, ...inPrecision(faster, fused.wanted, precision) };
}

function inference(
  nodes: readonly GraphNode[],
  wanted: readonly Ref[],
  { isGpu, precision, scope }: Target,
): Prepared {
  const folded = foldedBatchNorms(nodes, wanted);
  const faster = isGpu ? folded : joinedProducts(asProducts(folded, precision), wanted);
  const typed = inPrecision(fixedInputs(faster), wanted, precision);
  return prepared(typed.nodes, typed.wanted, scope);
}

function asProducts(nodes: readonly GraphNode[], precision: 'float32' | 'bfloat16'): GraphNode[] {
  return smallImageConvolutions(nodes, precision === 'float32' || hasTiles());
}

function inPrecision(nodes: readonly GraphNode[], wanted: readonly Ref[], precision: 'float32' | 'bfloat16') {
  return precision === 'bfloat16' ? toBfloat16(nodes, wanted) : { nodes, wanted };
}

class GraphStep<R extends StepResult> implements Captured<R> {
  readonly compiled = true;
  readonly precision: 'float32' | 'bfloat16';
  readonly session: Session;
  readonly #inputs: readonly InputSpec[];
  readonly #feeds: readonly Ref[];
  readonly #names: readonly string[];
  readonly #fetches: readonly Ref[];
  readonly #targets: readonly string[];
  readonly #preparation: Preparation | null;
  #disposed = false;

  constructor(
    session: Session,
    recording: Compiled,
    { inputs, variables = {} }: CaptureOptions,
    precision: 'float32' | 'bfloat16',
  ) {
    this.session = session;
    this.precision = precision;
    const missing = <T>(entries: Iterable<readonly [string, T]>) =>
      [...entries].filter(([name]) => !session.has(name));
    session.declare(
      new Map(
        missing(Object.entries(variables)).map(([name, variable]) => [
          name,
          {
            dtype: DType.float32,
            shape: variable.shape,
            value: () => floats(variable.shape, variable.dataSync<'float32'>()),
          },
        ]),
      ),
    );
    session.declareFilled(new Map(missing(recording.slots)));
    session.retain();
    this.#preparation = addPreparation(session, recording);
    const renamed = session.add(recording.nodes);
    this.#inputs = inputs;
    this.#feeds = recording.inputs.map(renamed);
    this.#names = recording.results.map(({ name }) => name);
    this.#fetches = recording.results.map(({ ref }) => renamed(ref));
    this.#targets = recording.updates.map(renamed);
  }

  async run(...batch: InputValue[]): Promise<Values<R>> {
    const fetched = await this.session.run(this.#call(batch));
    return asResult<R>(this.#names, fetched.map(fetchedValue));
  }

  async profile(...batch: InputValue[]): Promise<Uint8Array> {
    return this.session.profile(this.#call(batch));
  }

  async read(): Promise<ReadonlyMap<string, NamedTensor>> {
    const state = await this.session.read();
    return new Map(
      [...state].map(([name, { shape, data }]) => [name, { shape, data: new Float32Array(data) }]),
    );
  }

  async write(state: ReadonlyMap<string, NamedTensor>): Promise<void> {
    await this.session.write(
      new Map([...state].map(([name, { shape, data }]) => [name, floats(shape, data)])),
    );
  }

  dispose(): void {
    if (this.#disposed) return;
    this.#disposed = true;
    this.session.release();
  }

  #call(batch: readonly InputValue[]): SessionCall {
    return {
      feeds: this.#feed(batch),
      fetches: this.#fetches,
      targets: this.#targets,
      preparation: this.#preparation,
    };
  }

  #feed(batch: readonly InputValue[]): Record<Ref, RawTensor> {
    if (this.#disposed) throw new Error('a captured step was used after it was disposed of');
    checkCount(batch, this.#inputs);
    return Object.fromEntries(
      this.#inputs.map((spec, i) => {
        const { buffer, byteOffset, byteLength } = inputData(batch[i] as InputValue, spec, i);
        const data = new Uint8Array(buffer, byteOffset, byteLength);
        return [this.#feeds[i], { dtype: dtypeNumber(spec), shape: spec.shape, data }];
      }),
    );
  }
}

function addPreparation(session: Session, { kept, preparation, writes }: Compiled): Preparation | null {
  if (kept.size === 0) return null;
  session.declareKept(kept);
  const renamed = session.add(preparation);
  return { targets: writes.map(renamed), version: null };
}

function floats(shape: readonly number[], data: Float32Array): RawTensor {
  return { dtype: DType.float32, shape, data: new Uint8Array(data.buffer, data.byteOffset, data.byteLength) };
}

function fetchedValue({ dtype, shape, data }: Fetched): Value {
  if (dtype === DType.float32) return { shape, data: new Float32Array(data) };
  return { shape, data: dtype === DType.int32 ? new Int32Array(data) : new Uint8Array(data) };
}
