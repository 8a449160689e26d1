// The one place where chevrotain is loaded. Its entry pulls in lodash-es file by file, some 640 of them, which takes longer
// than everything else that a build with nothing to do has to do; the same code lies in the package as one file, too.
import type * as Chevrotain from 'chevrotain'

const bundle = new URL('../chevrotain.mjs', import.meta.resolve('chevrotain')).href
const library = await (import(bundle) as Promise<typeof Chevrotain>).catch(() => import('chevrotain'))

export const {
  createToken,
  createTokenInstance,
  EmbeddedActionsParser,
  EOF,
  isRecognitionException,
  Lexer,
  MismatchedTokenException,
  tokenLabel,
} = library
