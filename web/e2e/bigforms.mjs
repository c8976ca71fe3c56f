// Forms as large as any, made by code, as the server publishes them: expressions as trees.

const num = n => ({ k: 'num', n });
const str = s => ({ k: 'str', s });
const op = (s, ...a) => ({ k: 'op', s, a });
const call = (s, ...a) => ({ k: 'call', s, a });
const ref = path => ({ k: 'ref', s: path.split('/').pop(), t: path.split('/') });
const column = t => ({ k: 'path', st: [{ x: 'child', t }] });
const self = { k: 'path', st: [{ x: 'self', t: 'node()' }] };
const expr = root => ({ src: '', root });
const label = text => ({ '': text });

const form = (title, fields, lists) => ({ formId: 'big', title, defaultLanguage: '', languages: [''], fields, lists });
const group = (name, title, fields) => ({ name, type: 'group', label: label(title), fields });

// towns is a list of size choices in hundred counties.
function towns(size) {
  const choices = [];
  for (let i = 0; i < size; i++) choices.push({ name: `t${i}`, label: label(`第 ${i} 村`), columns: { county: `c${i % 100}`, code: String(i) } });
  return { name: 'towns', choices };
}
const counties = { name: 'counties', choices: Array.from({ length: 100 }, (_, i) => ({ name: `c${i}`, label: label(`第 ${i} 县`) })) };
const yesno = { name: 'yesno', choices: [{ name: 'yes', label: label('是') }, { name: 'no', label: label('否') }] };

// Ten questions as forms have them: each kind, with rules that read each other and the block before.
function block(prefix, at, before) {
  const name = kind => `${kind}${at}`, to = kind => ref(prefix + name(kind));
  return [
    { name: name('agree'), type: 'select_one', list: 'yesno', label: label(`${at}. 是否参加`), required: expr(call('true')) },
    { name: name('why'), type: 'text', label: label('为什么不参加'), relevant: expr(op('=', to('agree'), str('no'))) },
    { name: name('men'), type: 'integer', label: label('男'), constraint: expr(op('>=', self, num(0))), relevant: expr(op('=', to('agree'), str('yes'))) },
    { name: name('women'), type: 'integer', label: label('女'), constraint: expr(op('<', self, num(100000))), relevant: expr(op('=', to('agree'), str('yes'))) },
    { name: name('people'), type: 'calculate', calculation: expr(op('+', call('coalesce', to('men'), num(0)), call('coalesce', to('women'), num(0)))) },
    { name: name('so_far'), type: 'calculate', calculation: expr(before ? op('+', to('people'), ref(before)) : to('people')) },
    { name: name('check'), type: 'note', label: label(`共 \${${name('people')}} 人，累计 \${${name('so_far')}} 人`) },
    { name: name('county'), type: 'select_one', list: 'counties', appearance: 'minimal', label: label('县') },
    { name: name('town'), type: 'select_one', list: 'towns', appearance: 'minimal', label: label('村'), choiceFilter: expr(op('=', column('county'), to('county'))) },
    { name: name('remark'), type: 'text', label: label(`\${${name('town')}} 的说明`), required: expr(op('>', to('people'), num(50))) },
  ];
}

/** A form of 1,000 questions in 20 pages. Each block's total is in the next one's: the first answer concerns all hundred. */
export function thousand() {
  const fields = [];
  let before = '';
  for (let page = 0; page < 20; page++) {
    const inside = [];
    for (let at = page * 5; at < page * 5 + 5; at++) {
      inside.push(...block(`page${page}/`, at, before));
      before = `page${page}/so_far${at}`;
    }
    fields.push(group(`page${page}`, `第 ${page + 1} 部分`, inside));
  }
  fields.push({ name: 'total', type: 'calculate', calculation: expr(ref(before)) });
  return form('一千道题', fields, { yesno, counties, towns: towns(1000) });
}

/** 5,000 questions, 50,000 choices, ten deep, and a repeat for 1,000 instances. */
export function huge() {
  const fields = [];
  for (let page = 0; page < 50; page++) {
    let inside = [], prefix = Array.from({ length: 9 }, (_, depth) => `p${page}d${depth}/`).join('');
    for (let at = page * 10; at < page * 10 + 10; at++) inside.push(...block(prefix, at, at % 10 ? `${prefix}so_far${at - 1}` : ''));
    for (let depth = 8; depth >= 0; depth--) inside = [group(`p${page}d${depth}`, depth ? '' : `第 ${page + 1} 部分`, inside)];
    fields.push(...inside);
  }
  fields.push({ name: 'members', type: 'repeat', label: label('家庭成员'), fields: [
    { name: 'who', type: 'text', label: label('姓名') },
    { name: 'age', type: 'integer', label: label('${who} 的年龄') },
    { name: 'grown', type: 'calculate', calculation: expr(op('>=', ref('members/age'), num(18))) },
    { name: 'home', type: 'select_one', list: 'counties', appearance: 'minimal', label: label('户籍县') },
    { name: 'from', type: 'select_one', list: 'towns', appearance: 'minimal', label: label('户籍村'), choiceFilter: expr(op('=', column('county'), ref('members/home'))) },
  ] });
  fields.push({ name: 'adults', type: 'calculate', calculation: expr(call('count', { k: 'filter', a: [ref('members'), op('>=', column('age'), num(18))] })) });
  fields.push({ name: 'ages', type: 'calculate', calculation: expr(call('sum', ref('members/age'))) });
  return form('五千道题', fields, { yesno, counties, towns: towns(50000) });
}
