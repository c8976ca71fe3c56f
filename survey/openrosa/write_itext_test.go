package openrosa_test

import "testing"

func TestTexts(t *testing.T) { check(t, textExamples) }

var textExamples = []example{
	{"without languages they stand in the form", `
survey
| type | name | label | hint | guidance_hint | constraint | constraint_message |
| text | a | Your <name> | In full |
| text | b | B | Short | Ask twice |
| text | c | Dear ${a}! | |
| text | d | D | | | . != ${a} | Not ${a} |
`, `
body/input[1]/label[1]/text()[1] => Your <name>
body/input[1]/hint[2]/text()[1] => In full
body/input[2]/hint[2] @ref => jr:itext('/data/b:hint')
itext default @default => true()
itext default /data/b:hint form= => Short
itext default /data/b:hint form=guidance => Ask twice
body/input[3]/label[1]/text()[1] => Dear
body/input[3]/label[1]/output[2] @value => /data/a
body/input[3]/label[1]/text()[3] => !
bind /data/d @{http://openrosa.org/javarosa}constraintMsg => jr:itext('/data/d:jr:constraintMsg')
itext default /data/d:jr:constraintMsg form= => Not <output value=/data/a>
`},
	{"languages", `
survey
| type | name | label::中文 (zh) | label::English (en) | hint::English (en) | required_message::English (en) | required |
| text | a | 姓名 | Name | Full | Needed | yes |
| text | b | 县 |
settings
| default_language |
| 中文 (zh) |
`, `
itext 中文 (zh) @default => true()
!itext English (en) @default
body/input[1]/label[1] @ref => jr:itext('/data/a:label')
itext 中文 (zh) /data/a:label form= => 姓名
itext English (en) /data/a:label form= => Name
itext 中文 (zh) /data/a:hint form= => -
itext English (en) /data/a:hint form= => Full
itext English (en) /data/b:label form= => -
bind /data/a @{http://openrosa.org/javarosa}requiredMsg => jr:itext('/data/a:jr:requiredMsg')
itext English (en) /data/a:jr:requiredMsg form= => Needed
`},
	{"a text without a language beside others is of the default one", `
survey
| type | name | label | label::fr |
| text | a | Name | Nom |
| text | b | Town |
settings
| default_language |
| en |
`, `
itext en @default => true()
itext en /data/a:label form= => Name
itext fr /data/a:label form= => Nom
`},
	{"media", `
survey
| type | name | label | image | big-image | audio | video |
| note | a | Look | a.png | b.png | c.mp3 | d.mp4 |
| note | b | | e.png |
`, `
body/input[1]/label[1] @ref => jr:itext('/data/a:label')
itext default /data/a:label form= => Look
itext default /data/a:label form=image => jr://images/a.png
itext default /data/a:label form=big-image => jr://images/b.png
itext default /data/a:label form=audio => jr://audio/c.mp3
itext default /data/a:label form=video => jr://video/d.mp4
itext default /data/b:label form=image => jr://images/e.png
!itext default /data/b:label form=
`},
	{"media in one language only", `
survey
| type | name | label::en | label::fr | image::en |
| note | a | Look | Regardez | a.png |
`, `
itext en /data/a:label form=image => jr://images/a.png
itext fr /data/a:label form= => Regardez
!itext fr /data/a:label form=image
`},
	{"paths into secondary instances", `
survey
| type | name | label |
| select_one c | a | A |
| note | b | Chosen: instance('c')/root/item[name = ${a}]/label and so on |
choices
| list_name | name | label |
| c | x | X |
`, `
body/input[2]/label[1]/text()[1] => Chosen:
body/input[2]/label[1]/output[2] @value => instance('c')/root/item[name = /data/a ]/label and so
body/input[2]/label[1]/text()[3] => on
`},
	{"choices", `
survey
| type | name | label |
| select_one plain | a | A |
| select_one towns | b | B |
| select_one pictures | c | C |
| select_one said | d | D |
choices
| list_name | name | label | image | county |
| plain | x | X | | east |
| pictures | p | P | p.png |
| said | s | of ${a} |
| towns | t | T | | west |
`, `
instance plain/root[1]/item[1]/name[1]/text()[1] => x
instance plain/root[1]/item[1]/label[2]/text()[1] => X
instance plain/root[1]/item[1]/county[3]/text()[1] => east
body/select1[1]/itemset[2]/label[2] @ref => label
instance pictures/root[1]/item[1]/itextId[1]/text()[1] => pictures-0
itext default pictures-0 form= => P
itext default pictures-0 form=image => jr://images/p.png
body/select1[3]/itemset[2]/label[2] @ref => jr:itext(itextId)
itext default said-0 form= => of <output value=/data/a>
`},
}
