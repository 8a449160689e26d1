import { quartus } from './quartus.js'
import type { VendorTool, VendorToolName } from './tool.js'
import { vitisHls } from './vitis-hls.js'
import { vivado } from './vivado.js'

/** The vendors' tools by the name that a `target` gives them. */
export const VENDOR_TOOLS: { readonly [Name in VendorToolName]: VendorTool } = { vivado, quartus, vitis_hls: vitisHls }
