package openrosa_test

import "testing"

func TestSections(t *testing.T) { check(t, sectionExamples) }

var sectionExamples = []example{
	{"groups and repeats", `
survey
| type | name | label | appearance | hint |
| begin_group | g | Group | field-list |
| text | a | A |
| end_group |
| begin_group | h | |
| text | b | B |
| end_group |
| begin_repeat | r | Repeat | field-list |
| text | c | C |
| begin_repeat | s | |
| text | d | D |
| end_repeat |
| end_repeat |
`, `
body/group[1] @ref => /data/g
body/group[1] @appearance => field-list
body/group[1]/label[1]/text()[1] => Group
body/group[2]/input[1] @ref => /data/h/b
body/group[3] @ref => /data/r
body/group[3]/label[1]/text()[1] => Repeat
body/group[3]/repeat[2] @nodeset => /data/r
body/group[3]/repeat[2] @appearance => field-list
body/group[3]/repeat[2]/group[2]/label[1] => 
instance/data[1]/r[3] @{http://openrosa.org/javarosa}template => 
instance/data[1]/r[3]/s[2] @{http://openrosa.org/javarosa}template => 
instance/data[1]/r[4]/s[2]/d[1] => 
!instance/data[1]/r[4] @{http://openrosa.org/javarosa}template
!instance/data[1]/r[4]/s[2] @{http://openrosa.org/javarosa}template
!instance/data[1]/r[4]/s[3]
instance/data[1]/meta[5]/instanceID[1] => 
`},
	{"a repeat in a group", `
survey
| type | name | label |
| begin_group | g | G |
| begin_repeat | r | R |
| begin_group | h | H |
| begin_repeat | s | S |
| text | a | A |
| end_repeat |
| end_group |
| end_repeat |
| end_group |
`, `
instance/data[1]/g[1]/r[1] @{http://openrosa.org/javarosa}template => 
instance/data[1]/g[1]/r[1]/h[1]/s[1] @{http://openrosa.org/javarosa}template => 
instance/data[1]/g[1]/r[1]/h[1]/s[2]/a[1] => 
instance/data[1]/g[1]/r[2]/h[1]/s[1]/a[1] => 
!instance/data[1]/g[1]/r[2]/h[1]/s[2]
`},
	{"shown or not", `
survey
| type | name | label | calculation | appearance |
| text | a | | 1 + 1 |
| text | b | B | 1 + 1 |
| calculate | c | C | 1 + 1 |
| begin_group | g | | | label |
| select_one yn | d | | | label |
| select_one yn | e | E | | list-nolabel |
| end_group |
choices
| list_name | name | label |
| yn | y | Yes |
`, `
bind /data/a @calculate => 1 + 1
body/input[1] @ref => /data/b
body/group[2]/select1[2] @ref => /data/g/d
body/group[2]/select1[2] @appearance => label
body/group[2]/select1[2]/label[1] => 
body/group[2]/select1[3] @appearance => list-nolabel
`},
}

func TestSelects(t *testing.T) { check(t, selectExamples) }

var selectExamples = []example{
	{"lists", `
survey
| type | name | label | choice_filter | parameters | appearance |
| select_one c | a | A |
| select_multiple c | b | B | | | minimal |
| rank c | d | D |
| select_one c | e | E | kind = ${a} |
| select_one c | f | F | | randomize=true |
| select_one c | g | G | kind = 'x' | randomize=true seed=${a} |
| select_one c | h | H | | randomize=true seed=7 |
choices
| list_name | name | label | kind |
| c | x | X | x |
`, `
body/select1[1]/itemset[2] @nodeset => instance('c')/root/item
body/select1[1]/itemset[2]/value[1] @ref => name
body/select1[1]/itemset[2]/label[2] @ref => label
body/select[2] @appearance => minimal
bind /data/d @type => odk:rank
body/{http://www.opendatakit.org/xforms}rank[3]/itemset[2] @nodeset => instance('c')/root/item
body/select1[4]/itemset[2] @nodeset => instance('c')/root/item[kind = /data/a ]
body/select1[5]/itemset[2] @nodeset => randomize(instance('c')/root/item)
body/select1[6]/itemset[2] @nodeset => randomize(instance('c')/root/item[kind = 'x'], /data/a)
body/select1[7]/itemset[2] @nodeset => randomize(instance('c')/root/item, 7)
`},
	{"or_other", `
survey
| type | name | label |
| select_one c or_other | a | A |
choices
| list_name | name | label |
| c | x | X |
`, `
instance c/root[1]/item[2]/name[1]/text()[1] => other
bind /data/a_other @relevant => selected(../a, 'other')
body/input[2]/label[1]/text()[1] => Specify other.
`},
	{"or_other in languages", `
survey
| type | name | label::中文 (zh) | label::English (en) |
| select_one c or_other | a | 甲 | A |
choices
| list_name | name | label::中文 (zh) | label::English (en) |
| c | x | 乙 | X |
`, `
itext 中文 (zh) c-1 form= => Other
itext English (en) c-1 form= => Other
body/input[2]/label[1]/text()[1] => Specify other.
!itext 中文 (zh) /data/a_other:label
`},
	{"files", `
survey
| type | name | label | parameters | choice_filter |
| select_one_from_file towns.csv | a | A |
| select_one_from_file towns.csv | b | B | value=code label=title | county = ${a} |
| select_multiple_from_file places.geojson | c | C |
| select_one_from_file villages.xml | d | D |
| csv-external | people |
| xml-external | farms |
`, `
instance towns @src => jr://file-csv/towns.csv
instance places @src => jr://file/places.geojson
instance villages @src => jr://file/villages.xml
instance people @src => jr://file-csv/people.csv
instance farms @src => jr://file/farms.xml
body/select1[1]/itemset[2] @nodeset => instance('towns')/root/item
body/select1[2]/itemset[2] @nodeset => instance('towns')/root/item[county = /data/a ]
body/select1[2]/itemset[2]/value[1] @ref => code
body/select1[2]/itemset[2]/label[2] @ref => title
body/select[3]/itemset[2]/value[1] @ref => id
body/select[3]/itemset[2]/label[2] @ref => title
`},
	{"pulldata", `
survey
| type | name | label | calculation |
| text | a | A |
| calculate | b | | pulldata('fruits', 'name', 'key', ${a}) |
`, `
instance fruits @src => jr://file-csv/fruits.csv
bind /data/b @calculate => pulldata('fruits', 'name', 'key', /data/a )
`},
	{"answers of a repeat", `
survey
| type | name | label | choice_filter |
| begin_repeat | r | R |
| text | person | Person |
| integer | age | Age |
| end_repeat |
| select_one ${person} | a | A |
| select_one ${person} | b | B | ${age} > 17 |
`, `
body/select1[2]/itemset[2] @nodeset => /data/r[./person != '']
body/select1[2]/itemset[2]/value[1] @ref => person
body/select1[2]/itemset[2]/label[2] @ref => person
body/select1[3]/itemset[2] @nodeset => /data/r[ ./age > 17]
`},
	{"search", `
survey
| type | name | label | appearance |
| select_one c | a | A | search('towns') |
| select_one other | b | B |
choices
| list_name | name | label |
| c | code | title |
| other | x | X |
`, `
body/select1[1]/item[2]/label[1]/text()[1] => title
body/select1[1]/item[2]/value[2]/text()[1] => code
!instance c
instance other => 
`},
	{"external choices", `
survey
| type | name | label | choice_filter |
| text | a | A |
| select_one_external towns | b | B | county = ${a} |
external_choices
| list_name | name | label | county |
| towns | t | T | x |
`, `
bind /data/b @type => string
body/input[2] @query => instance('towns')/root/item[county = /data/a ]
!instance towns
`},
}
