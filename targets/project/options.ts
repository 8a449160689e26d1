import type { ControlSpec, DeviceSpec } from '../../lang/program.js'
import type { PortScaling, TestVectors } from '../design.js'
import type { TemplateLoader } from '../templates.js'

export interface EmitOptions {
  /** Name of the top module; characters that the language does not allow are replaced. */
  readonly name: string
  readonly target: { readonly device: Pick<DeviceSpec, 'part' | 'vendor' | 'family'> }
  readonly scaling?: PortScaling
  readonly templates: TemplateLoader
  /** Left out: the pipeline runs freely. Of RTL only. */
  readonly control?: ControlSpec
  /** Left out: the project gets no test bench. */
  readonly vectors?: TestVectors
}
