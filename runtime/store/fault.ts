let passed = 0

/**
 * A place at which tests may kill the process, to show that no moment leaves broken state behind: `HGQ_FAULT` names the
 * place, `commit:before-record` or `run:train`; `run:train@3` is the third time that it is passed. Outside of tests
 * (`NODE_ENV=test`) it is ignored.
 */
export function faultPoint(place: string): void {
  const { NODE_ENV, HGQ_FAULT } = process.env
  if (NODE_ENV !== 'test' || HGQ_FAULT === undefined) return
  const [wanted, time = '1'] = HGQ_FAULT.split('@')
  if (wanted !== place) return
  passed++
  if (passed === Number(time)) process.kill(process.pid, 'SIGKILL')
}
