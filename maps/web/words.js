// The page's own words. What comes from the check arrives in the data, as one text or as [Chinese, English].
const WORDS = {
  internal: ['内部资料', 'Internal'],
  asOf: ['基准日', 'As of'],
  packs: ['规则包', 'Packs'],
  print: ['打印', 'Print'],
  language: ['EN', '中文'],
  languageTitle: ['Switch to English', '切换为中文'],
  findings: ['审查结果', 'Findings'],
  inputs: ['输入数据', 'Inputs'],
  zone: ['园区', 'Zone'],
  place: ['定位到', 'Go to'],
  whole: ['全部范围', 'Whole extent'],
  expansion: ['拟扩区', 'expansion'],
  search: ['搜索规则、标题、内容', 'Search rules, titles, texts'],
  nothing: ['没有符合筛选条件的结果', 'No finding matches'],
  measured: ['实测', 'Measured'],
  required: ['要求', 'Required'],
  margin: ['余量', 'Margin'],
  limit: ['限值', 'Limit'],
  source: ['依据', 'Source'],
  basis: ['口径', 'Basis'],
  standing: ['核对情况', 'Standing'],
  missing: ['缺少', 'Missing'],
  evidence: ['证据', 'Evidence'],
  more: ['显示全部', 'Show all'],
  measures: ['其他数值', 'Further figures'],
  texts: ['说明', 'About this rule'],
  what: ['怎样量算', 'What is measured'],
  why: ['为什么', 'Why'],
  mend: ['怎样处理', 'What to do'],
  trap: ['容易误解', 'What may mislead'],
  zoom: ['在地图上查看', 'Show on the map'],
  noPlace: ['无图形', 'no geometry'],
  legend: ['图例', 'Legend'],
  here: ['此处要素', 'Features here'],
  toFinding: ['查看结论', 'Show finding'],
  feature: ['要素', 'Feature'],
  role: ['角色', 'Role'],
  file: ['来源', 'Source'],
  crs: ['坐标系', 'CRS'],
  features: ['要素数', 'Features'],
  read: ['读入', 'Read'],
  repaired: ['已修复', 'Repaired'],
  notes: ['说明', 'Notes'],
  empty: ['声明为空', 'stated empty'],
  coarse: ['图形为显示而概化,不影响审查数值', 'generalised for display; no figure is taken from it'],
  nearest: ['只显示最近的', 'only the nearest are drawn:'],
  display: ['图形仅供显示(取整至 0.1 米左右),面积和结论按原始图形计算。',
    'Drawn geometry is rounded to about 0.1 m for display; figures and verdicts come from the original.'],
  context: ['显示范围外的图层要素未列出', 'Features farther away than this are not shown'],
  north: ['北', 'N'],
};

let lang = 0;

/** One of the page's words in the chosen language. */
function word(key) {
  return WORDS[key][lang];
}

/** A text of the data in the chosen language. */
function say(text) {
  if (!text) return '';
  return text.length > lang ? text[lang] : text[0];
}
