import type { FixedGraph, NodeId, Term } from '../../fixed/graph.js'
import { typeOfInterval } from '../../fixed/interval.js'
import { nodeAt } from '../../fixed/nodes.js'
import { widthOf } from '../../fixed/type.js'
import type { BitGroup } from '../../schedule/bits.js'
import { REGISTER_COST } from '../cmvm/registers.js'
import { copyNode, type Rebuilt, rebuild } from '../rebuild.js'
import { cheapestGrouping, type Source, type Tree } from './grouping.js'
import { type Piece, pieceBehind } from './piece.js'
import type { PlacedGraph } from './placed.js'
import { type Form, formsOf, Sums } from './sums.js'

/** Time and memory of a piece are exponential in its terms; beyond eight little is left to gain. */
const MOST_TERMS = 8

/** In which order a round looks at the sums: one that has changed keeps its adders from those behind. */
export type Order = 'inputs first' | 'outputs first'

/** A reader of bits that are registered together; null for the new trees of this round, which read whole terms. */
interface Use {
  readonly group: BitGroup | null
  readonly reader: NodeId
  /** The level behind which it reads. */
  readonly at: number
}

/** No node: the output ports. */
const OUTPUTS = -1

/**
 * The graph with cheaper trees of adders wherever one is found in the stages as they are; pieces of one round have no
 * adder in common, and each sees the levels that those before it have changed. Null when they promise less than
 * `leastGain` together.
 */
export function regroupedOnce(placed: PlacedGraph, order: Order, leastGain: number): FixedGraph | null {
  const { found, gain } = new Round(placed).search(order)
  if (found.size === 0 || gain < leastGain) return null
  return rebuild(placed.graph, (node, id, rebuilt) => {
    const kept = copyNode(node, rebuilt)
    const regrouped = found.get(id)
    if (regrouped === undefined) return kept
    const made = build(regrouped.piece, regrouped.tree, rebuilt)
    // What is not proven to be the same sum is not taken: its form may be too long to be kept.
    return isSameSum(rebuilt, kept, made) ? made : kept
  })
}

interface Regrouped {
  readonly piece: Piece
  readonly tree: Tree
}

class Round {
  readonly #forms: readonly Form[]
  readonly #readyAt: number[]
  readonly #uses: Use[][]
  /** Bits that each node makes itself and that are read. */
  readonly #ownBits: number[]
  readonly #outputs: ReadonlySet<NodeId>
  /** Adders of pieces that have changed; and when what they read must be there. */
  readonly #changed = new Set<NodeId>()
  readonly #readAt = new Map<NodeId, number>()
  readonly #found = new Map<NodeId, Regrouped>()
  #gain = 0

  constructor(readonly placed: PlacedGraph) {
    const { graph, timing, stageOf, stages, levels } = placed
    this.#forms = formsOf(graph)
    this.#readyAt = [...placed.readyAt]
    this.#uses = graph.nodes.map(() => [])
    this.#ownBits = graph.nodes.map(() => 0)
    this.#outputs = new Set(graph.outputs.flatMap(({ nodes }) => nodes))
    for (const group of timing.groups) {
      const uses = this.#uses[group.maker] as Use[]
      if (group.isOutput) uses.push({ group, reader: OUTPUTS, at: stages * levels })
      for (const reader of group.readers) uses.push({ group, reader, at: (stageOf[reader] as number) * levels })
      this.#ownBits[group.maker] = (this.#ownBits[group.maker] as number) + group.width
    }
  }

  search(order: Order): { readonly found: ReadonlyMap<NodeId, Regrouped>; readonly gain: number } {
    const adders = [...this.placed.graph.nodes.entries()].flatMap(([id, { kind }]) => (kind === 'add' ? [id] : []))
    for (const id of order === 'inputs first' ? adders : adders.reverse()) {
      if (!this.#changed.has(id)) this.#improve(id)
    }
    return { found: this.#found, gain: this.#gain }
  }

  #improve(root: NodeId): void {
    const { graph, levels } = this.placed
    const piece = pieceBehind(
      graph,
      root,
      MOST_TERMS,
      (id) => this.#isInner(id) && !this.#changed.has(id),
      (id) => this.#readyAt[id] as number,
    )
    if (piece === null) return
    const sums = new Sums(graph, this.#forms, piece.terms)
    const sources = this.#sourcesOf(piece)
    const demands = { levels, registerCost: REGISTER_COST, due: this.#dueAt(root), dueWidth: this.#heldWidth(root) }
    const now = cheapestGrouping(sums, sources, demands, piece.splits)
    if (now === null) return
    const best = cheapestGrouping(sums, sources, demands)
    if (best === null || best.cost >= now.cost) return
    for (const id of piece.adders) this.#changed.add(id)
    for (const { node } of piece.terms) {
      const maker = this.#makerOf(node)
      this.#uses[maker] = (this.#uses[maker] as Use[]).filter(({ reader }) => !piece.adders.has(reader))
    }
    this.#noteReads(piece, best.tree)
    this.#readyAt[root] = best.level
    this.#gain += now.cost - best.cost
    this.#found.set(root, { piece, tree: best.tree })
  }

  #noteReads(piece: Piece, tree: Tree): void {
    if (tree.kind === 'adder') {
      this.#noteReads(piece, tree.left)
      this.#noteReads(piece, tree.right)
      return
    }
    const { node } = piece.terms[tree.term] as Term
    this.#readAt.set(node, Math.min(this.#readAt.get(node) ?? Number.POSITIVE_INFINITY, tree.at))
    this.#uses[this.#makerOf(node)]?.push({ group: null, reader: piece.root, at: tree.at })
  }

  #sourcesOf({ terms, adders }: Piece): readonly Source[] {
    const { timing, stageOf, levels } = this.placed
    const makers = terms.map(({ node }) => this.#makerOf(node))
    const first = makers.reduce(
      (least, id) => (timing.isConstant[id] === true ? least : Math.min(least, this.#readyAt[id] as number)),
      Number.POSITIVE_INFINITY,
    )
    return terms.map(({ node }, n): Source => {
      const maker = makers[n] as NodeId
      // Constants are everywhere.
      if (timing.isConstant[maker] === true) return { from: first, width: 0, heldAt: () => 0 }
      const last = new Map<BitGroup | null, number>()
      for (const { group, reader, at } of this.#uses[maker] as Use[]) {
        if (!adders.has(reader)) last.set(group, Math.max(last.get(group) ?? 0, at))
      }
      const stage = (stageOf[maker] as number) * levels
      const heldAt = (level: number): number => {
        // Registers in front of its own stage are not its own.
        if (level <= stage) return Number.POSITIVE_INFINITY
        let bits = 0
        for (const [group, at] of last) if (at >= level) bits += group === null ? Number.POSITIVE_INFINITY : group.width
        return bits
      }
      return { from: this.#readyAt[maker] as number, width: this.#width(node), heldAt }
    })
  }

  /** The level behind which a node is read first. `known`: of nodes that take no time and are on the way. */
  #dueAt(id: NodeId, known = new Map<NodeId, number>()): number {
    const found = known.get(id)
    if (found !== undefined) return found
    const { timing, stages, levels } = this.placed
    let due = Math.min(stages * levels, this.#readAt.get(id) ?? Number.POSITIVE_INFINITY)
    for (const user of timing.users[id] as readonly NodeId[]) {
      if (this.#changed.has(user)) continue
      const delay = timing.delays[user] as number
      due = Math.min(due, delay === 0 ? this.#dueAt(user, known) : (this.#readyAt[user] as number) - delay)
    }
    known.set(id, due)
    return due
  }

  /** Bits that wait for the readers of a sum: of what rectifies or cuts it in the same stage, where nothing else reads it. */
  #heldWidth(id: NodeId): number {
    const own = this.#ownBits[id] as number
    const [user, other] = this.placed.timing.users[id] as readonly NodeId[]
    if (user === undefined || other !== undefined || nodeAt(this.placed.graph, user).kind !== 'relu') return own
    return Math.min(own, this.#ownBits[user] as number)
  }

  #isInner(id: NodeId): boolean {
    return this.placed.timing.users[id]?.length === 1 && !this.#outputs.has(id)
  }

  /** Who makes the bits of a node that is wiring. */
  #makerOf(id: NodeId): NodeId {
    const node = nodeAt(this.placed.graph, id)
    if (node.kind === 'cast') return this.#makerOf(node.node)
    return node.kind === 'scale' && !node.term.negate ? this.#makerOf(node.term.node) : id
  }

  #width(id: NodeId): number {
    return widthOf(typeOfInterval(nodeAt(this.placed.graph, id).interval))
  }
}

function build(piece: Piece, tree: Tree, { builder, newOf }: Rebuilt): NodeId {
  const termOf = (part: Tree): Term => {
    if (part.kind === 'adder')
      return { node: builder.add(termOf(part.left), termOf(part.right)), shift: 0, negate: false }
    const term = piece.terms[part.term] as Term
    return { ...term, node: newOf(term.node) }
  }
  return builder.scale(termOf(tree))
}

/** Whether two nodes are the same linear form of the same atoms. */
function isSameSum({ builder }: Rebuilt, one: NodeId, other: NodeId): boolean {
  if (one === other) return true
  const difference = builder.add({ node: one, shift: 0, negate: false }, { node: other, shift: 0, negate: true })
  const node = builder.nodeAt(difference)
  return node.kind === 'constant' && node.interval.low === 0n && node.interval.high === 0n
}
