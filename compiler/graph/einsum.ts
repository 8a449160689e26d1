/**
 * An einsum with the axes behind `...` written out. Every axis is one character: the letters of the equation, and the
 * digits `0`, `1`, … for the axes that `...` stands for. So `...i,io->...o` on operands of rank 2 and 2 becomes
 * `0i,io->0o`.
 */
export interface Contraction {
  readonly left: string
  readonly right: string
  readonly output: string
}

export type ContractionResult =
  | { readonly ok: true; readonly contraction: Contraction }
  /** `operand`: the rank of that operand is wrong; absent: the equation itself is. */
  | { readonly ok: false; readonly operand?: 0 | 1; readonly problem: string; readonly rule: string }

const FORM = 'an equation names the axes of both operands and of the result: "...i,io->...o"'

/**
 * Parses the equation of a two-operand einsum and writes out its `...`. Refuses what is no plain contraction: repeated
 * letters in one operand, letters of the result that no operand has, and letters summed over in one operand alone.
 */
export function parseContraction(equation: string, leftRank: number, rightRank: number): ContractionResult {
  const match = /^([^,]*),([^,]*)->([^,]*)$/.exec(equation.replaceAll(' ', ''))
  if (match === null)
    return { ok: false, problem: `"${equation}" is not an einsum equation of two operands`, rule: FORM }
  const [, left = '', right = '', output = ''] = match
  for (const term of [left, right, output]) {
    const bad = /[^A-Za-z]/.exec(term.replace(/^\.\.\./, ''))
    if (bad !== null) {
      const problem =
        bad[0] === '.' ? `\`...\` may only stand first, not as in "${term}"` : `"${bad[0]}" is not a letter`
      return { ok: false, problem, rule: FORM }
    }
    const twice = repeated(term)
    if (twice !== undefined)
      return {
        ok: false,
        problem: `the letter ${twice} stands twice in "${term}"`,
        rule: 'each axis has a letter of its own',
      }
  }
  const missing = [...lettersOf(output)].find((letter) => !left.includes(letter) && !right.includes(letter))
  if (missing !== undefined) {
    return {
      ok: false,
      problem: `the result has the letter ${missing}, which neither operand has`,
      rule: 'every axis of the result comes from an operand',
    }
  }
  const lone = [...lettersOf(left), ...lettersOf(right)].find(
    (letter) => !output.includes(letter) && !(left.includes(letter) && right.includes(letter)),
  )
  if (lone !== undefined) {
    return {
      ok: false,
      problem: `the letter ${lone} is in one operand alone and not in the result`,
      rule: 'an axis of one operand alone is summed with `reduce_sum`',
    }
  }
  const dots = output.startsWith('...')
  if (dots !== (left.startsWith('...') || right.startsWith('...'))) {
    const problem = dots
      ? 'the result has `...`, which neither operand has'
      : 'an operand has `...`, which the result lacks'
    return { ok: false, problem, rule: '`...` stands for the same leading axes in an operand and in the result' }
  }
  return expand(left, right, output, leftRank, rightRank)
}

function expand(left: string, right: string, output: string, leftRank: number, rightRank: number): ContractionResult {
  const sides = [
    { term: left, rank: leftRank },
    { term: right, rank: rightRank },
  ] as const
  for (const [index, { term, rank }] of sides.entries()) {
    const letters = lettersOf(term).length
    const fits = term.startsWith('...') ? rank >= letters : rank === letters
    if (!fits) {
      const problem = `"${term}" names ${axes(letters)}${term.startsWith('...') ? ' or more' : ''}; this has ${axes(rank)}`
      return {
        ok: false,
        operand: index === 0 ? 0 : 1,
        problem,
        rule: 'the equation needs one letter for each axis; `...` stands for leading axes',
      }
    }
  }
  const leading = Math.max(
    ...sides.map(({ term, rank }) => (term.startsWith('...') ? rank - lettersOf(term).length : 0)),
  )
  const digits = Array.from({ length: leading }, (_, axis) => String(axis)).join('')
  const write = (term: string, rank: number): string =>
    term.startsWith('...') ? digits.slice(leading - (rank - lettersOf(term).length)) + lettersOf(term) : term
  return {
    ok: true,
    contraction: {
      left: write(left, leftRank),
      right: write(right, rightRank),
      output: output.startsWith('...') ? digits + lettersOf(output) : output,
    },
  }
}

function lettersOf(term: string): string {
  return term.replace(/^\.\.\./, '')
}

function repeated(term: string): string | undefined {
  return [...lettersOf(term)].find((letter, index, all) => all.indexOf(letter) !== index)
}

function axes(count: number): string {
  return count === 1 ? '1 axis' : `${count} axes`
}
