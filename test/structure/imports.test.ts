import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, posix } from 'node:path'
import * as assert from 'uvu/assert'
import { suite } from '../kit.js'
import { packageRoot } from '../paths.js'

const test = suite('structure')

/** Imports point to the same layer or one to the left of it. */
const LAYERS = ['lang', 'compiler', 'targets', 'runtime', 'test'] as const

interface Import {
  readonly from: string
  /** As written. */
  readonly specifier: string
  /** Types alone count as well: they bind as firmly. */
  readonly line: number
}

/** AssemblyScript looks like TypeScript, but imports and decorates by rules of its own. */
const OTHER_LANGUAGE = 'runtime/kernels/assembly/'

const modules = LAYERS.flatMap((layer) =>
  readdirSync(join(packageRoot, layer), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.ts'))
    .map((file) => `${layer}/${file.replaceAll('\\', '/')}`),
).filter((path) => !path.startsWith(OTHER_LANGUAGE))

const SPECIFIER = /(?:\bfrom|\bimport)\s*\(?\s*'([\w@./:-]+)'/g

const imports: readonly Import[] = modules.flatMap((from) => {
  const text = readFileSync(join(packageRoot, from), 'utf8')
  return text
    .split('\n')
    .flatMap((line, index) =>
      /^\s*(\/\/|\*|\/\*)/.test(line)
        ? []
        : [...line.matchAll(SPECIFIER)].map((match) => ({ from, specifier: match[1] ?? '', line: index + 1 })),
    )
})

const layerOf = (path: string): number => LAYERS.findIndex((layer) => path.startsWith(`${layer}/`))
const at = (each: Import): string => `${each.from}:${each.line} imports ${each.specifier}`

test('imports point only from right to left: lang, compiler, targets, runtime', () => {
  const wrong = imports.filter((each) => {
    if (!each.specifier.startsWith('.')) return false
    return layerOf(posix.join(dirname(each.from), each.specifier)) > layerOf(each.from)
  })
  assert.equal(wrong.map(at), [])
  assert.ok(imports.length > 500)
})

test('every module that is imported is there', () => {
  const known = new Set(modules)
  const lost = imports.filter((each) => {
    if (!each.specifier.startsWith('.')) return false
    return !known.has(posix.join(dirname(each.from), each.specifier).replace(/\.js$/, '.ts'))
  })
  // Tests run children from text that is no import of theirs.
  assert.equal(lost.filter((each) => !each.from.startsWith('test/')).map(at), [])
})

test('only runtime and tests touch the machine', () => {
  const touching = imports.filter(
    (each) => each.specifier.startsWith('node:') && layerOf(each.from) < LAYERS.indexOf('runtime'),
  )
  assert.equal(touching.map(at), [])
  const bare = imports.filter((each) =>
    /^(fs|path|os|child_process|worker_threads|crypto|util)(\/|$)/.test(each.specifier),
  )
  assert.equal(bare.map(at), [])
})

test('the language depends on its parser alone', () => {
  const others = imports.filter(
    (each) => each.from.startsWith('lang/') && !each.specifier.startsWith('.') && each.specifier !== 'chevrotain',
  )
  assert.equal(others.map(at), [])
})

test('the compiler depends on no package', () => {
  const packages = imports.filter((each) => each.from.startsWith('compiler/') && !each.specifier.startsWith('.'))
  assert.equal(packages.map(at), [])
})

test('packages that are imported are declared', () => {
  const manifest = JSON.parse(readFileSync(join(packageRoot, 'package.json'), 'utf8'))
  const product = Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies })
  const all = [...product, ...Object.keys(manifest.devDependencies), manifest.name]
  const nameOf = (specifier: string): string =>
    specifier
      .split('/')
      .slice(0, specifier.startsWith('@') ? 2 : 1)
      .join('/')
  const undeclared = imports.filter((each) => {
    if (each.specifier.startsWith('.') || each.specifier.startsWith('node:')) return false
    return !(each.from.startsWith('test/') ? all : product).includes(nameOf(each.specifier))
  })
  assert.equal(undeclared.map(at), [])
})

test('modules have names of small letters and a length that can be read', () => {
  assert.equal(
    modules.filter((path) => !/^[a-z0-9-]+(\.[a-z]+)*\.ts$/.test(posix.basename(path))),
    [],
  )
  const long = modules.filter((path) => readFileSync(join(packageRoot, path), 'utf8').split('\n').length > 460)
  assert.equal(long, [])
})

test('nothing is exported wholesale or by default, and no check is switched off', () => {
  const wrong = modules.filter((path) => {
    const text = readFileSync(join(packageRoot, path), 'utf8')
    return /^export \*|^export default|@ts-(ignore|expect-error|nocheck)|biome-ignore/m.test(text)
  })
  assert.equal(
    wrong.filter((path) => path !== 'test/structure/imports.test.ts'),
    [],
  )
})
