import type { Diagnostic, Result } from '../../lang/diagnostics/diagnostic.js'
import { resultDamaged } from '../../lang/diagnostics/messages/build.js'
import { isRefusal, storeFailure } from '../store/write-failure.js'
import type { Workshop } from './context.js'

/** Thrown where what the store held a moment ago is damaged, or was removed meanwhile. */
export class DamagedResult extends Error {
  readonly address: string
  readonly role: string

  constructor(address: string, role: string) {
    super(`the stored "${role}" of ${address} is damaged or gone`)
    this.address = address
    this.role = role
  }
}

/** Runs what only reads the store of `workshop`, and closes it. A store that cannot be read is an error in the result. */
export async function readStore<T>(
  { store, digests }: Pick<Workshop, 'store' | 'digests'>,
  body: () => Promise<Result<T, readonly Diagnostic[]>>,
): Promise<Result<T, readonly Diagnostic[]>> {
  const { folder } = store
  try {
    return await body()
  } catch (error) {
    if (error instanceof DamagedResult) {
      const { address, role } = error
      return { ok: false, error: [resultDamaged({ address, role, folder: store.quarantine })] }
    }
    if (!isRefusal(error, folder)) throw error
    return { ok: false, error: [storeFailure(error, { folder, what: 'temporary files' })] }
  } finally {
    await digests.save()
    await store.close()
  }
}
