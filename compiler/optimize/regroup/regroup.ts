import type { FixedGraph, FixedNodeOf, NodeId, Term } from '../../fixed/graph.js'
import { typeOfInterval } from '../../fixed/interval.js'
import { nodeAt } from '../../fixed/nodes.js'
import { widthOf as widthOfType } from '../../fixed/type.js'
import { nodeLevels } from '../../schedule/levels.js'
import { placeWithFewestRegisters } from '../../schedule/registers.js'
import { arrivals, placeEarly, registerBits, stageCount, type TimingGraph, timingGraph } from '../../schedule/timing.js'
import { carryBits } from '../../schedule/delays.js'
import { copyNode, rebuild, type Rebuilt } from '../rebuild.js'
import { type Extent, type Form, formsOf, Sums } from './forms.js'
import { cheapestGrouping, type Source, type Tree } from './grouping.js'

const K: any = (globalThis as any).K ?? {}
const MOST_TERMS = K.terms ?? 8
const MOST_ROUNDS = K.rounds ?? 20
const REGISTER_COST = K.reg ?? 1

export function regroupSums(graph: FixedGraph, { levels }: { readonly levels?: number | undefined }): FixedGraph {
  if (levels === undefined || K.off) return graph
  const start = placed(graph, levels)
  if (start === null) return graph
  let best: Placed = start
  if (K.log) console.log('start', best.price, best.stages)
  let tries = 0
  const attempt = (way: Way, from: number, to: number, depth: number): boolean => {
    if (tries >= (K.tries ?? 40)) return false
    tries++
    const made: FixedGraph | null = new Round(best, levels, { ...way, from, to }).run()
    const next: Placed | null = made && placed(made, levels)
    if (K.log) console.log('try', from, to, depth, next?.price, next?.stages, next?.bits)
    if (next === null) return false
    if (next.stages <= best.stages && next.price < best.price) {
      best = next
      return true
    }
    if (depth === 0) return false
    const middle = (from + to) / 2
    const a = attempt(way, middle, to, depth - 1)
    const b = attempt(way, from, middle, depth - 1)
    return a || b
  }
  const ways = (K.ways ?? [{}, { asc: 1 }]) as Way[]
  let failed = 0
  for (let n = 0; failed < ways.length && tries < (K.tries ?? 40); n++) {
    if (attempt(ways[n % ways.length] as Way, 0, 1, K.depth ?? 3)) failed = 0
    else failed++
  }
  if (K.log) console.log('tries', tries)
  return best.graph
}

interface Way { from?: number; to?: number; asc?: number; gain?: number; shared?: number; terms?: number }

interface Placed {
  readonly graph: FixedGraph
  readonly timing: TimingGraph
  readonly stageOf: readonly number[]
  readonly stages: number
  readonly price: number
  readonly bits: number
}

export function placed(graph: FixedGraph, levels: number): Placed | null {
  const delays = nodeLevels(graph)
  if (delays.some((delay) => delay > levels)) return null
  const timing = timingGraph(graph, delays)
  const stages = stageCount(placeEarly(timing, levels))
  const stageOf = placeWithFewestRegisters(timing, { budget: levels, stages, outputsAt: stages, registersInputs: false })
  const registers = registerBits(timing, stageOf, stages)
  const luts = graph.nodes.reduce((sum, node) => sum + (node.kind === 'add' ? adderBits(node, graph) : 0), 0)
  return { graph, timing, stageOf, stages, price: luts + REGISTER_COST * registers, bits: registers }
}

interface Piece {
  readonly root: NodeId
  readonly terms: readonly Term[]
  /** Existing sums by sets, with their nodes. */
  readonly known: ReadonlyMap<number, Term>
  /** How sums are split now. */
  readonly splits: ReadonlyMap<number, number>
  /** Nodes that are read inside alone. */
  readonly inner: readonly NodeId[]
}

interface Use {
  readonly group: number
  readonly reader: NodeId
  readonly at: number
}

export class Round {
  gained = 0
  newRoot = 0
  readonly #graph: FixedGraph
  readonly #forms: readonly Form[]
  readonly #readyAt: number[]
  readonly #uses: Use[][]
  readonly #reads = new Map<NodeId, number>()
  readonly #taken = new Set<NodeId>()
  readonly #made = new Map<NodeId, { readonly piece: Piece; readonly tree: Tree }>()

  constructor(
    readonly placed: Placed,
    readonly levels: number,
    readonly way: Way,
  ) {
    const { graph, timing, stageOf, stages } = placed
    this.#graph = graph
    this.#forms = formsOf(graph)
    const arrival = arrivals(timing, stageOf)
    this.#readyAt = stageOf.map((stage, id) => stage * levels + (arrival[id] as number))
    this.#uses = graph.nodes.map(() => [])
    for (const [n, group] of timing.groups.entries()) {
      const uses = this.#uses[group.maker] as Use[]
      if (group.isOutput) uses.push({ group: n, reader: -1, at: stages * levels })
      for (const reader of group.readers) uses.push({ group: n, reader, at: (stageOf[reader] as number) * levels })
    }
  }

  run(): FixedGraph | null {
    const n = this.#graph.nodes.length
    for (let k = n - 1; k >= 0; k--) {
      const id = this.way.asc ? n - 1 - k : k
      if (id < (this.way.from ?? 0) * n || id >= (this.way.to ?? 1) * n) continue
      if (nodeAt(this.#graph, id).kind === 'add' && !this.#taken.has(id)) this.#improve(id)
    }
    if (this.#made.size === 0) return null
    return rebuild(this.#graph, (node, id, rebuilt) => {
      const found = this.#made.get(id)
      if (found !== undefined) { const b = built(found.piece, found.tree, rebuilt); this.newRoot = b; return b }
      return copyNode(node, rebuilt)
    })
  }

  #improve(root: NodeId): void {
    const piece = this.#pieceBehind(root)
    if (piece === null) return
    const { timing } = this.placed
    const sums = new Sums(this.#graph, this.#forms, piece.terms)
    const extents: Extent[] = [{ signed: false, bottom: 0, top: 0 }]
    for (let set = 1; set < 1 << piece.terms.length; set++) extents.push(sums.extent(set))
    const inner = new Set([...piece.inner, root])
    const sources = [...piece.known].map(([set, term]): Source => {
      const carrier = this.#carrier(term.node)
      const from = this.#isConstant(term.node) ? 0 : (this.#readyAt[carrier] as number)
      const stage = Math.floor(this.placed.stageOf[carrier] as number) * this.levels
      const others = (this.#uses[carrier] as Use[]).filter(({ reader }) => !inner.has(reader))
      const last = new Map<number, number>()
      for (const { group, at } of others) last.set(group, Math.max(last.get(group) ?? 0, at))
      const heldAt = (level: number): number => {
        if (level <= stage) return Number.POSITIVE_INFINITY
        let bits = 0
        for (const [group, at] of last) if (at >= level) bits += group < 0 ? Number.POSITIVE_INFINITY : (timing.groups[group]?.width ?? 0)
        return bits
      }
      const width = this.#isConstant(term.node) ? 0 : this.#width(term.node)
      return { set, from, heldAt, width }
    })
    const users = timing.users[root] as readonly NodeId[]
    const due = this.#dueOf(root)
    const [user] = users
    const narrow = users.length === 1 && user !== undefined && ['relu', 'cast'].includes(nodeAt(this.#graph, user).kind)
    const dueWidth = narrow ? Math.min(this.#ownBits(user), this.#ownBits(root) || 1e9) : this.#ownBits(root)
    const demands = { levels: this.levels, registerCost: REGISTER_COST, due, dueWidth }
    const before = cheapestGrouping(sums, extents, sources, demands, piece.splits)
    if (before === null) return
    const after = cheapestGrouping(sums, extents, sources, demands)
    if (after === null || after.cost + (this.way.gain ?? 0) >= before.cost) return
    if (K.log > 1) console.log(root, before.cost, after.cost, piece.terms.length)
    for (const id of inner) this.#taken.add(id)
    for (const term of piece.known.values()) {
      const carrier = this.#carrier(term.node)
      this.#uses[carrier] = (this.#uses[carrier] as Use[]).filter(({ reader }) => !inner.has(reader))
    }
    this.#addUses(piece, after.tree)
    this.gained += before.cost - after.cost
    this.#readyAt[root] = after.level
    this.#made.set(root, { piece, tree: after.tree })
  }

  #addUses(piece: Piece, tree: Tree): void {
    if (tree.kind === 'source') {
      const { node } = piece.known.get(tree.source.set) as Term
      const carrier = this.#carrier(node)
      this.#reads.set(node, Math.min(this.#reads.get(node) ?? Number.POSITIVE_INFINITY, tree.at))
      ;(this.#uses[carrier] as Use[]).push({ group: -1, reader: piece.root, at: tree.at })
    } else {
      this.#addUses(piece, tree.left)
      this.#addUses(piece, tree.right)
    }
  }

  #pieceBehind(root: NodeId): Piece | null {
    const { timing } = this.placed
    const top = nodeAt(this.#graph, root) as FixedNodeOf<'add'>
    // Parts of the tree: sets come when all terms are known.
    interface Part { term: Term; children: [Part, Part] | null; inner: boolean }
    const part = (term: Term): Part => ({ term, children: null, inner: false })
    const rootPart: Part = { term: { node: root, shift: 0, negate: false }, children: [part(top.left), part(top.right)], inner: true }
    const leaves: Part[] = [...(rootPart.children as [Part, Part])]
    const inner: NodeId[] = []
    for (;;) {
      if (leaves.length >= (this.way.terms ?? MOST_TERMS)) break
      let next = -1
      for (const [n, leaf] of leaves.entries()) {
        const id = leaf.term.node
        if (nodeAt(this.#graph, id).kind !== 'add' || this.#taken.has(id)) continue
        if (!this.way.shared && !this.#isInner(id)) continue
        if (next < 0 || this.#rank(id) > this.#rank((leaves[next] as Part).term.node)) next = n
      }
      if (next < 0) break
      const [leaf] = leaves.splice(next, 1) as [Part]
      const node = nodeAt(this.#graph, leaf.term.node) as FixedNodeOf<'add'>
      const behind = (term: Term): Part => part({ node: term.node, shift: term.shift + leaf.term.shift, negate: term.negate !== leaf.term.negate })
      leaf.children = [behind(node.left), behind(node.right)]
      leaf.inner = this.#isInner(leaf.term.node)
      if (leaf.inner) inner.push(leaf.term.node)
      leaves.push(...leaf.children)
    }
    void timing
    if (leaves.length < 3) return null
    const known = new Map<number, Term>()
    const splits = new Map<number, number>()
    const setOf = (at: Part, certain: boolean): number => {
      if (at.children === null) {
        const set = 1 << leaves.indexOf(at)
        known.set(set, at.term)
        return set
      }
      const [left, right] = at.children
      const a = setOf(left, certain && at.inner)
      const b = setOf(right, certain && at.inner)
      if (at.inner && certain) splits.set(a | b, a)
      else if (!at.inner) known.set(a | b, at.term)
      return a | b
    }
    setOf(rootPart, true)
    return { root, terms: leaves.map(({ term }) => term), known, splits, inner }
  }

  #rank(id: NodeId): number {
    return (this.#isInner(id) ? 1000 : 0) + (this.#readyAt[id] as number)
  }

  #isInner(id: NodeId): boolean {
    return (this.placed.timing.users[id] as readonly NodeId[]).length === 1 && !this.#isOutput(id)
  }

  #isOutput(id: NodeId): boolean {
    return this.#graph.outputs.some(({ nodes }) => nodes.includes(id))
  }

  #isConstant(id: NodeId): boolean {
    return this.placed.timing.isConstant[id] === true
  }

  #width(id: NodeId): number {
    return widthOfType(typeOfInterval(nodeAt(this.#graph, id).interval))
  }

  #ownBits(id: NodeId): number {
    return this.placed.timing.groups.reduce((sum, { maker, width }) => (maker === id ? sum + width : sum), 0)
  }

  #carrier(id: NodeId): NodeId {
    const node = nodeAt(this.#graph, id)
    if (node.kind === 'cast') return this.#carrier(node.node)
    if (node.kind === 'scale' && !node.term.negate) return this.#carrier(node.term.node)
    return id
  }

  #dueOf(id: NodeId): number {
    const { timing, stageOf, stages } = this.placed
    let due = Math.min(stages * this.levels, this.#reads.get(id) ?? Number.POSITIVE_INFINITY)
    for (const user of timing.users[id] as readonly NodeId[]) {
      if (this.#taken.has(user)) continue
      const delay = timing.delays[user] as number
      const own = delay === 0 ? this.#dueOf(user) : (this.#readyAt[user] as number) - delay
      due = Math.min(due, own)
    }
    void stageOf
    return due
  }
}

function built(piece: Piece, tree: Tree, rebuilt: Rebuilt): NodeId {
  const termOf = (of: Tree): Term => {
    if (of.kind === 'source') {
      const term = piece.known.get(of.source.set) as Term
      return { ...term, node: rebuilt.newOf(term.node) }
    }
    return { node: rebuilt.builder.add(termOf(of.left), termOf(of.right)), shift: 0, negate: false }
  }
  return rebuilt.builder.scale(termOf(tree))
}

function adderBits({ left, right, interval }: FixedNodeOf<'add'>, graph: FixedGraph): number {
  if (carryBits(left, right, graph) === 0) return 0
  const bottom = (term: Term): number => term.shift - nodeAt(graph, term.node).interval.fraction
  const overlap = Math.max(bottom(left), bottom(right))
  const subtracted = left.negate ? left : right.negate ? right : null
  const { k, i } = typeOfInterval(interval)
  return Math.max(1, k + i - (subtracted === null ? overlap : Math.min(overlap, bottom(subtracted))))
}
