import { chmodSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import { findTool } from '../../../runtime/tools/discover.js'
import { suite } from '../../kit.js'
import { withFolder } from '../temporary.js'

const test = suite('runtime/tools/discover')

function program(folder: string, name: string, answer: string, ending = 0): string {
  const path = join(folder, name)
  writeFileSync(path, `#!/bin/sh\ncat <<'END'\n${answer}\nEND\nexit ${ending}\n`)
  chmodSync(path, 0o755)
  return path
}

test('what the tools say of themselves', () =>
  withFolder(async (folder) => {
    for (const [tool, answer, version] of [
      ['vivado', 'Vivado v2023.1 (64-bit)\nSW Build 3865809 on Sun May  7 15:04:56 MDT 2023', '2023.1'],
      ['vivado', 'vivado v2024.1.2 (64-bit)\nTool Version Limit: 2024.05', '2024.1.2'],
      [
        'quartus',
        'Quartus Prime Shell\nVersion 23.1std.0 Build 991 11/28/2023 SC Lite Edition\nCopyright (C)',
        '23.1std.0 Build 991 11/28/2023 SC Lite Edition',
      ],
      ['vitis_hls', 'Vitis HLS - High-Level Synthesis from C, C++ and OpenCL v2023.1 (64-bit)', '2023.1'],
      ['yosys', 'Yosys 0.23 (git sha1 7ce5011c24b)', '0.23'],
      ['icarus', 'Icarus Verilog version 11.0 (stable) ()', '11.0'],
    ] as const) {
      const path = program(folder, `${tool}-${version.slice(0, 4)}-${answer.length}`, answer)
      assert.equal(await findTool(tool, path), { program: path, version }, answer)
    }
  }))

test('a version counts even where the tool ends with an error', () =>
  withFolder(async (folder) => {
    const path = program(folder, 'iverilog', 'Icarus Verilog version 12.0 (stable) ()', 1)
    assert.equal(await findTool('icarus', path), { program: path, version: '12.0' })
  }))

test('a tool that is not there, may not be run, or says nothing', () =>
  withFolder(async (folder) => {
    assert.is(await findTool('vivado', join(folder, 'none')), 'missing')
    writeFileSync(join(folder, 'plain'), 'text')
    assert.is(await findTool('vivado', join(folder, 'plain')), 'missing')
    assert.is(await findTool('vivado', folder), 'missing')
    assert.is(await findTool('vivado', program(folder, 'mute', 'hello')), 'silent')
  }))

test('without a configured program the PATH decides, by the first name of the tool', () =>
  withFolder(async (folder) => {
    const path = process.env.PATH
    process.env.PATH = `${folder}:${path}`
    try {
      assert.is(await findTool('vitis_hls'), 'missing')
      program(folder, 'vitis-run', 'vitis-run v2025.1 (64-bit)')
      process.env.PATH = `${folder}/:${path}`
      assert.equal(await findTool('vitis_hls'), { program: 'vitis-run', version: '2025.1' })
    } finally {
      process.env.PATH = path
    }
  }))
