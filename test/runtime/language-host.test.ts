import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { languageHost } from '../../runtime/language-host.js'
import { suite } from '../kit.js'

const test = suite('language host')

function inFolder(body: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'hgq-host-'))
  try {
    body(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

test('modules are named relative to the folder, whatever imports them', () => {
  inFolder((folder) => {
    mkdirSync(join(folder, 'parts'))
    writeFileSync(join(folder, 'pipeline.hgq'), 'hgq 1\n')
    writeFileSync(join(folder, 'parts', 'a.hgq'), '\uFEFFhgq 1\n')
    const host = languageHost(folder)
    assert.equal(host.readModule('pipeline.hgq', ''), { path: 'pipeline.hgq', text: 'hgq 1\n' })
    assert.equal(host.readModule('./parts/a.hgq', 'pipeline.hgq'), { path: 'parts/a.hgq', text: 'hgq 1\n' })
    assert.is(host.readModule('../pipeline.hgq', 'parts/a.hgq')?.path, 'pipeline.hgq')
    assert.is(host.readModule('./a.hgq', 'parts/a.hgq')?.path, 'parts/a.hgq')
    assert.is(host.readModule('./parts', 'pipeline.hgq'), undefined)
    assert.is(host.readModule('./missing.hgq', 'pipeline.hgq'), undefined)
  })
})

test('the standard library is that of the package', () => {
  const host = languageHost('/nowhere')
  assert.equal(host.standardModules(), ['std/devices', 'std/layers', 'std/quantizers', 'std/schedules'])
  assert.is(host.readModule('std/layers', 'pipeline.hgq')?.path, 'std/layers')
  assert.match(host.readModule('std/prelude', '')?.text ?? '', /extern declaration train/)
  for (const outside of ['std/../package', 'std/', 'std/.', 'std/layers.hgq', 'std/missing']) {
    assert.is(host.readModule(outside, 'pipeline.hgq'), undefined, outside)
  }
})

test('headers are read beside the pipeline', () => {
  inFolder((folder) => {
    writeFileSync(join(folder, 'rows.csv'), 'a,b,y\n1,2,3\n')
    const source = { kind: 'csv', path: { kind: 'file', path: 'rows.csv' }, header: true, separator: ',' }
    const header = languageHost(folder).peekData?.({ source, pipeline: 'pipeline.hgq' })
    assert.equal(
      header?.columns.map((column) => column.name),
      ['a', 'b', 'y'],
    )
    const missing = { ...source, path: { kind: 'file', path: 'none.csv' } }
    assert.is(languageHost(folder).peekData?.({ source: missing, pipeline: 'pipeline.hgq' }), undefined)
  })
})
