import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { StoredSolutions } from '../../../runtime/execute/stored-solutions.js'
import { suite } from '../../kit.js'

const test = suite('runtime/execute/stored-solutions')

function within(body: (folder: string) => void): void {
  const folder = mkdtempSync(join(tmpdir(), 'hgq-solutions-'))
  try {
    body(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

test('what one build keeps another one finds, unless the code of the optimizer differs', () => {
  within((folder) => {
    const stored = new StoredSolutions(join(folder, 'solutions'), 'code 1')
    assert.is(stored.find('problem'), null)
    stored.keep('problem', 'solution')
    assert.is(new StoredSolutions(join(folder, 'solutions'), 'code 1').find('problem'), 'solution')
    assert.is(stored.find('another problem'), null)
    assert.is(new StoredSolutions(join(folder, 'solutions'), 'code 2').find('problem'), null)
    stored.keep('problem', 'another solution')
    assert.is(stored.find('problem'), 'another solution')
    const files = readdirSync(join(folder, 'solutions'), { recursive: true, withFileTypes: true })
    assert.is(files.filter((file) => file.isFile()).length, 1, 'nothing is left aside')
  })
})

test('a folder that cannot be written keeps nothing and stops nothing', () => {
  within((folder) => {
    writeFileSync(join(folder, 'plain'), '')
    const stored = new StoredSolutions(join(folder, 'plain'), 'code')
    stored.keep('problem', 'solution')
    assert.is(stored.find('problem'), null)
  })
})
