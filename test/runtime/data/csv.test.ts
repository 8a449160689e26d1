import * as assert from 'uvu/assert'
import { loadDataset } from '../../../runtime/data/load.js'
import { suite } from '../../kit.js'
import { allRows, contextOf, csv, dataset, loaded, messageOf } from './kit.js'

const test = suite('csv')

async function rowsOf(text: string, header = true, separator = ','): Promise<number[][]> {
  const labels = header ? 'y' : -1
  return allRows(await loaded(dataset(csv('a.csv', header, separator), { labels }), contextOf({ 'a.csv': text })))
}

const EXPECTED = [[1, 2, 0], [3, 4, 1], [5, 6, 0], [7.5, -8e-3, 1].map(Math.fround)]

test('header, quotes, byte-order mark, CRLF, blank lines and a missing last line end', async () => {
  assert.equal(await rowsOf('a,b,y\n1,2,p\n3,4,q\n5,6,p\n7.5,-8e-3,q\n'), EXPECTED)
  assert.equal(await rowsOf('\ufeffa,b,y\r\n1,2,p\r\n3,4,q\r\n\r\n5,6,p\r\n7.5,-8e-3,q'), EXPECTED)
  assert.equal(await rowsOf('"a","b",y\n"1",2,"p"\n3,"4","q"\n5 , +6,p\n7.50,-.008,q\n'), EXPECTED)
})

test('other separators, and files without a header', async () => {
  assert.equal(await rowsOf('a;b;y\n1;2;p\n3;4;q\n5;6;p\n7.5;-8e-3;q\n', true, ';'), EXPECTED)
  assert.equal(await rowsOf('1\t2\tp\n3\t4\tq\n5\t6\tp\n7.5\t-8e-3\tq\n', false, '\t'), EXPECTED)
})

test('quoted cells may hold separators, quotes and line ends', async () => {
  const data = await loaded(
    dataset(csv('a.csv'), { labels: 'the, "y"' }),
    contextOf({ 'a.csv': 'a,"the, ""y"""\n1,"x,1"\n2,"x\n2"\n3,"x,1"\n4,"x\n2"\n' }),
  )
  assert.equal(data.classes, ['x\n2', 'x,1'])
})

const BROKEN: { name: string; text: string; header?: boolean; separator?: string; message: string }[] = [
  {
    name: 'a missing value',
    text: 'a,b,y\n1,2,p\n\n3,,q\n',
    message: `error HGQ3020: a.csv:4: column 'b' has no value
  = remove the row or fill in the value; hgq does not guess missing values`,
  },
  {
    name: 'a value written as missing',
    text: 'a,b,y\n1,NA,p\n',
    message: `error HGQ3020: a.csv:2: column 'b' has no value ('NA')
  = remove the row or fill in the value; hgq does not guess missing values`,
  },
  {
    name: 'a missing label',
    text: 'a,b,y\n1,2,\n',
    message: `error HGQ3020: a.csv:2: column 'y' has no value
  = remove the row or fill in the value; hgq does not guess missing values`,
  },
  {
    name: 'a row that is too short',
    text: 'a,b,y\n1,2,p\n3,4\n',
    message: `error HGQ3024: a.csv:3: this row has 2 cells; 3 are expected`,
  },
  {
    name: 'a row that is too long',
    text: 'a,b,y\n1,2,p,\n',
    message: `error HGQ3024: a.csv:2: this row has 4 cells; 3 are expected`,
  },
  {
    name: 'another separator',
    text: 'a,b,y\n1;2;p\n',
    message: `error HGQ3024: a.csv:2: this row has 1 cell; 3 are expected
  = is the separator ";"? Say so: csv("…", separator = ";")`,
  },
  {
    name: 'text among numbers',
    text: 'a,b,y\n1,2,p\n3,four,q\n',
    message: `error HGQ3021: a.csv:3: 'four' in column 'b' is not a number
  = features and targets are numbers; leave text columns out of \`features\``,
  },
  {
    name: 'a header that was not announced',
    text: 'a,b,y\n1,2,p\n',
    header: false,
    message: `error HGQ3021: a.csv:1: 'a' in column '0' is not a number
  = features and targets are numbers; if the first row holds names, leave out \`header = false\``,
  },
  {
    name: 'hexadecimal and digit groups are no numbers',
    text: 'a,b,y\n1,0x10,p\n',
    message: `error HGQ3021: a.csv:2: '0x10' in column 'b' is not a number
  = features and targets are numbers; leave text columns out of \`features\``,
  },
  {
    name: 'NaN',
    text: 'a,b,y\n1,2,p\n3,NaN,q\n',
    message: `error HGQ3022: a.csv:3: 'b' is NaN
  = remove the row or repair the value; training needs finite numbers`,
  },
  {
    name: 'infinity',
    text: 'a,b,y\n1,-inf,p\n',
    message: `error HGQ3022: a.csv:2: 'b' is -Infinity
  = remove the row or repair the value; training needs finite numbers`,
  },
  {
    name: 'a quote that is not closed',
    text: 'a,b,y\n1,2,p\n"3,4,q\n5,6,p\n',
    message: 'error HGQ3003: a.csv:3 is no valid CSV file: a quote is opened here and never closed',
  },
  {
    name: 'text after a quote',
    text: 'a,b,y\n1,"2"3,p\n',
    message: `error HGQ3003: a.csv:2 is no valid CSV file: text follows a closing quote
  = a quote inside of quotes is written twice: ""`,
  },
  {
    name: 'a quote in the middle',
    text: 'a,b,y\n1,2"3,p\n',
    message: `error HGQ3003: a.csv:2 is no valid CSV file: a quote stands in the middle of a cell
  = put the whole cell in quotes, and write quotes inside of it twice: ""`,
  },
  { name: 'an empty file', text: '', message: 'error HGQ3005: a.csv has no rows' },
  { name: 'a header alone', text: 'a,b,y\n', message: 'error HGQ3005: a.csv has no rows' },
]

for (const { name, text, header, separator, message } of BROKEN) {
  test(`message: ${name}`, async () => {
    const spec = dataset(csv('a.csv', header ?? true, separator ?? ','), { labels: -1 })
    assert.is(messageOf(await loadDataset(spec, contextOf({ 'a.csv': text }))), message)
  })
}

test('text columns that nobody asks for do not matter', async () => {
  const spec = dataset(csv('a.csv'), { features: ['a'], labels: 'y' })
  const data = await loaded(spec, contextOf({ 'a.csv': 'a,note,y\n1,ok,p\n2,,q\n3,NaN,p\n4,x,q\n' }))
  assert.equal(data.inputs[0]?.shape, [1])
})
