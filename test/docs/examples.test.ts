import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { analyze } from '../../lang/analyze.js'
import type { LanguageHost } from '../../lang/host.js'
import { languageHost } from '../../runtime/language-host.js'
import { suite } from '../kit.js'
import { packageRoot } from '../paths.js'

const test = suite('examples in the documentation')

const PAGES = [
  'README.md',
  ...readdirSync(join(packageRoot, 'docs'))
    .filter((name) => name.endsWith('.md'))
    .sort()
    .map((name) => `docs/${name}`),
]

/** Whole files among the blocks of a page, and the line on which each starts. */
function wholeFiles(page: string): readonly { readonly name: string; readonly text: string }[] {
  const markdown = readFileSync(join(packageRoot, page), 'utf8')
  return [...markdown.matchAll(/^```hgq\r?\n([\s\S]*?)^```/gm)].flatMap((match) => {
    const text = match[1] ?? ''
    const line = markdown.slice(0, match.index).split('\n').length
    return text.startsWith('hgq 1') ? [{ name: `${page}:${line}`, text }] : []
  })
}

/** The standard library, and the example as the only other file. */
function hostOf(name: string, text: string): LanguageHost {
  const host = languageHost(packageRoot)
  return {
    ...host,
    readModule: (specifier, importer) =>
      specifier === name ? { path: name, text } : host.readModule(specifier, importer),
  }
}

let found = 0
for (const page of PAGES) {
  for (const { name, text } of wholeFiles(page)) {
    found++
    test(name, () => {
      const { diagnostics } = analyze(name, hostOf(name, text))
      assert.equal(
        diagnostics.map(({ code, message }) => `${code}: ${message}`),
        [],
      )
    })
  }
}

test('the pages hold examples', () => {
  assert.ok(found >= 8, `only ${found} whole files were found`)
})
