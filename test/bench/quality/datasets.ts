/** A data set that quality is measured on, as a pipeline declares it. */
export interface BenchDataset {
  readonly name: string
  /** Folder below `data` of the shared files; paths of the source are relative to it. */
  readonly folder: string
  /** The file that must be there. */
  readonly file: string
  /** Entries of the declaration besides split, standardization and seed. */
  readonly entries: string
  readonly features: number
  readonly classes: number
}

/** Those of the reference's figures (`reference.ts`). */
export const DATASETS: readonly BenchDataset[] = [
  {
    name: 'dry_bean',
    folder: 'dry_bean',
    file: 'dry_bean.csv',
    entries: 'source = csv("dry_bean.csv")\n  labels = "Class"',
    features: 16,
    classes: 7,
  },
  {
    name: 'magic04',
    folder: 'magic04',
    file: 'magic04.csv',
    entries: 'source = csv("magic04.csv", header = false)\n  labels = 10',
    features: 10,
    classes: 2,
  },
  {
    name: 'pendigits',
    folder: 'pendigits',
    file: 'pendigits.npz',
    entries: 'source = npz("pendigits.npz")\n  features = "X"\n  labels = "y"',
    features: 16,
    classes: 10,
  },
]

/** EBOPs within which a checkpoint is chosen. */
export const BOUNDS = [500, 1000, 2500, 7000] as const
