package openrosa_test

import "testing"

func TestSettings(t *testing.T) { check(t, settingExamples) }

var settingExamples = []example{
	{"none", `
survey
| type | name | label |
| text | a | A |
`, `
title => visit
instance/data[1] @id => visit
!instance/data[1] @version
model @{http://www.opendatakit.org/xforms}xforms-version => 1.0.0
bind /data/meta/instanceID @{http://openrosa.org/javarosa}preload => uid
bind /data/meta/instanceID @readonly => true()
!submission
`},
	{"all", `
survey
| type | name | label |
| text | a | A |
| audit |
settings
| form_id | form_title | version | style | instance_name | instance_xmlns | name | submission_url | public_key | auto_send | auto_delete | namespaces | attribute::x:kind | prefix | delimiter |
| v1 | Visits | 7 | pages | concat(${a}, '!') | http://example.org/v | visit | https://example.org/s | MIIB | true | false | x="http://example.org/x" | big | V | ! |
`, `
title => Visits
instance/{http://example.org/v}visit[1] @id => v1
instance/{http://example.org/v}visit[1] @version => 7
instance/{http://example.org/v}visit[1] @{http://example.org/x}kind => big
instance/{http://example.org/v}visit[1] @{http://www.opendatakit.org/xforms}prefix => V
instance/{http://example.org/v}visit[1] @{http://www.opendatakit.org/xforms}delimiter => !
body @class => pages
bind /visit/meta/instanceName @calculate => concat( /visit/a , '!')
bind /visit/meta/audit @type => binary
submission @action => https://example.org/s
submission @method => post
submission @base64RsaPublicKey => MIIB
submission @{http://openrosa.org/xforms}auto-send => true
submission @{http://openrosa.org/xforms}auto-delete => false
`},
}

func TestEntities(t *testing.T) { check(t, entityExamples) }

var entityExamples = []example{
	{"made", `
survey
| type | name | label | save_to |
| text | a | A | full_name |
entities
| list_name | label |
| people | ${a} |
`, `
model @{http://www.opendatakit.org/xforms/entities}entities-version => 2024.1.0
instance/data[1]/meta[2]/entity[1] @dataset => people
instance/data[1]/meta[2]/entity[1] @create => 1
instance/data[1]/meta[2]/entity[1] @id => 
instance/data[1]/meta[2]/entity[1]/label[1] => 
bind /data/a @{http://www.opendatakit.org/xforms/entities}saveto => full_name
bind /data/meta/entity/@id @readonly => true()
bind /data/meta/entity/label @calculate => /data/a
setvalue /data/meta/entity/@id @value => uuid()
!bind /data/meta/entity/@create
`},
	{"changed", `
survey
| type | name | label | save_to |
| text | a | A |
| text | b | B | full_name |
entities
| list_name | entity_id | update_if | create_if |
| people | ${a} | ${b} != '' | ${b} = '' |
`, `
instance/data[1]/meta[3]/entity[1] @update => 1
instance/data[1]/meta[3]/entity[1] @create => 1
instance/data[1]/meta[3]/entity[1] @baseVersion => 
bind /data/meta/entity/@id @calculate => /data/a
bind /data/meta/entity/@update @calculate => /data/b != ''
bind /data/meta/entity/@create @calculate => /data/b = ''
bind /data/meta/entity/@baseVersion @calculate => instance('people')/root/item[name= /data/a ]/__version
bind /data/meta/entity/@trunkVersion @calculate => instance('people')/root/item[name= /data/a ]/__trunkVersion
bind /data/meta/entity/@branchId @calculate => instance('people')/root/item[name= /data/a ]/__branchId
!setvalue /data/meta/entity/@id
`},
	{"in a repeat", `
survey
| type | name | label | save_to |
| begin_repeat | r | R |
| text | a | A | full_name |
| end_repeat |
entities
| list_name | label |
| people | ${a} |
`, `
model @{http://www.opendatakit.org/xforms/entities}entities-version => 2025.1.0
instance/data[1]/r[1]/meta[2]/entity[1] @dataset => people
bind /data/r/meta/entity/label @calculate => ../../../a
setvalue /data/r/meta/entity/@id @event => odk-instance-first-load
body/group[1]/repeat[2]/setvalue[2] @ref => /data/r/meta/entity/@id
body/group[1]/repeat[2]/setvalue[2] @event => odk-new-repeat
`},
}
