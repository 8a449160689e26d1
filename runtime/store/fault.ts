/**
 * A place at which tests may kill the process, to show that no moment leaves broken state behind: `HGQ_FAULT` names the
 * place, `commit:before-record` or `run:train`. Outside of tests (`NODE_ENV=test`) it is ignored.
 */
export function faultPoint(place: string): void {
  if (process.env.NODE_ENV === 'test' && process.env.HGQ_FAULT === place) process.kill(process.pid, 'SIGKILL')
}
