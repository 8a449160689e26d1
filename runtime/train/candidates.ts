import { decodeSafetensors, encodeSafetensors, type TensorData } from '../../compiler/numeric/safetensors.js'
import type { TrainingSpec } from '../../lang/program.js'
import type { Checkpoint, CheckpointTensor } from './checkpoint.js'
import { paretoFront, thinFront } from './pareto.js'

/** A checkpoint that may enter the front. */
export interface Candidate {
  readonly checkpoint: Checkpoint
  /** Counted from 1. */
  readonly epoch: number
  /** By round-only inference on the validation part, and with the integer bits tracked in training: calibration decides. */
  readonly screened: { readonly metric: number; readonly ebops: number }
}

/** The candidates of a running training: its Pareto front so far, at most twice as many as will be kept. */
export class CandidateSet {
  readonly #keep: TrainingSpec['keep']
  readonly #better: 'higher' | 'lower'
  #held: Candidate[] = []

  constructor(training: Pick<TrainingSpec, 'keep' | 'metric'>) {
    this.#keep = training.keep
    this.#better = training.metric.better
  }

  /** `checkpoint` is made only where the candidate is held. */
  offer(epoch: number, screened: Candidate['screened'], checkpoint: () => Checkpoint): void {
    if (this.#keep.kind === 'last') {
      this.#held = [{ epoch, screened, checkpoint: checkpoint() }]
      return
    }
    const pointOf = (candidate: { readonly screened: Candidate['screened'] }): Candidate['screened'] =>
      candidate.screened
    const entries: { screened: Candidate['screened']; candidate: Candidate | null }[] = this.#held.map((candidate) => ({
      screened: candidate.screened,
      candidate,
    }))
    const front = paretoFront([...entries, { screened, candidate: null }], pointOf, this.#better)
    if (!front.some(({ candidate }) => candidate === null)) return
    const thinned = thinFront(front, pointOf, 2 * this.#keep.size)
    this.#held = thinned.map((entry) => entry.candidate ?? { epoch, screened, checkpoint: checkpoint() })
  }

  /** By rising EBOPs. */
  get candidates(): readonly Candidate[] {
    return this.#held
  }
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

interface CandidateFacts {
  readonly epoch: number
  readonly screened: Candidate['screened']
  readonly metadata: Checkpoint['metadata']
}

/** Throws on bytes that `encodeCandidates` did not write. */
export function decodeCandidates(bytes: Uint8Array): Candidate[] {
  const { tensors, metadata } = decodeSafetensors(bytes)
  if (metadata.format !== 'hgq-candidates-1' || metadata.candidates === undefined)
    throw new Error('these bytes are no candidates')
  const facts = JSON.parse(metadata.candidates) as readonly CandidateFacts[]
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
