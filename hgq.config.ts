import { defineConfig } from 'hgq'

// Where and how builds run. Nothing here changes a result.
export default defineConfig({})
