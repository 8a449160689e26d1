/**
 * The environment of tools: this program's, but that they speak English and write numbers with a point, whatever the
 * user's language, since what they say is read here. Only the character set stays the user's: in `C` some tools find no
 * file whose name is not plain ASCII. The order of precedence is that of POSIX.1-2017, section 8.2.
 */
export function toolEnvironment(environment: NodeJS.ProcessEnv = process.env): NodeJS.ProcessEnv {
  // LANGUAGE, of gettext, stands above them all.
  const kept = Object.entries(environment).filter(([name]) => !/^(LC_.*|LANG|LANGUAGE)$/.test(name))
  // One that is empty counts as not set.
  const characters = environment.LC_ALL || environment.LC_CTYPE || environment.LANG
  return { ...Object.fromEntries(kept), LANG: 'C', ...(characters ? { LC_CTYPE: characters } : {}) }
}
