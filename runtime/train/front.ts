/** The calibrated networks that no other one beats in both validation metric and EBOPs. Plain JSON. */
export interface Front {
  readonly metric: { readonly kind: string; readonly better: 'higher' | 'lower' }
  /** By rising EBOPs. */
  readonly points: readonly FrontPoint[]
}

export interface FrontPoint {
  readonly training: string
  readonly epoch: number
  /** Of the calibrated network on the validation part, exact inference with wrap. */
  readonly validation: { readonly [metric: string]: number }
  /** From assigned widths. */
  readonly ebops: number
  /** From widths enclosed by the non-zero bits of the final constants. */
  readonly ebopsExact: number
  readonly meanBits: { readonly weight: number; readonly activation: number }
  /** Number of the candidate among those of its training. */
  readonly candidate: number
}
