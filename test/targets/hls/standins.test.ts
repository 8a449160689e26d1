import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import * as assert from 'uvu/assert'
import { type FixedType, widthOf } from '../../../compiler/fixed/type.js'
import { compileCpp, findCppCompiler } from '../../../runtime/tools/cpp.js'
import { STANDINS } from '../../../runtime/tools/hls-headers.js'
import { runTool } from '../../../runtime/tools/process.js'
import { decimal } from '../../../targets/decimal.js'
import { flavourOf, type HlsLanguage } from '../../../targets/hls/flavour.js'
import { suite } from '../../kit.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const compiler = await findCppCompiler()

const test = suite('targets/hls/standins')

interface Case {
  readonly a: FixedType
  readonly b: FixedType
  readonly to: FixedType
  /** Each reduced to its type. */
  readonly x: bigint
  readonly y: bigint
}

const SEED = 41

function cases(leastWidth: number): readonly Case[] {
  const type = fc.record({
    k: fc.constantFrom(0 as const, 1 as const),
    width: fc.oneof(
      fc.integer({ min: leastWidth, max: 12 }),
      fc.constantFrom(31, 32, 53, 63, 64, 65, 127, 128, 129, 200),
    ),
    f: fc.integer({ min: -20, max: 30 }),
  })
  const bits = fc.oneof(
    fc.bigInt({ min: 0n, max: (1n << 200n) - 1n }),
    fc.constantFrom(0n, 1n, -1n, 1n << 63n, 1n << 127n),
  )
  const one = fc.record({ a: type, b: type, to: type, x: bits, y: bits })
  return fc.sample(one, { seed: SEED, numRuns: 60 }).map(({ a, b, to, x, y }) => {
    const typed = ({ k, width, f }: { k: 0 | 1; width: number; f: number }): FixedType => ({ k, i: width - k - f, f })
    return { a: typed(a), b: typed(b), to: typed(to), x: wrap(typed(a), x), y: wrap(typed(b), y) }
  })
}

function wrap(type: FixedType, value: bigint): bigint {
  return type.k === 1 ? BigInt.asIntN(widthOf(type), value) : BigInt.asUintN(widthOf(type), value)
}

/** integer · 2^-from as an integer on the grid 2^-to: bits below dropped towards minus infinity. */
function regrid(value: bigint, from: number, to: number): bigint {
  return to >= from ? value << BigInt(to - from) : value >> BigInt(from - to)
}

/** The bits, lowest 64 first, of what each line of the program must print. */
function expected({ a, b, to, x, y }: Case): readonly string[] {
  const fine = Math.max(a.f, b.f)
  const [p, q] = [regrid(x, a.f, fine), regrid(y, b.f, fine)]
  const assigned = (value: bigint, f: number): bigint => wrap(to, regrid(value, f, to.f))
  return [
    bitsText(wrap(a, x), widthOf(a)),
    bitsText(assigned(x, a.f), widthOf(to)),
    bitsText(assigned(p + q, fine), widthOf(to)),
    bitsText(assigned(p - q, fine), widthOf(to)),
    bitsText(assigned(x * y, a.f + b.f), widthOf(to)),
    bitsText(assigned(-x, a.f), widthOf(to)),
    `${p < q ? 1 : 0}${p === q ? 1 : 0}`,
    // A double keeps 53 bits, and a number that came from one comes back.
    bitsText(assigned(BigInt.asIntN(50, x), 3), widthOf(to)),
    `${(x >> BigInt(widthOf(a) - 1)) & 1n}`,
  ]
}

function bitsText(value: bigint, width: number): string {
  const words = Array.from({ length: Math.ceil(width / 64) }, (_, word) =>
    BigInt.asUintN(Math.min(64, width - 64 * word), value >> BigInt(64 * word)).toString(16),
  )
  return words.join(' ')
}

function program(language: HlsLanguage, list: readonly Case[]): string {
  const flavour = flavourOf(language)
  const set = (name: string, type: FixedType, value: bigint): string => {
    const words = Array.from({ length: Math.ceil(widthOf(type) / 64) }, (_, word) => {
      const count = Math.min(64, widthOf(type) - 64 * word)
      const bits = BigInt.asUintN(count, value >> BigInt(64 * word))
      return flavour.setBits(name, 64 * word, count, `0x${bits.toString(16)}ull`)
    })
    return `${flavour.typeName(type)} ${name} = 0; ${words.join(' ')}`
  }
  const print = (name: string, type: FixedType): string => {
    const words = Array.from({ length: Math.ceil(widthOf(type) / 64) }, (_, word) => {
      const text = flavour.getBits(name, 64 * word, Math.min(64, widthOf(type) - 64 * word))
      return `std::printf("${word === 0 ? '' : ' '}%llx", ${text});`
    })
    return `${words.join(' ')} std::puts("");`
  }
  const bodies = list.map(({ a, b, to, x, y }) => {
    const assign = (expression: string): string =>
      `{ const ${flavour.typeName(to)} r = ${expression}; ${print('r', to)} }`
    return [
      `{ ${set('x', a, x)} ${set('y', b, y)}`,
      print('x', a),
      assign('x'),
      assign('x + y'),
      assign('x - y'),
      assign('x * y'),
      assign('-x'),
      'std::printf("%d%d\\n", x < y, x == y);',
      assign(`${flavour.typeName(to)}(${floating(decimal(BigInt.asIntN(50, x), 3))})`),
      `std::printf("%d\\n", bool(x[${widthOf(a) - 1}])); }`,
    ].join('\n  ')
  })
  const header = language === 'vitis' ? 'ap_fixed.h' : 'ac_fixed.h'
  return `#include <cstdio>\n#include "${header}"\nint main() {\n${bodies.join('\n')}\n}\n`
}

function floating(text: string): string {
  return text.includes('.') ? text : `${text}.0`
}

async function run(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'hgq-standins-'))
  try {
    await writeFile(join(folder, 'main.cpp'), text)
    const compiled = await compileCpp({
      folder,
      sources: ['main.cpp'],
      program: 'main',
      includes: [STANDINS.folder],
      timeoutSeconds: 300,
    })
    if (!compiled.ok) return [compiled.error.message, ...compiled.error.notes].join('\n')
    const ran = await runTool({
      tool: 'the program',
      program: join(folder, 'main'),
      arguments: [],
      folder,
      purpose: { infinitive: 'run', gerund: 'running' },
      timeoutSeconds: 60,
    })
    return ran.ok ? ran.value.stdout : ran.error.message
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

for (const language of ['vitis', 'oneapi'] as const) {
  const name = `the stand-ins of ${language} compute what BigInt does`
  if (compiler === null) {
    test.skip(name, 'there is no C++ compiler')
    continue
  }
  test(name, async () => {
    const list = cases(flavourOf(language).leastWidth)
    const lines = (await run(program(language, list))).trimEnd().split('\n')
    const wanted = list.flatMap(expected)
    for (const [index, line] of wanted.entries()) {
      const each = wanted.length / list.length
      const { a, b, to, x, y } = list[Math.floor(index / each)] as Case
      const place = `seed ${SEED}, line ${index % each} of ${JSON.stringify({ a, b, to, x: `${x}`, y: `${y}` })}`
      assert.is(lines[index], line, place)
    }
    assert.is(lines.length, wanted.length)
  })
}

const strict =
  'what the emitter must not use does not compile: shifts that lose bits, other modes, ranges beyond the number'
if (compiler === null) test.skip(strict, 'there is no C++ compiler')
else {
  test(strict, async () => {
    const main = (body: string): string =>
      `#include <cstdio>\n#include "ap_fixed.h"\n#include "ac_fixed.h"\nint main() { ${body} std::puts("ran"); }\n`
    for (const body of [
      'ap_fixed<8, 4> x = 1; ap_fixed<8, 4> y = x << 1;',
      'ac_fixed<8, 4, true> x = 1; ac_fixed<8, 4, true> y = x >> 1;',
      'ap_fixed<8, 4, AP_RND> x = 1;',
      'ac_fixed<8, 4, true, AC_TRN, AC_SAT> x = 1;',
      'ac_fixed<1, 1, false> x = 1;',
      'ap_fixed<0, 0> x = 1;',
    ]) {
      assert.match(await run(main(body)), /failed while compiling the design/, body)
    }
    assert.match(await run(main('ap_fixed<8, 4> x = 1; x.range(8, 0) = 1;')), /a range of bits was asked for/)
    assert.is(await run(main('ap_fixed<8, 4> x = 1; x.range(7, 0) = 1;')), 'ran\n')
  })
}
