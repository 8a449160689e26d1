// The entry of a thread that helps with tiles: it follows the leader until it is stopped.
import { workerData } from 'node:worker_threads'
import { TileRunner, type TileSetup } from './tiles.js'

const { setup, slot } = workerData as { readonly setup: TileSetup; readonly slot: number }
new TileRunner(setup, slot).follow()
