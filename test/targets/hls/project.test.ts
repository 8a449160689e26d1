import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import { findCppCompiler } from '../../../runtime/tools/cpp.js'
import { STANDINS } from '../../../runtime/tools/hls-headers.js'
import { runTool, type ToolOutput } from '../../../runtime/tools/process.js'
import { packageTemplates } from '../../../runtime/tools/templates.js'
import { testVectors } from '../../../runtime/verify/test-vectors.js'
import type { Design } from '../../../targets/design.js'
import { emitHls } from '../../../targets/hls/emit.js'
import type { HlsLanguage } from '../../../targets/hls/flavour.js'
import { suite } from '../../kit.js'
import { textOf, vu13p } from '../fixtures.js'
import { randomPipeline } from '../random-pipeline.js'

// Asked before the suite is made, which runs as soon as this file has been read.
const compiler = await findCppCompiler()
const hasTcl = await inFolder([], async (folder) => (await run('tclsh', ['empty.tcl'], folder)).ok, { 'empty.tcl': '' })

const test = suite('targets/hls/project')

const LANGUAGES = ['vitis', 'oneapi'] as const

function project(language: HlsLanguage, target = vu13p): Design {
  const pipeline = randomPipeline(3, { inputs: 6, nodes: 50, stages: 3 })
  return emitHls(pipeline, language, {
    name: 'net',
    target,
    templates: packageTemplates,
    scaling: { inputs: { left: { mean: [1, 2, 3], scale: [0.5, 0.5, 2] } }, outputs: {} },
    vectors: testVectors(pipeline.graph, 1, 100),
  })
}

/** Writes files into a folder that is removed in the end. */
async function inFolder<T>(
  files: Design['files'],
  body: (folder: string) => Promise<T>,
  more: { readonly [path: string]: string } = {},
): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'hgq-project-'))
  try {
    for (const { path, text } of [...files, ...Object.entries(more).map(([path, text]) => ({ path, text }))]) {
      await mkdir(dirname(join(folder, path)), { recursive: true })
      await writeFile(join(folder, path), text)
    }
    return await body(folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function run(program: string, args: readonly string[], folder: string): Promise<Result<ToolOutput>> {
  const purpose = { infinitive: 'test', gerund: 'testing' }
  return runTool({ tool: program, program, arguments: args, folder, purpose, timeoutSeconds: 300 })
}

const COMMON = ['interface.json', 'net_test.cpp']
const DATA = ['tb_data/tb_input_features.dat', 'tb_data/tb_output_predictions.dat', 'README.md']
const OWN = { vitis: ['build_prj.tcl'], oneapi: ['firmware/net_kernel.h', 'CMakeLists.txt'] }

test('a project has what users of hls4ml look for', () => {
  for (const language of LANGUAGES) {
    const design = project(language)
    assert.equal(design.sources, ['firmware/defines.h', 'firmware/shift.h', 'firmware/net.h', 'firmware/net.cpp'])
    assert.equal(
      design.files.map((file) => file.path),
      [...design.sources, ...COMMON, ...OWN[language], ...DATA],
    )
    for (const { path, text } of design.files) {
      assert.ok(text.endsWith('\n'), path)
      assert.not.match(text, /undefined|NaN|\[object|&quot;|&lt;|\{\{ |\{%/, path)
      assert.not.match(text, /[ \t]\n|\n\n\n/, path)
    }
    for (const path of design.files.map((file) => file.path)) {
      if (path !== 'README.md') assert.ok(textOf(design, 'README.md').includes(`\`${path}\``), path)
    }
    const parsed = JSON.parse(textOf(design, 'interface.json'))
    assert.equal(parsed, design.interface)
    assert.equal(
      parsed.inputs[0].elements.map((element: { mean: number }) => element.mean),
      [1, 2, 3],
    )
  }
})

test('scripts carry the clock and the part', () => {
  assert.match(textOf(project('vitis'), 'build_prj.tcl'), 'set_part {xcvu13p-flga2577-2-e}\ncreate_clock -period 2.5 ')
  assert.match(textOf(project('oneapi'), 'CMakeLists.txt'), '-Xsclock=400MHz')
})

test('the README tells of delays that stand in for those of the device', () => {
  const stratix = { ...vu13p, device: { ...vu13p.device, part: '1SX280', family: 'stratix10' } }
  for (const language of LANGUAGES) {
    const told = /guess: no delays of 1SX280 were at hand, and those of Altera Agilex stand in for them\.\n\n\|/
    assert.match(textOf(project(language, stratix), 'README.md'), told)
    assert.not.match(textOf(project(language), 'README.md'), 'stand in')
  }
})

/** Compiles and runs the test bench of a project as its README says, with the stand-ins for the vendor's types. */
function simulateProject(design: Design): Promise<Result<ToolOutput>> {
  return inFolder(design.files, async (folder) => {
    const line = /^ {4}(g\+\+ .*) && (\.\/\S+)$/m.exec(textOf(design, 'README.md'))
    const [, ...args] = (line?.[1] ?? '').replace(/-I \S+/, `-I ${STANDINS.folder}`).split(' ')
    const compiled = await run(
      compiler?.name ?? '',
      ['-w', ...args.map((arg) => arg.replace('c++14', 'c++17'))],
      folder,
    )
    return compiled.ok ? run(join(folder, line?.[2] ?? ''), [], folder) : compiled
  })
}

for (const language of LANGUAGES) {
  const names = [
    `the test bench of ${language} passes on the design`,
    `the test bench of ${language} fails on one wrong element, a missing one, and a missing vector`,
  ] as const
  if (compiler === null) {
    for (const name of names) test.skip(name, 'there is no C++ compiler')
    continue
  }
  test(names[0], async () => {
    const result = await simulateProject(project(language))
    assert.ok(result.ok, result.ok ? '' : [result.error.message, ...result.error.notes].join('\n'))
    if (result.ok) assert.match(result.value.stdout, /PASS: \d+ vectors/)
  })
  test(names[1], async () => {
    const design = project(language)
    const path = 'tb_data/tb_output_predictions.dat'
    const changed = async (change: (lines: string[]) => void): Promise<string> => {
      const lines = textOf(design, path).split('\n')
      change(lines)
      const files = design.files.map((file) => (file.path === path ? { path, text: lines.join('\n') } : file))
      const result = await simulateProject({ ...design, files })
      return result.ok ? 'passed' : [result.error.message, ...result.error.notes].join('\n')
    }
    const wrong = await changed((lines) => {
      const numbers = (lines[7] ?? '').split(' ')
      numbers[2] = numbers[2] === '0' ? '1' : '0'
      lines[7] = numbers.join(' ')
    })
    assert.match(wrong, /vector 7, sums\[2\]: expected/)
    assert.match(wrong, /FAIL: 1 of \d+ vectors/)
    const short = await changed((lines) => {
      lines[3] = (lines[3] ?? '').split(' ').slice(1).join(' ')
    })
    assert.match(short, /line 4 of tb_data\/ has a wrong number of elements/)
    const missing = await changed((lines) => {
      lines.splice(-2, 1)
    })
    assert.match(missing, /the files in tb_data\/ have different numbers of lines/)
  })
}

/** As much of SYCL and of its pipes as the kernel and the test bench use, on the processor. */
const SYCL = {
  'sycl/sycl.hpp': `#pragma once
#include <deque>
namespace sycl {
struct queue;
namespace ext::oneapi::experimental {
struct properties_tag {};
template <class... P> struct properties { properties(P...) {} };
}
namespace ext::intel {
inline constexpr int fpga_emulator_selector_v = 0;
namespace experimental {
template <int> struct ready_latency_key {};
template <int N> inline constexpr ready_latency_key<N> ready_latency{};
struct streaming_interface_key {};
template <class...> inline constexpr streaming_interface_key streaming_interface{};
template <int> struct pipelined_key {};
template <int N> inline constexpr pipelined_key<N> pipelined{};
template <class Id, class T, int Capacity, class Properties> struct pipe {
    static inline std::deque<T> words;
    static T read() { T word = words.front(); words.pop_front(); return word; }
    static void write(const T &word) { words.push_back(word); }
    static T read(queue &) { return read(); }
    static void write(queue &, const T &word) { write(word); }
};
}
}
struct queue {
    queue(int) {}
    template <class Id, class Kernel> void single_task(const Kernel &kernel) {
        kernel.get(ext::oneapi::experimental::properties_tag{});
        kernel();
    }
    void wait() {}
};
}
`,
  'sycl/ext/intel/fpga_extensions.hpp': '#include <sycl/sycl.hpp>\n',
  'sycl/ext/intel/ac_types/ac_fixed.hpp': '#include "ac_fixed.h"\n',
  'sycl/ext/intel/ac_types/ac_int.hpp': '#include "ac_int.h"\n',
}

const kernel = 'the kernel of oneapi passes its test bench between pipes'
if (compiler === null) test.skip(kernel, 'there is no C++ compiler')
else {
  test(kernel, async () => {
    const result = await inFolder(
      project('oneapi').files,
      async (folder) => {
        const sycl = ['-DSYCL_LANGUAGE_VERSION=202001', '-DSYCL_EXTERNAL=', '-I', '.', '-I', STANDINS.folder]
        const sources = ['net_test.cpp', 'firmware/net.cpp', '-o', 'net_test']
        const compiled = await run(compiler.name, ['-std=c++17', '-w', ...sycl, ...sources], folder)
        return compiled.ok ? run(join(folder, 'net_test'), [], folder) : compiled
      },
      SYCL,
    )
    assert.ok(result.ok, result.ok ? '' : [result.error.message, ...result.error.notes].join('\n'))
    if (result.ok) assert.match(result.value.stdout, /PASS: \d+ vectors/)
  })
}

const tcl = [
  'build_prj.tcl runs in Tcl with the commands of Vitis HLS stubbed, in the order of the tool',
  'build_prj.tcl says which option is unknown',
] as const
if (!hasTcl) for (const name of tcl) test.skip(name, 'tclsh is not installed')
else {
  const stub = `
foreach command {open_project set_top add_files open_solution set_part create_clock set_clock_uncertainty config_compile
                 csim_design csynth_design cosim_design export_design} {
    proc $command args "puts \\"$command \\$args\\""
}
rename exit quit
proc exit {{code 0}} { puts "exit"; quit $code }
set script [lindex $argv 0]
set argv [lrange $argv 1 end]
source $script
`
  const script = (args: readonly string[]): Promise<Result<ToolOutput>> =>
    inFolder(project('vitis').files, (folder) => run('tclsh', ['stub.tcl', 'build_prj.tcl', ...args], folder), {
      'stub.tcl': stub,
    })
  test(tcl[0], async () => {
    const result = await script(['reset=1 csim=True synth=1 cosim=1 export=1 vsynth=0'])
    assert.ok(result.ok, result.ok ? '' : result.error.message)
    if (!result.ok) return
    const calls = result.value.stdout.split('\n').filter((line) => line !== '' && !line.startsWith('*****'))
    assert.equal(calls, [
      'open_project -reset net_prj',
      'set_top net',
      'add_files firmware/net.cpp -cflags -std=c++14',
      'add_files -tb net_test.cpp -cflags -std=c++14',
      'add_files -tb tb_data',
      'open_solution -reset solution1',
      'set_part xcvu13p-flga2577-2-e',
      'create_clock -period 2.5 -name default',
      'set_clock_uncertainty 0.25 default',
      'config_compile -name_max_length 80',
      'csim_design ',
      'csynth_design ',
      'cosim_design -trace_level all',
      'export_design -rtl verilog -format ip_catalog',
      'exit',
    ])
    const plain = await script([])
    assert.ok(
      plain.ok && !plain.value.stdout.includes('cosim_design') && plain.value.stdout.includes('open_project net_prj'),
    )
  })
  test(tcl[1], async () => {
    const unknown = await script(['csmi=1'])
    assert.ok(!unknown.ok)
    if (!unknown.ok)
      assert.match(
        [unknown.error.message, ...unknown.error.notes].join('\n'),
        /unknown option csmi; options: cosim csim/,
      )
    const wrong = await script(['csim=perhaps'])
    assert.ok(!wrong.ok)
    if (!wrong.ok)
      assert.match([wrong.error.message, ...wrong.error.notes].join('\n'), /option csim is 0 or 1, not perhaps/)
  })
}
