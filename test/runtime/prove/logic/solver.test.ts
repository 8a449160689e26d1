import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { confirmRefutation } from '../../../../runtime/prove/logic/refutation.js'
import { solve } from '../../../../runtime/prove/logic/solver.js'
import { suite } from '../../../kit.js'

const test = suite('runtime/prove/logic/solver')
const SEED = 11
const ENOUGH = 10_000_000

type Cnf = readonly (readonly number[])[]

function satisfies(clauses: Cnf, model: readonly boolean[]): boolean {
  return clauses.every((clause) => clause.some((literal) => model[literal >> 1] === ((literal & 1) === 0)))
}

function bruteForce(clauses: Cnf, variables: number): boolean {
  for (let assignment = 0; assignment < 2 ** variables; assignment++) {
    const model = Array.from({ length: variables }, (_, variable) => ((assignment >> variable) & 1) === 1)
    if (satisfies(clauses, model)) return true
  }
  return false
}

test(`clauses of any length are decided as by trying all assignments (seed ${SEED})`, () => {
  const variables = 9
  const clause = fc.array(fc.integer({ min: 0, max: 2 * variables - 1 }), { minLength: 1, maxLength: 4 })
  let impossible = 0
  fc.assert(
    fc.property(fc.array(clause, { minLength: 10, maxLength: 60 }), (clauses) => {
      const answer = solve({ variables, clauses, nodes: [] }, { left: ENOUGH })
      assert.is(answer.kind, bruteForce(clauses, variables) ? 'possible' : 'impossible')
      if (answer.kind === 'possible') assert.ok(satisfies(clauses, answer.model))
      else impossible++
    }),
    { numRuns: 600, seed: SEED },
  )
  assert.ok(impossible > 100, `${impossible} problems without a solution`)
})

/** One pigeon more than there are holes: nothing but a search shows that it cannot be. */
function pigeons(holes: number): { variables: number; clauses: Cnf } {
  const at = (pigeon: number, hole: number): number => pigeon * holes + hole
  const clauses: number[][] = []
  for (let pigeon = 0; pigeon <= holes; pigeon++) {
    clauses.push(Array.from({ length: holes }, (_, hole) => 2 * at(pigeon, hole)))
    for (let other = 0; other < pigeon; other++) {
      for (let hole = 0; hole < holes; hole++) clauses.push([2 * at(pigeon, hole) + 1, 2 * at(other, hole) + 1])
    }
  }
  return { variables: (holes + 1) * holes, clauses }
}

test('a problem that needs a long search is refuted, and left open when the effort is too small', () => {
  const problem = { ...pigeons(6), nodes: [] }
  const effort = { left: ENOUGH }
  assert.is(solve(problem, effort).kind, 'impossible')
  assert.ok(effort.left < ENOUGH)
  assert.is(solve(problem, { left: 500 }).kind, 'open')
})

test('the same problem costs the same effort', () => {
  const efforts = [1, 2].map(() => {
    const effort = { left: ENOUGH }
    solve({ ...pigeons(5), nodes: [] }, effort)
    return effort.left
  })
  assert.is(efforts[0], efforts[1])
})

test('an argument with a gap is not accepted', () => {
  const problem = { ...pigeons(3), nodes: [] }
  assert.throws(() => confirmRefutation(problem, []), /contradiction where there is none/)
  assert.throws(() => confirmRefutation(problem, [[0]]), /does not follow/)
  assert.throws(() => confirmRefutation({ variables: 1, clauses: [[0]], nodes: [] }, []), /contradiction/)
})
