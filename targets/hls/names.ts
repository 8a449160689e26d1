/** Words that C++ compilers, their headers or the test bench take, and that a user may well choose as a name. */
const RESERVED = new Set(
  `alignas alignof and and_eq asm auto bitand bitor bool break case catch char char16_t char32_t char8_t class co_await
  co_return co_yield compl concept const const_cast consteval constexpr constinit continue decltype default delete do
  double dynamic_cast else enum explicit export extern false float for friend goto if inline int long mutable namespace
  new noexcept not not_eq nullptr operator or or_eq private protected public register reinterpret_cast requires return
  short signed sizeof static static_assert static_cast struct switch template this thread_local throw true try typedef
  typeid typename union unsigned using virtual void volatile wchar_t while xor xor_eq
  abs div exp fabs floor hgq linux log main max min pow printf round shift sin std sycl tan time unix y0 y1 yn j0 j1 jn
  ac_fixed ac_int ap_fixed ap_int ap_ufixed ap_uint component kernel
  complete compare count differing element failed features feature_line given got has_more index main more predictions
  prediction_line port queue read read_all rest results vector value wanted
  EOF I M_PI NAN NULL INFINITY assert errno stdin stdout stderr`.split(/\s+/),
)

/** What else is named after a port: its type, and what the kernel and the test bench have of it. */
const DERIVED = ['', '_t', '_beat', '_pipe', '_pipe_id', '_given', '_got', '_expected', '_kernel', '_kernel_id']

/**
 * A C++ identifier as close to `name` as the rules allow. Neither it nor what is named after it is in `taken`, to which
 * all are added. Names of the form n<number> and table<number> belong to the emitter, those with two underscores to compilers.
 */
export function cppIdentifier(name: string, taken: Set<string>): string {
  const cleaned = name
    .replace(/[^A-Za-z0-9_]+/g, '_')
    .replace(/_{2,}/g, '_')
    .replace(/^_+|_+$/g, '')
  const started = /^[A-Za-z]/.test(cleaned) ? cleaned : `p_${cleaned}`.replace(/_$/, '')
  const base = RESERVED.has(started) || /^(n|table)\d+$/.test(started) ? `${started}_port` : started
  let candidate = base
  const names = (): string[] => DERIVED.map((suffix) => `${candidate}${suffix}`)
  for (let suffix = 2; names().some((each) => taken.has(each)); suffix++) candidate = `${base}_${suffix}`
  for (const each of names()) taken.add(each)
  return candidate
}

/** What the elements of a port are called in `defines.h`. */
export function typeNameOf(port: string): string {
  return `${port}_t`
}
