import type { LayerContext } from './layer.js'

/** Refuses layers whose channels do not come last. */
export function requireChannelsLast(context: LayerContext): void {
  if (context.text('data_format') === 'channels_first')
    context.unsupported('has its channels first', "layers with data_format='channels_last' can be imported")
}
