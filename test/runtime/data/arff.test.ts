import * as assert from 'uvu/assert'
import { loadDataset } from '../../../runtime/data/load.js'
import { suite } from '../../kit.js'
import { allRows, contextOf, dataset, file, loaded, messageOf } from './kit.js'

const test = suite('arff')
const source = { kind: 'arff', path: file('a.arff') } as const

const HEADER = `% a comment
@RELATION 'two words'

@attribute width numeric
@Attribute "the height" REAL % in cm
@attribute 'it\\'s' {p,'q r', "s"}
@attribute note string
@DATA
`

test('comments, quotes, keywords in any case, blanks, CRLF', async () => {
  const body = "1, 2, p, 'a, b'\n% between\n\n3,4,'q r',c\n5,\t6,s,''\n7,8, \"q r\" , d\n"
  const spec = dataset(source, { features: ['width', 'the height'], labels: "it's" })
  const expected = [
    [1, 2, 0],
    [3, 4, 1],
    [5, 6, 2],
    [7, 8, 1],
  ]
  for (const text of [HEADER + body, (HEADER + body).replaceAll('\n', '\r\n')]) {
    const data = await loaded(spec, contextOf({ 'a.arff': text }))
    assert.equal(data.classes, ['p', 'q r', 's'])
    assert.equal(allRows(data), expected)
  }
})

const BROKEN: [name: string, body: string, message: string][] = [
  [
    'a missing value',
    "1,?,p,'x'\n",
    `error HGQ3020: a.arff:9: column 'the height' has no value ('?')
  = remove the row or fill in the value; hgq does not guess missing values`,
  ],
  [
    'a missing label',
    '1,2,?,x\n',
    `error HGQ3020: a.arff:9: column 'it's' has no value ('?')
  = remove the row or fill in the value; hgq does not guess missing values`,
  ],
  [
    'a sparse row',
    '{0 1, 2 p}\n',
    'error HGQ3004: a.arff:9 is a sparse row\n  = write every value: hgq reads dense ARFF alone',
  ],
  ['too few cells', '1,2,p,x\n1,2,p\n', 'error HGQ3024: a.arff:10: this row has 3 cells; 4 are expected'],
  [
    'an undeclared word',
    '1,2,q,x\n',
    `error HGQ3003: a.arff:9 is no valid ARFF file: 'q' is not among the declared words of 'it's'
  = correct the cell, or add the word to @attribute`,
  ],
  [
    'text among numbers',
    '1,two,p,x\n',
    `error HGQ3021: a.arff:9: 'two' in column 'the height' is not a number
  = features and targets are numbers; leave text columns out of \`features\``,
  ],
  ['a quote that is not closed', "1,2,p,'x\n", 'error HGQ3003: a.arff:9 is no valid ARFF file: a quote is not closed'],
  ['no rows', '% nothing\n', 'error HGQ3005: a.arff has no rows'],
]
for (const [name, body, message] of BROKEN) {
  test(`message: ${name}`, async () => {
    const spec = dataset(source, { features: ['width', 'the height'], labels: "it's" })
    assert.is(messageOf(await loadDataset(spec, contextOf({ 'a.arff': HEADER + body }))), message)
  })
}

const HEADERS: [name: string, text: string, message: string][] = [
  [
    'no data',
    '@relation r\n@attribute a real\n',
    'error HGQ3002: a.arff is cut short: there is no @data\n  = copy or download the file again',
  ],
  [
    'no attributes',
    '@relation r\n@data\n1\n',
    'error HGQ3003: a.arff:2 is no valid ARFF file: no @attribute stands before @data',
  ],
  ['a CSV file', 'a,b\n1,2\n', "error HGQ3003: a.arff:1 is no valid ARFF file: 'a,b' is no line of a header"],
  [
    'an unknown type',
    '@attribute a float\n',
    "error HGQ3003: a.arff:1 is no valid ARFF file: 'a' has the unknown type 'float'",
  ],
  [
    'a relational attribute',
    '@attribute a relational\n',
    "error HGQ3004: a.arff:1 declares 'a' as relational\n  = flatten the relation into plain attributes",
  ],
]
for (const [name, text, message] of HEADERS) {
  test(`message: ${name}`, async () => {
    assert.is(messageOf(await loadDataset(dataset(source, { labels: -1 }), contextOf({ 'a.arff': text }))), message)
  })
}

test('message: a nominal attribute as a feature', async () => {
  const spec = dataset(source, { features: ["it's"], labels: 'note' })
  assert.is(
    messageOf(await loadDataset(spec, contextOf({ 'a.arff': `${HEADER}1,2,p,x\n` }))),
    `error HGQ3021: a.arff:9: 'p' in column 'it's' is not a number
  = 'it's' holds words; leave it out of \`features\`, or replace the words by numbers in the file`,
  )
})
