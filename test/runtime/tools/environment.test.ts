import * as assert from 'uvu/assert'
import { toolEnvironment } from '../../../runtime/tools/environment.js'
import { suite } from '../../kit.js'

const test = suite('runtime/tools/environment')

test('everything is in C but the character set, which is the one that the user has', () => {
  const rest = { PATH: '/bin', LOCALE_ARCHIVE: '/locales' }
  const german = 'de_DE.UTF-8'
  const other = 'ja_JP.eucJP'
  const cases: readonly (readonly [NodeJS.ProcessEnv, string | undefined])[] = [
    [{}, undefined],
    [{ LANG: german }, german],
    [{ LANG: german, LC_ALL: other }, other],
    [{ LANG: other, LC_CTYPE: german, LC_ALL: '' }, german],
    [{ LC_CTYPE: other, LC_ALL: german, LC_NUMERIC: other, LC_MESSAGES: other }, german],
    [{ LANGUAGE: 'de:en', LC_TIME: german, LANG: '' }, undefined],
  ]
  for (const [words, characters] of cases) {
    const expected = { ...rest, LANG: 'C', ...(characters === undefined ? {} : { LC_CTYPE: characters }) }
    assert.equal(toolEnvironment({ ...words, ...rest }), expected)
  }
})
