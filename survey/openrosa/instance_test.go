package openrosa_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"reflect"
	"strings"
	"testing"

	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/openrosa"
	"tianye/survey/xpath"
)

// household has a question of each shape: in the root, in a group, in a repeat within one.
func household() *form.Definition {
	return &form.Definition{FormID: "household", Version: "3", Fields: []*form.Field{
		{Name: "head", Type: form.TextQuestion},
		{Name: "home", Type: form.Group, Fields: []*form.Field{
			{Name: "photo", Type: form.Image},
			{Name: "people", Type: form.Repeat, Fields: []*form.Field{
				{Name: "name", Type: form.TextQuestion},
				{Name: "jobs", Type: form.Repeat, Fields: []*form.Field{{Name: "job", Type: form.TextQuestion}}},
			}},
		}},
		{Name: "topics", Type: form.SelectMultiple},
	}}
}

func read(t testing.TB, text string) *openrosa.Instance {
	t.Helper()
	i, err := openrosa.ReadInstance([]byte(text))
	if err != nil {
		t.Fatal(err)
	}
	return i
}

func TestReadInstance(t *testing.T) {
	i := read(t, `<?xml version='1.0' encoding="UTF-8"?>
<!-- what a client makes -->
<h:household xmlns:h="http://example.org/h" xmlns:jr="http://openrosa.org/javarosa" id="household" version="3">
  <h:head> 王大妈 &amp; &lt;家人&gt; </h:head>
  <h:home>
    <h:photo>a.jpg</h:photo>
    <h:people jr:template=""><h:name/></h:people>
    <h:people><h:name>甲</h:name><h:jobs><h:job>务农</h:job></h:jobs><h:jobs/></h:people>
    <h:people><h:name/></h:people>
  </h:home>
  <h:topics>a b</h:topics><h:extra>1</h:extra><h:home><h:lost><h:x/></h:lost></h:home>
  <meta><instanceID> uuid:1 </instanceID><deprecatedID>uuid:0</deprecatedID><instanceName>王家</instanceName><audit>audit.csv</audit>
    <entity xmlns="http://www.opendatakit.org/xforms/entities" dataset="cases" id="e1" update="1" baseVersion="2" branchId="b" trunkVersion="1"><label>荷塘村</label></entity></meta>
</h:household>`)
	wantHead := openrosa.Head{Root: "household", FormID: "household", Version: "3", InstanceID: "uuid:1", DeprecatedID: "uuid:0", Name: "王家"}
	d := household()
	d.Fields[0].SaveTo, d.Fields[1].Fields[0].SaveTo, d.Fields[2].SaveTo, d.Fields[2].SaveToList = "户主", "照片", "议题", "others"
	d.Entities = []form.Entity{{Dataset: "cases", EntityID: &xpath.Expr{}}}
	wantEntities := []instance.Entity{{Dataset: "cases", ID: "e1", Label: "荷塘村", Update: true, Base: 2, Properties: map[string]string{"户主": " 王大妈 & <家人> ", "照片": "a.jpg"}}}
	if i.Head != wantHead || i.Encrypted || i.Audit != "audit.csv" || !reflect.DeepEqual(i.Entities(d), wantEntities) {
		t.Errorf("%+v %+v", i, i.Entities(d))
	}
	answers, unknown := i.Answers(household())
	got, err := json.Marshal(answers)
	want := `{"head":" 王大妈 \u0026 \u003c家人\u003e ","home":{"people":[{"jobs":[{"job":"务农"},{}],"name":"甲"},{}],"photo":"a.jpg"},"topics":"a b"}`
	if err != nil || string(got) != want || fmt.Sprint(unknown) != "[extra home/lost]" {
		t.Errorf("%s, unknown %v\nwant %s", got, unknown, want)
	}
}

// TestEntitiesAsDeclared: what a client says of entities counts where its form declares it.
func TestEntitiesAsDeclared(t *testing.T) {
	own := func(attributes string) string { return `<meta><entity ` + attributes + `/></meta>` }
	person := func(name string) string {
		return `<people><name>` + name + `</name>` + own(`dataset="people" id="`+name+`" create="1" update="1"`) + `</people>`
	}
	for _, c := range []struct{ name, declared, at, entityID, sent, want string }{
		{"no entities", "", "", "", own(`dataset="cases" id="1" update="1"`), ""},
		{"another list", "people", "", "", own(`dataset="cases" id="1" create="1"`), ""},
		{"another section", "people", "home/people", "", own(`dataset="people" id="1" create="1"`), ""},
		{"made, not changed", "cases", "", "", own(`dataset="cases" id="1" create="1" update="1"`), "cases 1 true false"},
		{"changed, not made", "cases", "", "1", own(`dataset="cases" id="1" create="1" update="1"`), "cases 1 false true"},
		{"once in a section", "cases", "", "", strings.Repeat(own(`dataset="cases" id="1" create="1"`), 3), "cases 1 true false"},
		{"once in a group that comes twice", "cases", "home", "", strings.Repeat(`<home>`+own(`dataset="cases" id="1" create="1"`)+`</home>`, 3), "cases 1 true false"},
		{"in each instance of a repeat", "people", "home/people", "", `<home>` + person("a") + person("b") + `</home>`, "people a true false; people b true false"},
	} {
		d := household()
		if c.declared != "" {
			d.Entities = []form.Entity{{Dataset: c.declared, Path: form.Path(c.at)}}
		}
		if c.entityID != "" {
			d.Entities[0].EntityID = &xpath.Expr{}
		}
		var got []string
		for _, e := range read(t, `<data id="household">`+c.sent+`</data>`).Entities(d) {
			got = append(got, fmt.Sprint(e.Dataset, " ", e.ID, " ", e.Create, " ", e.Update))
		}
		if strings.Join(got, "; ") != c.want {
			t.Errorf("%s: %q, want %q", c.name, got, c.want)
		}
	}
}

func TestUnreadableInstances(t *testing.T) {
	deep := strings.Repeat("<a>", 200)
	for _, c := range []struct {
		name, text, key string
		kind            problem.Kind
	}{
		{"nothing", "", "openrosa.notXML", problem.Malformed},
		{"text", "hello", "openrosa.notXML", problem.Malformed},
		{"no end", `<data id="a">`, "openrosa.notXML", problem.Malformed},
		{"crossed", `<data id="a"><b></data></b>`, "openrosa.notXML", problem.Malformed},
		{"not UTF-8", "<data id=\"a\">\xff</data>", "openrosa.notXML", problem.Malformed},
		{"another encoding", `<?xml version="1.0" encoding="GBK"?><data id="a"/>`, "openrosa.notXML", problem.Malformed},
		{"an entity of its own", `<data id="a">&own;</data>`, "openrosa.notXML", problem.Malformed},
		{"a DOCTYPE", `<!DOCTYPE a [<!ENTITY own "x">]><data id="a">&own;</data>`, "openrosa.doctype", problem.Malformed},
		{"two roots", `<data id="a"/><data id="a"/>`, "openrosa.secondRoot", problem.Malformed},
		{"no form", `<data><a/></data>`, "openrosa.noFormID", problem.Malformed},
		{"too deep", `<data id="a">` + deep, "openrosa.instanceTooDeep", problem.TooLarge},
		{"too many", `<data id="a">` + strings.Repeat("<a/>", 260_000) + "</data>", "openrosa.instanceTooDeep", problem.TooLarge},
		{"too large", `<data id="a">` + strings.Repeat("长", openrosa.MaxInstance/3), "openrosa.instanceTooLarge", problem.TooLarge},
		{"a long id", `<data id="` + strings.Repeat("长", 1001) + `"/>`, "openrosa.headTooLong", problem.Malformed},
	} {
		_, err := openrosa.ReadInstance([]byte(c.text))
		if !problem.Is(err, c.kind) || problem.From(err).Text.Key != c.key {
			t.Errorf("%s: %v", c.name, err)
		}
	}
	for _, encrypted := range []string{`<data id="a" encrypted="yes"/>`, `<data id="a"><base64EncryptedKey>x</base64EncryptedKey></data>`} {
		if !read(t, encrypted).Encrypted {
			t.Error(encrypted)
		}
	}
}

// TestCommentsInAText costs as much as the text is long, not its square.
func TestCommentsInAText(t *testing.T) {
	i := read(t, `<data id="a"><head>`+strings.Repeat("a<!---->", 500_000)+`</head></data>`)
	if answers, _ := i.Answers(household()); len(answers["head"].(string)) != 500_000 {
		t.Error("text lost")
	}
}

func TestWriteInstance(t *testing.T) {
	answers := map[string]any{"head": "王 <大妈> & \"家人\"\n第二行", "topics": "a b", "home": map[string]any{"photo": "a.jpg",
		"people": []any{map[string]any{"name": "甲", "jobs": []any{map[string]any{"job": "务农"}}}, map[string]any{}}}}
	for _, root := range []string{"", "household"} {
		var b bytes.Buffer
		head := openrosa.Head{Root: root, FormID: "house & hold", Version: "3", InstanceID: "uuid:1", DeprecatedID: "uuid:0", Name: "王家"}
		if err := openrosa.WriteInstance(&b, household(), head, answers); err != nil {
			t.Fatal(err)
		}
		i := read(t, b.String())
		if head.Root == "" {
			head.Root = "data"
		}
		got, unknown := i.Answers(household())
		if i.Head != head || !reflect.DeepEqual(got, answers) || len(unknown) != 0 {
			t.Errorf("%+v\n%v %v", i.Head, got, unknown)
		}
	}
}

func TestFormListAndManifest(t *testing.T) {
	var b bytes.Buffer
	err := openrosa.WriteFormList(&b, []openrosa.ListedForm{{ID: "a&b", Name: "问卷 <1>", Version: "1", Hash: openrosa.Hash([]byte("x")), DownloadURL: "https://a.cn/f?a=1&b=2"}})
	want := `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<xforms xmlns="http://openrosa.org/xforms/xformsList"><xform><formID>a&amp;b</formID><name>问卷 &lt;1&gt;</name><version>1</version>` +
		`<hash>md5:9dd4e461268c8034f5c8564e155c67a6</hash><downloadUrl>https://a.cn/f?a=1&amp;b=2</downloadUrl></xform></xforms>`
	if err != nil || b.String() != want {
		t.Errorf("%s %v", b.String(), err)
	}
	b.Reset()
	err = openrosa.WriteManifest(&b, []openrosa.MediaFile{{Name: "图.png", Hash: "md5:0", DownloadURL: "/a"}, {Name: "cases.csv", Hash: "md5:1", DownloadURL: "/b", IsEntities: true}})
	want = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<manifest xmlns="http://openrosa.org/xforms/xformsManifest"><mediaFile><filename>图.png</filename><hash>md5:0</hash><downloadUrl>/a</downloadUrl></mediaFile>` +
		`<mediaFile type="entityList"><filename>cases.csv</filename><hash>md5:1</hash><downloadUrl>/b</downloadUrl></mediaFile></manifest>`
	if err != nil || b.String() != want {
		t.Errorf("%s %v", b.String(), err)
	}
	b.Reset()
	err = openrosa.WriteResponse(&b, "submit_success", "收到 & 谢谢")
	want = `<?xml version="1.0" encoding="UTF-8"?>` + "\n" + `<OpenRosaResponse xmlns="http://openrosa.org/http/response"><message nature="submit_success">收到 &amp; 谢谢</message></OpenRosaResponse>`
	if err != nil || b.String() != want {
		t.Errorf("%s %v", b.String(), err)
	}
}

// FuzzInstance: what can be read can be written and read again, to the same answers.
func FuzzInstance(f *testing.F) {
	f.Add(`<data id="household" version="3"><head>王</head><home><photo>a.jpg</photo><people><name>甲</name><jobs><job/></jobs></people></home><meta><instanceID>uuid:1</instanceID></meta></data>`)
	f.Add(`<data id="a"><head><b/></head><people/><home/><home><people/></home></data>`)
	f.Add(`<?xml version="1.0"?><!DOCTYPE a><data/>`)
	f.Fuzz(func(t *testing.T, text string) {
		i, err := openrosa.ReadInstance([]byte(text))
		if err != nil {
			if p := problem.From(err); p.Kind == problem.Internal {
				t.Fatal(err)
			}
			return
		}
		d := household()
		answers, _ := i.Answers(d)
		var b bytes.Buffer
		if err := openrosa.WriteInstance(&b, d, openrosa.Head{FormID: i.FormID}, answers); err != nil {
			t.Fatal(err)
		}
		again, err := openrosa.ReadInstance(b.Bytes())
		if err != nil {
			t.Fatalf("%v\n%s", err, b.String())
		}
		if same, unknown := again.Answers(d); !reflect.DeepEqual(same, answers) || len(unknown) > 0 {
			t.Errorf("%v\n%v %v", answers, same, unknown)
		}
	})
}

// TestFlatInstance: with the setting flat, groups have no element of their own.
func TestFlatInstance(t *testing.T) {
	d := household()
	d.XForm.Flat = true
	answers, unknown := read(t, `<data id="household"><head>王</head><photo>a.jpg</photo><people><name>甲</name></people><topics>a</topics></data>`).Answers(d)
	got, err := json.Marshal(answers)
	if want := `{"head":"王","home":{"people":[{"name":"甲"}],"photo":"a.jpg"},"topics":"a"}`; err != nil || string(got) != want || len(unknown) != 0 {
		t.Errorf("%s, unknown %v\nwant %s", got, unknown, want)
	}
	var b bytes.Buffer
	if err := openrosa.WriteInstance(&b, d, openrosa.Head{FormID: "household"}, answers); err != nil {
		t.Fatal(err)
	}
	if again, _ := read(t, b.String()).Answers(d); !reflect.DeepEqual(again, answers) {
		t.Errorf("%v of\n%s", again, b.String())
	}
}
