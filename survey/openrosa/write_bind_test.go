package openrosa_test

import "testing"

func TestTypes(t *testing.T) { check(t, typeExamples) }

var typeExamples = []example{
	{"asked", `
survey
| type | name | label |
| text | a1 | A |
| integer | a2 | A |
| decimal | a3 | A |
| note | a4 | A |
| barcode | a5 | A |
| date | a6 | A |
| time | a7 | A |
| dateTime | a8 | A |
| geopoint | a9 | A |
| geotrace | a10 | A |
| geoshape | a11 | A |
| image | a12 | A |
| audio | a13 | A |
| video | a14 | A |
| file | a15 | A |
| acknowledge | a16 | A |
`, `
bind /data/a1 @type => string
bind /data/a2 @type => int
bind /data/a3 @type => decimal
bind /data/a4 @type => string
bind /data/a4 @readonly => true()
bind /data/a5 @type => barcode
bind /data/a6 @type => date
bind /data/a7 @type => time
bind /data/a8 @type => dateTime
bind /data/a9 @type => geopoint
bind /data/a10 @type => geotrace
bind /data/a11 @type => geoshape
bind /data/a12 @type => binary
bind /data/a15 @type => binary
bind /data/a16 @type => string
body/input[1] @ref => /data/a1
body/input[4]/label[1]/text()[1] => A
body/upload[12] @mediatype => image/*
body/upload[13] @mediatype => audio/*
body/upload[14] @mediatype => video/*
body/upload[15] @mediatype => application/*
body/trigger[16] @ref => /data/a16
`},
	{"not asked", `
survey
| type | name | label | calculation | parameters |
| start | b1 |
| end | b2 |
| today | b3 |
| deviceid | b4 |
| username | b5 |
| email | b6 |
| phonenumber | b7 |
| calculate | b8 | | 1 + 1 |
| hidden | b9 |
| start-geopoint | b10 |
| background-audio | b11 | | | quality=voice-only |
| text | a | A |
`, `
bind /data/b1 @type => dateTime
bind /data/b1 @{http://openrosa.org/javarosa}preload => timestamp
bind /data/b1 @{http://openrosa.org/javarosa}preloadParams => start
bind /data/b2 @{http://openrosa.org/javarosa}preloadParams => end
bind /data/b3 @type => date
bind /data/b3 @{http://openrosa.org/javarosa}preload => date
bind /data/b4 @{http://openrosa.org/javarosa}preload => property
bind /data/b4 @{http://openrosa.org/javarosa}preloadParams => deviceid
bind /data/b5 @{http://openrosa.org/javarosa}preloadParams => username
bind /data/b6 @{http://openrosa.org/javarosa}preloadParams => email
bind /data/b7 @{http://openrosa.org/javarosa}preloadParams => phonenumber
bind /data/b8 @calculate => 1 + 1
bind /data/b9 @type => string
bind /data/b10 @type => geopoint
{http://www.opendatakit.org/xforms}setgeopoint /data/b10 @event => odk-instance-first-load
bind /data/b11 @type => binary
{http://www.opendatakit.org/xforms}recordaudio /data/b11 @event => odk-instance-load
{http://www.opendatakit.org/xforms}recordaudio /data/b11 @{http://www.opendatakit.org/xforms}quality => voice-only
body/input[1] @ref => /data/a
!body/input[2]
`},
	{"parameters", `
survey
| type | name | label | parameters | appearance |
| range | r1 | R | start=1 end=5 step=0.5 |
| range | r2 | R | |
| image | i1 | I | max-pixels=800 app=org.example.camera |
| audio | s1 | S | quality=low |
| geopoint | g1 | G | capture-accuracy=5 warning-accuracy=20 allow-mock-accuracy=true |
| text | t1 | T | rows=4 | multiline |
`, `
bind /data/r1 @type => decimal
body/range[1] @start => 1
body/range[1] @end => 5
body/range[1] @step => 0.5
bind /data/r2 @type => int
body/range[2] @end => 10
bind /data/i1 @{http://openrosa.org/xforms}max-pixels => 800
body/upload[3] @intent => org.example.camera
bind /data/s1 @{http://www.opendatakit.org/xforms}quality => low
body/input[5] @accuracyThreshold => 5
body/input[5] @unacceptableAccuracyThreshold => 20
bind /data/g1 @{http://www.opendatakit.org/xforms}allow-mock-accuracy => true
body/input[6] @rows => 4
body/input[6] @appearance => multiline
`},
	{"ranges with marks and names", `
survey
| type | name | label | parameters |
| range | r1 | R | start=0 end=10 step=1 tick_interval=5 tick_labelset=ends |
choices
| list_name | name | label |
| ends | 0 | never |
| ends | 10 | always |
`, `
body/range[1] @{http://www.opendatakit.org/xforms}tick-interval => 5
body/range[1]/itemset[2] @nodeset => instance('ends')/root/item
body/range[1]/itemset[2]/value[1] @ref => name
body/range[1]/itemset[2]/label[2] @ref => label
`},
	{"the audit, map tags, what old phones tell", `
survey
| type | name | label | parameters |
| subscriberid | sub | |
| audit | audit | | location-priority=balanced location-min-interval=60 location-max-age=120 track-changes=true |
| osm building | b | Building | |
osm
| list_name | name | label |
| building | levels | Levels |
`, `
bind /data/sub @{http://openrosa.org/javarosa}preloadParams => subscriberid
bind /data/meta/audit @type => binary
bind /data/meta/audit @{http://www.opendatakit.org/xforms}track-changes => true
bind /data/meta/audit @{http://www.opendatakit.org/xforms}location-max-age => 120
body/upload[1] @mediatype => osm/*
body/upload[1]/tag[2] @key => levels
body/upload[1]/tag[2]/label[1]/text()[1] => Levels
`},
}

func TestBinds(t *testing.T) { check(t, bindExamples) }

var bindExamples = []example{
	{"expressions", `
survey
| type | name | label | relevant | required | readonly | constraint | constraint_message | required_message |
| integer | age | Age | | yes | no | . > 0 and . < 130 | Between 1 and 129 | Please answer |
| text | job | Job | ${age} >= 16 | ${age} > 30 | yes |
| begin_group | g | G | ${age} > 1 |
| text | x | X |
| end_group |
`, `
bind /data/age @required => true()
bind /data/age @readonly => false()
bind /data/age @constraint => . > 0 and . < 130
bind /data/age @{http://openrosa.org/javarosa}constraintMsg => Between 1 and 129
bind /data/age @{http://openrosa.org/javarosa}requiredMsg => Please answer
bind /data/job @relevant => /data/age >= 16
bind /data/job @required => /data/age > 30
bind /data/job @readonly => true()
bind /data/g @relevant => /data/age > 1
!bind /data/g @type
!bind /data/g/x @relevant
`},
	{"further attributes", `
survey
| type | name | label | bind::odk:extra | body::kind | control::ratio | instance::odk:tag | bind::type |
| text | a | A | ${b} | slim | ${b} | t1 |
| integer | b | B | | | | | decimal |
`, `
bind /data/a @{http://www.opendatakit.org/xforms}extra => /data/b
body/input[1] @kind => slim
body/input[1] @ratio => /data/b
instance/data[1]/a[1] @{http://www.opendatakit.org/xforms}tag => t1
bind /data/b @type => decimal
`},
	{"defaults", `
survey
| type | name | label | default |
| text | a | A | plain words |
| date | b | B | today() |
| date | c | C | 2020-01-31 |
| image | d | D | map.png |
| begin_repeat | r | R |
| text | e | E | uuid() |
| begin_group | g | G |
| text | f | F | ${e} |
| end_group |
| end_repeat |
`, `
instance/data[1]/a[1]/text()[1] => plain words
setvalue /data/b @value => today()
setvalue /data/b @event => odk-instance-first-load
instance/data[1]/c[3]/text()[1] => 2020-01-31
instance/data[1]/d[4]/text()[1] => jr://images/map.png
setvalue /data/r/e @event => odk-instance-first-load
body/group[5]/repeat[2]/setvalue[3] @ref => /data/r/e
body/group[5]/repeat[2]/setvalue[3] @event => odk-new-repeat
body/group[5]/repeat[2]/setvalue[3] @value => uuid()
body/group[5]/repeat[2]/setvalue[4] @value => ../../e
`},
	{"triggers", `
survey
| type | name | label | trigger | calculation |
| text | a | A |
| text | b | B |
| calculate | c | | ${a} | now() |
| text | d | D | ${a}, ${b} | concat(${a}, 'x') |
| background-geopoint | p | | ${b} |
`, `
!bind /data/c @calculate
body/input[1]/setvalue[2] @ref => /data/c
body/input[1]/setvalue[2] @event => xforms-value-changed
body/input[1]/setvalue[2] @value => now()
body/input[1]/setvalue[3] @value => concat( /data/a , 'x')
body/input[2]/setvalue[2] @ref => /data/d
body/input[2]/{http://www.opendatakit.org/xforms}setgeopoint[3] @ref => /data/p
body/input[2]/{http://www.opendatakit.org/xforms}setgeopoint[3] @event => xforms-value-changed
body/input[3] @ref => /data/d
!body/trigger[4]
`},
}
