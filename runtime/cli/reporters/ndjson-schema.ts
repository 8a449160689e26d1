import * as v from 'valibot'
import { ACTION_KINDS } from '../../../compiler/plan/action.js'
import { diagnosticSchema as diagnostic } from '../../diagnostic-schema.js'
import { frontPointSchema, targetNumbersSchema } from '../../report/schema.js'

/** Raised when a field changes its meaning or goes away; new fields and events may come at any time. */
export const EVENT_VERSION = 1

const version = v.literal(EVENT_VERSION)
const kind = v.picklist(ACTION_KINDS)
const milliseconds = v.pipe(v.number(), v.minValue(0))
const count = v.pipe(v.number(), v.integer(), v.minValue(0))

/** Every line that `--reporter ndjson` prints. */
export const eventSchema = v.variant('type', [
  v.strictObject({
    v: version,
    type: v.literal('build-started'),
    pipeline: v.string(),
    builds: v.array(v.string()),
    actions: count,
  }),
  v.strictObject({
    v: version,
    type: v.literal('actions-planned'),
    actions: v.array(v.strictObject({ address: v.string(), kind })),
  }),
  /** From `hgq plan` alone. */
  v.strictObject({
    v: version,
    type: v.literal('action-decided'),
    address: v.string(),
    kind,
    state: v.picklist(['hit', 'run', 'follows']),
  }),
  v.strictObject({ v: version, type: v.literal('action-started'), address: v.string(), kind, key: v.string() }),
  v.strictObject({
    v: version,
    type: v.literal('action-progress'),
    address: v.string(),
    progress: v.strictObject({
      fraction: v.nullable(v.number()),
      text: v.string(),
      figures: v.optional(
        v.strictObject({
          epoch: count,
          loss: v.number(),
          metric: v.number(),
          ebops: v.number(),
          pressure: v.number(),
          rate: v.number(),
          widthRate: v.number(),
        }),
      ),
    }),
  }),
  v.strictObject({
    v: version,
    type: v.literal('action-finished'),
    address: v.string(),
    kind,
    key: v.string(),
    how: v.picklist(['ran', 'hit']),
    milliseconds,
  }),
  v.strictObject({ v: version, type: v.literal('action-failed'), address: v.string(), kind, diagnostic }),
  v.strictObject({ v: version, type: v.literal('action-cancelled'), address: v.string(), kind }),
  v.strictObject({ v: version, type: v.literal('message'), diagnostic, address: v.exactOptional(v.string()) }),
  v.strictObject({
    v: version,
    type: v.literal('design-ready'),
    build: v.string(),
    target: v.string(),
    attempt: count,
    numbers: targetNumbersSchema,
  }),
  v.strictObject({ v: version, type: v.literal('front-ready'), build: v.string(), front: v.array(frontPointSchema) }),
  v.strictObject({
    v: version,
    type: v.literal('build-finished'),
    exitCode: count,
    milliseconds,
    ran: count,
    hits: count,
  }),
])
