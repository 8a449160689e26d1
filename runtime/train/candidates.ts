import { decodeSafetensors, encodeSafetensors, type TensorData } from '../../compiler/numeric/safetensors.js'
import type { TrainingSpec } from '../../lang/program.js'
import type { Checkpoint, CheckpointTensor } from './checkpoint.js'
import { paretoFront, thinFront } from './pareto.js'

/** What is known of a candidate without its checkpoint. */
export interface CandidateFacts {
  /** Counted from 1. */
  readonly epoch: number
  /**
   * By round-only inference on the validation part, and with the integer bits tracked in training: calibration decides.
   */
  readonly screened: { readonly metric: number; readonly ebops: number }
}

/** A checkpoint that may enter the front. */
export interface Candidate extends CandidateFacts {
  readonly checkpoint: Checkpoint
}

/** A candidate that is held: with its checkpoint when it was born here, else its facts alone. */
type Held = CandidateFacts & { readonly checkpoint: Checkpoint | null }

/** The candidates of a running training: its Pareto front so far, at most twice as many as will be kept. */
export class CandidateSet {
  readonly #keep: TrainingSpec['keep']
  readonly #better: 'higher' | 'lower'
  #held: readonly Held[]

  /** `held` are those of the segments before, by rising EBOPs. */
  constructor(training: Pick<TrainingSpec, 'keep' | 'metric'>, held: readonly CandidateFacts[] = []) {
    this.#keep = training.keep
    this.#better = training.metric.better
    this.#held = held.map(({ epoch, screened }) => ({ epoch, screened, checkpoint: null }))
  }

  /** `checkpoint` is made only where the candidate is held. */
  offer(epoch: number, screened: CandidateFacts['screened'], checkpoint: () => Checkpoint): void {
    if (this.#keep.kind === 'last') {
      this.#held = [{ epoch, screened, checkpoint: checkpoint() }]
      return
    }
    const pointOf = (candidate: CandidateFacts): CandidateFacts['screened'] => candidate.screened
    const offered: CandidateFacts = { epoch, screened }
    const front = paretoFront<CandidateFacts | Held>([...this.#held, offered], pointOf, this.#better)
    if (!front.includes(offered)) return
    this.#held = thinFront(front, pointOf, 2 * this.#keep.size).map((each) =>
      'checkpoint' in each ? each : { epoch, screened, checkpoint: checkpoint() },
    )
  }

  /** All that are held, by rising EBOPs. */
  get facts(): readonly CandidateFacts[] {
    return this.#held.map(({ epoch, screened }) => ({ epoch, screened }))
  }

  /** Those that are held and were offered to this very set, by rising EBOPs. */
  get born(): readonly Candidate[] {
    return this.#held.flatMap(({ checkpoint, ...facts }) => (checkpoint === null ? [] : [{ ...facts, checkpoint }]))
  }
}

/**
 * The candidates that are held at the end, of those that each segment had when it ended. Throws when one is missing.
 */
export function gatherCandidates(
  held: readonly CandidateFacts[],
  segments: readonly (readonly Candidate[])[],
): readonly Candidate[] {
  const byEpoch = new Map(segments.flat().map((candidate) => [candidate.epoch, candidate]))
  return held.map(({ epoch }) => {
    const candidate = byEpoch.get(epoch)
    if (candidate === undefined) throw new Error(`no segment holds the checkpoint of epoch ${epoch}`)
    return candidate
  })
}

/** All candidates as one safetensors blob: tensors `<index>/<path>`, the rest as metadata. Deterministic. */
export function encodeCandidates(candidates: readonly Candidate[]): Uint8Array {
  const tensors = new Map<string, TensorData>()
  const facts = candidates.map(({ epoch, screened, checkpoint }) => ({
    epoch,
    screened,
    metadata: checkpoint.metadata,
  }))
  for (const [index, { checkpoint }] of candidates.entries()) {
    for (const [path, tensor] of checkpoint.tensors) tensors.set(`${index}/${path}`, tensor)
  }
  return encodeSafetensors(tensors, { format: 'hgq-candidates-1', candidates: JSON.stringify(facts) })
}

type StoredFacts = CandidateFacts & { readonly metadata: Checkpoint['metadata'] }

/** Throws on bytes that `encodeCandidates` did not write. */
export function decodeCandidates(bytes: Uint8Array): Candidate[] {
  const { tensors, metadata } = decodeSafetensors(bytes)
  if (metadata.format !== 'hgq-candidates-1' || metadata.candidates === undefined)
    throw new Error('these bytes are no candidates')
  const facts = JSON.parse(metadata.candidates) as readonly StoredFacts[]
  const byCandidate = facts.map(() => new Map<string, CheckpointTensor>())
  for (const [name, { shape, values }] of tensors) {
    const slash = name.indexOf('/')
    if (!(values instanceof Float32Array)) throw new Error(`tensor ${name} is not float32`)
    byCandidate[Number(name.slice(0, slash))]?.set(name.slice(slash + 1), { shape, values })
  }
  return facts.map(({ epoch, screened, metadata: own }, index) => ({
    epoch,
    screened,
    checkpoint: { tensors: byCandidate[index] ?? new Map(), metadata: own },
  }))
}
