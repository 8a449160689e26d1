import * as assert from 'uvu/assert'
import type { DataContext } from '../../../runtime/data/context.js'
import { checksumOf } from '../../../runtime/data/download.js'
import { loadDataset } from '../../../runtime/data/load.js'
import { peekData } from '../../../runtime/data/peek.js'
import { suite } from '../../kit.js'
import { allRows, contextOf, dataset, inFolder, messageOf, successOf } from './kit.js'
import { send, type TestServer, withServer } from './server.js'

const test = suite('openml')
const source = { kind: 'openml', id: 42 } as const
const spec = dataset(source, { labels: 'class' })
const ARFF = new TextEncoder().encode(
  '@relation tiny\n@attribute x real\n@attribute class {a,b}\n@data\n1,a\n2,b\n3,a\n4,b\n',
)

interface Rig {
  readonly server: TestServer
  readonly context: DataContext
}

/** A server that speaks the API; `change` alters the description, null leaves the data set out. */
async function rig(
  change: ((description: Record<string, unknown>) => unknown) | null,
  use: (rig: Rig) => Promise<void>,
): Promise<void> {
  await inFolder(async (cacheFolder) => {
    let address = ''
    await withServer(
      (request, response) => {
        if (request.path === '/api/v1/json/data/42' && change !== null) {
          const md5 = checksumOf(ARFF, 'md5')
          const description = { id: '42', name: 'tiny', format: 'ARFF', url: `${address}/42.arff`, md5_checksum: md5 }
          const answer = JSON.stringify({ data_set_description: change(description) })
          send(request, response, new TextEncoder().encode(answer))
        } else if (request.path === '/42.arff') send(request, response, ARFF)
        else response.writeHead(412).end('{"error":{"code":"111","message":"Unknown dataset"}}')
      },
      async (server) => {
        address = server.address
        await use({ server, context: contextOf({}, { cacheFolder, openmlServer: address }) })
      },
    )
  })
}

const stable = (message: string): string => message.replaceAll(/127\.0\.0\.1:\d+/g, 'SERVER')

test('description, file, checksum; and the second time nothing is asked', () =>
  rig(
    (description) => description,
    async ({ server, context }) => {
      const { cacheFolder } = context
      assert.is(peekData({ source, pipeline: '/nowhere/p.hgq' }, { cacheFolder }), undefined)
      const data = successOf(await loadDataset(spec, context))
      assert.equal(allRows(data), [
        [1, 0],
        [2, 1],
        [3, 0],
        [4, 1],
      ])
      assert.equal(
        server.requests.map(({ path }) => path),
        ['/api/v1/json/data/42', '/42.arff'],
      )
      successOf(await loadDataset(spec, { ...context, offline: true }))
      assert.is(server.requests.length, 2)
      assert.equal(peekData({ source, pipeline: '/nowhere/p.hgq' }, { cacheFolder })?.columns, [
        { name: 'x', shape: [] },
        { name: 'class', shape: [] },
      ])
    },
  ))

test('message: a number that nobody has', () =>
  rig(null, async ({ context }) =>
    assert.is(
      messageOf(await loadDataset(spec, context)),
      'error HGQ3060: OpenML data set 42 does not exist\n  = look it up at https://www.openml.org/search?type=data',
    ),
  ))

test('message: a format that is not read', () =>
  rig(
    (description) => ({ ...description, format: 'Sparse_ARFF' }),
    async ({ context }) =>
      assert.is(
        messageOf(await loadDataset(spec, context)),
        'error HGQ3060: OpenML data set 42 is in the format Sparse_ARFF\n  = hgq reads dense ARFF from OpenML; export the data set as CSV or npz and name the file',
      ),
  ))

test('message: a description that is none; it is not kept', () =>
  rig(
    () => 'hello',
    async ({ context, server }) => {
      for (let round = 1; round <= 2; round++) {
        assert.is(
          messageOf(await loadDataset(spec, context)),
          'error HGQ3060: OpenML data set 42 has a description that hgq does not understand\n  = the server may be out of order; try again later',
        )
        assert.is(server.requests.length, round)
      }
    },
  ))

test('message: a file with another checksum', () =>
  rig(
    (description) => ({ ...description, md5_checksum: '0'.repeat(32) }),
    async ({ context }) =>
      assert.match(
        stable(messageOf(await loadDataset(spec, context))),
        `error HGQ3050: http://SERVER/42.arff is not the file that was promised: its MD5 is ${checksumOf(ARFF, 'md5')}`,
      ),
  ))
