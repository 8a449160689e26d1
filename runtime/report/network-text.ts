/** A network for people: the epoch of its training, or, with epoch 0, the one that was imported from a file. */
export function networkText(epoch: number, training: string): string {
  return isImported(epoch) ? `the network of ${training}` : `epoch ${epoch} of ${training}`
}

/** Epochs of a training count from 1; a network from a file has none. */
export function isImported(epoch: number): boolean {
  return epoch === 0
}
