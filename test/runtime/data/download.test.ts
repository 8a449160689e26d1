import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import * as assert from 'uvu/assert'
import type { Result } from '../../../lang/diagnostics/diagnostic.js'
import type { DataContext } from '../../../runtime/data/context.js'
import { checksumOf, download } from '../../../runtime/data/download.js'
import { loadDataset } from '../../../runtime/data/load.js'
import { isFileError } from '../../../runtime/data/partial-file.js'
import { suite } from '../../kit.js'
import { contextOf, dataset, inFolder, messageOf, successOf } from './kit.js'
import { type Behaviour, send, type TestServer, withServer } from './server.js'

const test = suite('download')

const BODY = Uint8Array.from({ length: 200_000 }, (_, index) => (index * 7 + (index >> 8)) & 255)
const SHA256 = checksumOf(BODY, 'sha256')
const PARTIAL = 'file.partial'

interface Rig {
  readonly server: TestServer
  readonly folder: string
  readonly get: (more?: Partial<DataContext>, path?: string) => Promise<Result<Uint8Array>>
}

async function rig(behaviour: Behaviour, use: (rig: Rig) => Promise<void>): Promise<void> {
  await inFolder((folder) =>
    withServer(behaviour, (server) =>
      use({
        server,
        folder,
        get: (more, path = '/data.bin') =>
          download(
            {
              url: server.address + path,
              checksum: { algorithm: 'sha256', digest: SHA256 },
              destination: join(folder, 'file'),
            },
            contextOf({}, more),
          ),
      }),
    ),
  )
}

/** The message with the changing number of the port taken out. */
function stable(message: string): string {
  return message.replaceAll(/127\.0\.0\.1:\d+/g, 'SERVER')
}

test('a file is downloaded once, with progress, and nothing else is left', () =>
  rig(
    (request, response) => send(request, response, BODY),
    async ({ get, folder, server }) => {
      const seen: (number | null)[] = []
      const texts: string[] = []
      const bytes = successOf(
        await get({
          onProgress: ({ fraction, text }) => {
            seen.push(fraction)
            texts.push(text)
          },
        }),
      )
      assert.equal(bytes, Buffer.from(BODY))
      assert.is(seen.at(-1), 1)
      assert.is(texts.at(-1), 'data.bin  0.2 of 0.2 MB')
      assert.ok(seen.every((fraction, index) => (fraction ?? 0) >= (seen[index - 1] ?? 0)))
      assert.equal(readdirSync(folder), ['file'])
      successOf(await get())
      assert.is(server.requests.length, 1)
    },
  ))

test('a broken connection is resumed where it broke', () =>
  rig(
    (request, response, number) => send(request, response, BODY, { dropAfter: number < 3 ? 50_000 : undefined }),
    async ({ get, server }) => {
      assert.equal(successOf(await get()), Buffer.from(BODY))
      assert.equal(server.requests[0], { path: '/data.bin', range: undefined, ifRange: undefined })
      assert.is(server.requests.length, 4)
      // What had not reached us when the connection broke is lost, which on a slow machine may be all of it.
      const resumed = server.requests.filter(({ range }) => range !== undefined)
      assert.ok(resumed.length > 0)
      for (const request of resumed) {
        assert.match(request.range ?? '', /^bytes=[1-9]\d*-$/)
        assert.is(request.ifRange, '"v1"')
      }
    },
  ))

test('a later run continues what an earlier one began', () =>
  rig(
    (request, response, number) => send(request, response, BODY, { dropAfter: number === 0 ? 120_000 : undefined }),
    async ({ get, server, folder }) => {
      const stop = new AbortController()
      const stopped = get({ signal: stop.signal, retryDelay: 60_000 })
      while (!existsSync(join(folder, PARTIAL)) || readFileSync(join(folder, PARTIAL)).length < 1000) {
        await new Promise((resolve) => setTimeout(resolve, 5))
      }
      await new Promise((resolve) => setTimeout(resolve, 100))
      stop.abort()
      await stopped.then(
        () => assert.unreachable('it should have been stopped'),
        () => undefined,
      )
      assert.not.ok(existsSync(join(folder, 'file')))
      assert.equal(successOf(await get()), Buffer.from(BODY))
      assert.match(server.requests[1]?.range ?? '', /^bytes=[1-9]/)
    },
  ))

test('a file that changed in between is taken from the beginning', () => {
  const old = BODY.map((byte) => byte ^ 1)
  return rig(
    (request, response, number) =>
      number === 0
        ? send(request, response, old, { etag: '"old"', dropAfter: 50_000 })
        : send(request, response, BODY, { etag: '"new"' }),
    async ({ get, server }) => {
      assert.equal(successOf(await get()), Buffer.from(BODY))
      assert.is(server.requests.length, 2)
    },
  )
})

test('a server that ignores Range sends everything again', () =>
  rig(
    (request, response, number) =>
      send(request, response, BODY, { ranges: false, dropAfter: number === 0 ? 50_000 : undefined }),
    async ({ get }) => assert.equal(successOf(await get()), Buffer.from(BODY)),
  ))

test('a server that names no version is asked for everything again', () =>
  rig(
    (request, response, number) => {
      assert.is(request.range, undefined)
      response.writeHead(200, { 'content-length': BODY.length })
      if (number > 0) response.end(BODY)
      else response.write(BODY.subarray(0, 50_000), () => setTimeout(() => response.destroy(), 20))
    },
    async ({ get, server }) => {
      assert.equal(successOf(await get()), Buffer.from(BODY))
      assert.is(server.requests.length, 2)
    },
  ))

test('a server that sends another part than was asked for is not believed', () =>
  rig(
    (request, response, number) => {
      if (number === 1) {
        const headers = { 'content-range': `bytes 7-${BODY.length - 1}/${BODY.length}`, etag: '"v1"' }
        response.writeHead(206, headers).end(BODY.subarray(7))
      } else send(request, response, BODY, { dropAfter: number === 0 ? 50_000 : undefined })
    },
    async ({ get }) => assert.equal(successOf(await get()), Buffer.from(BODY)),
  ))

test('a resumed file with wrong bytes is taken once more from the beginning', () =>
  rig(
    (request, response) => send(request, response, BODY),
    async ({ get, folder, server }) => {
      const url = `${server.address}/data.bin`
      writeFileSync(join(folder, PARTIAL), new Uint8Array(1000).fill(9))
      writeFileSync(join(folder, `${PARTIAL}.json`), JSON.stringify({ url, validator: '"v1"' }))
      assert.equal(successOf(await get()), Buffer.from(BODY))
      assert.equal(
        server.requests.map((request) => request.range),
        ['bytes=1000-', undefined],
      )
    },
  ))

test('what was complete, but not yet checked, is not sent again', () =>
  rig(
    (request, response) => send(request, response, BODY),
    async ({ get, folder, server }) => {
      const url = `${server.address}/data.bin`
      writeFileSync(join(folder, PARTIAL), BODY)
      writeFileSync(join(folder, `${PARTIAL}.json`), JSON.stringify({ url, validator: '"v1"' }))
      assert.equal(successOf(await get()), Buffer.from(BODY))
      assert.is(server.requests.length, 1)
    },
  ))

test('a damaged file in the cache is downloaded again', () =>
  rig(
    (request, response) => send(request, response, BODY),
    async ({ get, folder, server }) => {
      writeFileSync(join(folder, 'file'), 'damaged')
      assert.equal(successOf(await get()), Buffer.from(BODY))
      assert.is(server.requests.length, 1)
    },
  ))

test('two that want the same file at once both get it', () =>
  rig(
    (request, response) => send(request, response, BODY),
    async ({ get, folder }) => {
      const results = await Promise.all([get(), get(), get()])
      for (const result of results) assert.equal(successOf(result), Buffer.from(BODY))
      assert.equal(readdirSync(folder), ['file'])
    },
  ))

test('a lock that a killed process left behind does not matter', () =>
  rig(
    (request, response) => send(request, response, BODY),
    async ({ get, folder }) => {
      writeFileSync(join(folder, 'file.lock'), '2147483646')
      successOf(await get())
      assert.equal(readdirSync(folder), ['file'])
    },
  ))

test('overload and server errors pass; the download waits and goes on', () =>
  rig(
    (request, response, number) => {
      const status = [503, 429, 500][number]
      if (status === undefined) send(request, response, BODY)
      else response.writeHead(status).end()
    },
    async ({ get }) => assert.equal(successOf(await get()), Buffer.from(BODY)),
  ))

test('message: other bytes than promised', () => {
  const other = BODY.slice().fill(0)
  return rig(
    (request, response) => send(request, response, other),
    async ({ get, folder, server }) => {
      assert.is(
        stable(messageOf(await get())),
        `error HGQ3050: http://SERVER/data.bin is not the file that was promised: its SHA-256 is ${checksumOf(other, 'sha256')}
  = expected SHA-256 ${SHA256}
  = the file has changed or was damaged on the way; nothing was kept. Correct the checksum only if you trust the new file`,
      )
      assert.equal(readdirSync(folder), [])
      assert.is(server.requests.length, 1)
    },
  )
})

test('message: no such file', () =>
  rig(
    (_, response) => response.writeHead(404).end('no'),
    async ({ get, server }) => {
      assert.is(
        stable(messageOf(await get())),
        'error HGQ3051: http://SERVER/data.bin cannot be downloaded: the server answers 404\n  = there is no such file; check the address',
      )
      assert.is(server.requests.length, 1)
    },
  ))

test('message: a connection that always breaks keeps what it got', () =>
  rig(
    (request, response, number) => {
      if (number === 0) send(request, response, BODY, { dropAfter: 60_000 })
      else response.destroy()
    },
    async ({ get, server }) => {
      const message = stable(messageOf(await get()))
      assert.match(
        message,
        'error HGQ3052: http://SERVER/data.bin cannot be downloaded: the connection broke (tried 5 times)',
      )
      assert.match(message, /= [1-9]\d* bytes are kept; the next run continues there$/)
      assert.is(server.requests.length, 5)
    },
  ))

test('message: a server that always fails, and nobody at the address', async () => {
  await rig(
    (_, response) => response.writeHead(503).end(),
    async ({ get, server }) => {
      assert.is(
        stable(messageOf(await get())),
        'error HGQ3052: http://SERVER/data.bin cannot be downloaded: the server answers 503 (tried 5 times)\n  = check the network, or download it by hand and name the file instead',
      )
      assert.is(server.requests.length, 5)
    },
  )
  let closed = ''
  await withServer(
    () => undefined,
    async ({ address }) => {
      closed = address
    },
  )
  await inFolder(async (folder) => {
    const request = { url: `${closed}/x`, checksum: null, destination: join(folder, 'file') }
    assert.match(messageOf(await download(request, contextOf({}))), 'the server refuses the connection (tried 5 times)')
  })
})

test('message: offline, and addresses and checksums that cannot be meant', async () => {
  await inFolder(async (folder) => {
    const request = { url: 'http://127.0.0.1:9/x', checksum: null, destination: join(folder, 'file') }
    assert.is(
      messageOf(await download(request, contextOf({}, { offline: true }))),
      'error HGQ3055: http://127.0.0.1:9/x is not downloaded yet, and downloads are switched off',
    )
    assert.is(
      messageOf(await download({ ...request, url: 'ftp://somewhere/x' }, contextOf({}))),
      "error HGQ3054: 'ftp://somewhere/x' is no http or https address\n  = a local file is named by its path alone",
    )
    const path = { kind: 'url', url: 'http://127.0.0.1:9/x', sha256: 'abc' } as const
    assert.is(
      messageOf(await loadDataset(dataset({ kind: 'npz', path }, { labels: 'y' }), contextOf({}))),
      "error HGQ3053: 'abc' is no SHA-256\n  = it has 64 hexadecimal digits; `sha256sum FILE` prints it",
    )
  })
})

test('a full disk is no broken connection, though its error names no path', () => {
  const system = (code: string, syscall: string): Error => Object.assign(new Error(code), { code, syscall })
  assert.ok(isFileError(system('ENOSPC', 'write')))
  assert.ok(isFileError(system('EDQUOT', 'write')))
  assert.not.ok(isFileError(system('ECONNRESET', 'read')))
})

test('message: a cache folder that cannot be written', async () => {
  await inFolder(async (folder) => {
    writeFileSync(join(folder, 'plain'), '')
    const request = { url: 'http://127.0.0.1:9/x', checksum: null, destination: join(folder, 'plain', 'file') }
    const message = messageOf(await download(request, contextOf({}))).replace(folder, 'FOLDER')
    assert.match(
      message,
      /^error HGQ3056: cannot keep downloads in FOLDER\/plain: a part of the path is not a folder\n {2}= make room there, or/,
    )
  })
})

test('a data set from an address', async () => {
  const text = 'x,y\n1,a\n2,b\n3,a\n4,b\n'
  const bytes = new TextEncoder().encode(text)
  await inFolder((cacheFolder) =>
    withServer(
      (request, response) => send(request, response, bytes),
      async ({ address, requests }) => {
        await mkdir(cacheFolder, { recursive: true })
        const path = {
          kind: 'url',
          url: `${address}/a.csv`,
          sha256: checksumOf(bytes, 'sha256').toUpperCase(),
        } as const
        const spec = dataset({ kind: 'csv', path, header: true, separator: ',' }, { labels: 'y' })
        assert.equal(successOf(await loadDataset(spec, contextOf({}, { cacheFolder }))).classes, ['a', 'b'])
        successOf(await loadDataset(spec, contextOf({}, { cacheFolder, offline: true })))
        assert.is(requests.length, 1)
      },
    ),
  )
})
