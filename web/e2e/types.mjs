// A questionnaire with every type and appearance that the fill page draws, and its media files.
import { picture, workbook } from './files.mjs';

const head = ['type', 'name', 'label', 'appearance', 'parameters', 'required', 'calculation', 'trigger', 'choice_filter', 'default', 'repeat_count', 'media::image', 'media::audio', 'body::rows'];
const row = (type, name, label = '', more = {}) => [type, name, label, ...head.slice(3).map(column => more[column] ?? '')];
const looks = appearance => ({ appearance });
const group = (name, label, rows) => [row('begin group', name, label), ...rows, row('end group', '')];

const writing = group('writing', '一、文字与数字', [
  row('text', 'respondent', '受访人', { default: '${last-saved#respondent}' }),
  row('text', 'opinion', '意见建议', looks('multiline')), row('text', 'account', '户号', looks('numbers')), row('text', 'site', '网址', looks('url')),
  row('text', 'identity', '身份证号', looks('masked')), row('integer', 'income', '年收入', looks('thousands-sep')), row('integer', 'people', '常住人数', looks('counter')),
  row('decimal', 'facing', '房屋朝向', looks('bearing')), row('barcode', 'meter', '电表条码'), row('hidden', 'round', '', { default: '2026-1' }),
  row('calculate', 'each', '', { calculation: 'round(${income} div ${people}, 2)' }),
  row('note', 'sum', '人均收入 ${each} 元，[怎么算的](https://example.cn/a_b_)', { 'media::image': 'map.png' }),
]);
const measures = group('measures', '二、刻度与日期', [
  row('range', 'satisfied', '满意度', { parameters: 'start=0 end=10 step=1' }), row('range', 'level', '水位', { appearance: 'vertical', parameters: 'start=0 end=5 step=0.5' }),
  row('range', 'stars', '打分', { appearance: 'rating', parameters: 'start=1 end=5 step=1' }), row('range', 'households', '户数', { appearance: 'picker', parameters: 'start=0 end=30 step=5' }),
  row('date', 'day', '走访日期'), row('date', 'month', '建成年月', looks('month-year')), row('date', 'year', '启用年份', looks('year')),
  row('date', 'birth', '出生日期', looks('no-calendar')), row('time', 'clock', '开会时间'), row('dateTime', 'moment', '到达时间'),
]);
const choosing = group('choosing', '三、选择', [
  row('select_one_from_file villages.csv', 'village', '所在村', looks('autocomplete')), row('select_one_from_file lost.geojson', 'market', '最近的集市', looks('map')), row('select_one town', 'town', '所在乡镇', looks('minimal')),
  row('select_one town', 'quick', '上次到访的乡镇', looks('quick columns-pack')), row('select_multiple topic', 'topics', '主要议题', looks('columns-2')),
  row('select_multiple topic', 'others', '次要议题', looks('minimal')), row('select_one_external lane', 'lane', '所在弄堂', { choice_filter: 'town=${town}' }),
  row('select_one scale', 'trust', '信任程度', looks('likert')), row('select_one sign', 'sign', '门牌样式', looks('no-buttons')),
  row('rank topic', 'order', '难点排序', { parameters: 'randomize=true seed=7' }), row('select_one hope or_other', 'wish', '最盼望的事'),
  row('begin group', 'table', '', looks('table-list')), row('select_one scale', 'open', '公开'), row('select_one scale', 'fair', '公平'), row('end group', ''),
  row('acknowledge', 'agreed', '已说明用途'),
]);
const places = group('places', '四、位置', [
  row('geopoint', 'point', '村口'), row('geotrace', 'way', '走访路线'), row('geoshape', 'field', '地块范围'),
  row('background-geopoint', 'pointed', '', { trigger: '${point}' }),
]);
const pictures = group('pictures', '五、图片与声音', [
  row('image', 'photo', '现场照片', { parameters: 'max-pixels=64' }), row('image', 'signature', '签名', looks('signature')), row('image', 'marked', '标注照片', looks('annotate')),
  row('audio', 'talk', '访谈录音', { parameters: 'quality=voice-only' }), row('video', 'film', '现场录像'), row('file', 'paper', '佐证材料'),
]);
const family = [
  row('integer', 'members', '家庭人数'),
  row('begin repeat', 'family', '家庭成员', { repeat_count: '${members}' }), row('text', 'member', '姓名'), row('integer', 'age', '年龄'), row('end repeat', ''),
];

const survey = [
  head, row('start', 'start'), row('end', 'end'), row('today', 'today'), row('deviceid', 'deviceid'), row('username', 'username'), row('email', 'email'), row('phonenumber', 'phone'),
  row('audit', 'audit'), row('start-geopoint', 'begun'), row('background-audio', 'sound'), row('xml-external', 'prices'),
  ...writing, ...measures, ...choosing, ...places, ...pictures, ...family,
];
const list = (name, ...choices) => choices.map(([value, label, more = '']) => [name, value, label, more]);
const choices = [
  ['list_name', 'name', 'label', 'media::image'],
  ...list('town', ['hushan', '虎山街道'], ['hecun', '贺村镇'], ['qinghu', '清湖街道']),
  ...list('topic', ['party', '党建'], ['parking', '停车'], ['road', '修路'], ['water', '供水']),
  ...list('hope', ['light', '路灯'], ['bus', '公交']),
  ...list('scale', ['1', '很不满意'], ['2', '不满意'], ['3', '一般'], ['4', '满意'], ['5', '很满意']),
  ...list('sign', ['old', '旧门牌', 'map.png'], ['new', '新门牌', 'map.png']),
];
const external = [['list_name', 'name', 'label', 'town'], ['lane', 'well', '水井弄', 'hecun'], ['lane', 'school', '学堂弄', 'hushan']];

export const everything = workbook({ survey, choices, external_choices: external, settings: [['form_id', 'form_title', 'version', 'style'], ['everything', '全部题型', '1', 'pages']] });

export const media = [
  { name: 'villages.csv', mimeType: 'text/csv', buffer: Buffer.from('name,label\n' + Array.from({ length: 2000 }, (_, i) => `v${i},第${i}村`).join('\n')) },
  { name: 'map.png', mimeType: 'image/png', buffer: picture(240, 160) },
  { name: 'prices.xml', mimeType: 'text/xml', buffer: Buffer.from('<root><item><name>rice</name><label>6</label></item></root>') },
];
