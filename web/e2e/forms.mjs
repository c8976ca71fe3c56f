// The questionnaire of the walk, as its author writes it in a workbook.
import { workbook } from './files.mjs';

const head = ['type', 'name', 'label::中文 (zh)', 'label::English (en)', 'required', 'relevant', 'constraint', 'constraint_message::中文 (zh)', 'calculation', 'choice_filter', 'personal', 'constraint_message::English (en)'];
const question = (type, name, zh, en, more = {}) => [type, name, zh, en, ...head.slice(4).map(column => more[column] ?? '')];

const survey = [
  head,
  ['start', 'start'], ['end', 'end'],
  question('begin group', 'basic', '基本情况', 'Basics'),
  question('text', 'respondent', '受访人', 'Respondent', { personal: 'yes' }),
  question('select_one county', 'county', '所在县', 'County', { required: 'yes' }),
  question('select_one town', 'town', '所在乡镇', 'Town', { required: 'yes', choice_filter: 'county=${county}' }),
  question('integer', 'members', '党员人数', 'Members', { required: 'yes', constraint: '. >= 3', 'constraint_message::中文 (zh)': '党员人数不能少于 3 人', 'constraint_message::English (en)': 'At least 3 members' }),
  question('date', 'visited', '走访日期', 'Day of the visit', { required: 'yes' }),
  ['end group'],
  question('begin group', 'work', '议事情况', 'Meetings'),
  question('select_multiple topic', 'topics', '主要议题', 'Topics'),
  question('text', 'other', '其他议题', 'Other topic', { required: 'yes', relevant: "selected(${topics}, 'other')" }),
  question('begin repeat', 'meetings', '会议', 'Meeting'),
  question('integer', 'attended', '到会人数', 'Attended'),
  ['end repeat'],
  question('calculate', 'total', '到会总人次', 'Attendances', { calculation: 'sum(${attended})' }),
  question('image', 'photo', '现场照片', 'Photo'),
  ['end group'],
];
const choices = [
  ['list_name', 'name', 'label::中文 (zh)', 'label::English (en)', 'county'],
  ['county', 'jiangshan', '江山市', 'Jiangshan'], ['county', 'kecheng', '柯城区', 'Kecheng'],
  ['town', 'hushan', '虎山街道', 'Hushan', 'jiangshan'], ['town', 'hecun', '贺村镇', 'Hecun', 'jiangshan'], ['town', 'hehua', '荷花街道', 'Hehua', 'kecheng'],
  ['topic', 'party', '党建', 'Party building'], ['topic', 'parking', '停车', 'Parking'], ['topic', 'other', '其他', 'Other'],
];
const settings = [['form_id', 'form_title', 'version', 'default_language'], ['visit', '走访记录', 'v1', '中文 (zh)']];

export const visit = workbook({ survey, choices, settings });

// The same with two mistakes: a rule that names no question, a list that is not there.
const broken = survey.map(row => row.map(cell => cell.replace('county=${county}', 'county=${conty}').replace('select_multiple topic', 'select_multiple topics')));
export const brokenVisit = workbook({ survey: broken, choices, settings });
