package openrosa_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"

	"tianye/internal/message"
	"tianye/internal/problem"
	"tianye/survey/form"
	"tianye/survey/instance"
	"tianye/survey/openrosa"
)

func otherTool(t testing.TB) []byte {
	t.Helper()
	raw, err := os.ReadFile("testdata/other-tool.xml")
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

// readForm reads an XForm that is not refused.
func readForm(t testing.TB, xform []byte) (*form.Definition, []openrosa.Complaint) {
	t.Helper()
	d, complaints, err := openrosa.ReadForm(bytes.NewReader(xform), "表.xml")
	if err != nil || d == nil {
		t.Fatal(err, complaints)
	}
	return d, complaints
}

// lines writes what is said of each field as JSON, but expressions as their source.
func lines(t testing.TB, d *form.Definition) map[string]string {
	all := map[string]string{}
	d.Walk(func(path form.Path, f *form.Field) {
		own := *f
		own.Fields = nil
		raw, err := json.Marshal(own)
		if err != nil {
			t.Fatal(err)
		}
		var fields map[string]any
		if err := json.Unmarshal(raw, &fields); err != nil {
			t.Fatal(err)
		}
		delete(fields, "name")
		for key, value := range fields {
			if e, ok := value.(map[string]any); ok && e["src"] != nil {
				fields[key] = e["src"]
			}
		}
		var b strings.Builder
		e := json.NewEncoder(&b)
		e.SetEscapeHTML(false)
		if err := e.Encode(fields); err != nil {
			t.Fatal(err)
		}
		all[string(path)] = strings.TrimSpace(b.String())
	})
	return all
}

func TestReadFormOfAnotherTool(t *testing.T) {
	d, complaints := readForm(t, otherTool(t))
	if d.FormID != "village-other" || d.Title != "村庄调查" || d.Version != "3" || d.Style != "pages" || d.XForm.Name != "village" || d.XForm.InstanceNamespace != "http://example.org/village" ||
		d.DefaultLanguage != "中文 (zh)" || !slices.Equal(d.Languages, []string{"中文 (zh)", "English (en)"}) || d.XForm.SubmissionURL != "https://example.org/submission" ||
		d.InstanceName == nil || d.InstanceName.Source != "concat('村-', /village/place/county)" || d.XForm.Namespaces["cc"] != "http://example.org/own" {
		t.Errorf("%+v", d)
	}
	got := lines(t, d)
	for path, want := range map[string]string{
		"start": `{"type":"start"}`,
		"consent": `{"appearance":"minimal","bind":{"type":"select1"},"guidance":{"中文 (zh)":"念给受访人听"},"hint":{"":"请如实回答"},"label":{"English (en)":"Do you agree?","中文 (zh)":"是否同意？"},` +
			`"list":"consent","media":{"audio":{"中文 (zh)":"ask.mp3"}},"required":"true()","requiredMessage":{"":"请回答"},"type":"select_one"}`,
		"place":        `{"appearance":"field-list","label":{"":"位置"},"relevant":"/village/consent = 'y'","type":"group"}`,
		"place/county": `{"bind":{"type":""},"default":"jiangshan","type":"string"}`,
		"place/town":   `{"bind":{"type":""},"choiceFilter":"county = /village/place/county","label":{"":"乡镇"},"list":"towns","parameters":{"randomize":"true","seed":"7"},"type":"select_one"}`,
		"place/pin":    `{"label":{"":"定位"},"type":"geopoint"}`,
		"member":       `{"label":{"":"家庭成员"},"repeatCount":"2","type":"repeat"}`,
		"member/age": `{"bind":{"cc:level":"2"},"constraint":". >= 0 and . < 130","constraintMessage":{"":"年龄应在 0 到 129 之间"},"default":"30",` +
			`"label":{"English (en)":"Age of ${name}","中文 (zh)":"${name} 的年龄"},"type":"integer"}`,
		"member/older": `{"bind":{"type":"int"},"calculation":"../age + 1","type":"calculate"}`,
		"note_1":       `{"calculation":"now()","label":{"":"共 ${total} 人，<output value=\"1 + 1\"/>"},"readonly":"true()","triggers":["consent"],"type":"text"}`,
		"photo":        `{"body":{"mediatype":"image/png"},"label":{"":"照片"},"parameters":{"max-pixels":"1024"},"type":"image"}`,
		"total":        `{"attributes":{"cc:unit":"人"},"bind":{"type":"int"},"calculation":"count(/village/member)","type":"calculate"}`,
		"once":         `{"bind":{"type":""},"dynamicDefault":"uuid()","type":"string"}`,
		"secret_word":  `{"appearance":"masked","bind":{"type":""},"label":{"":"暗号"},"type":"text"}`,
	} {
		if got[path] != want {
			t.Errorf("%s: got  %s\nwant %s", path, got[path], want)
		}
	}
	if towns := d.Lists["towns"]; towns == nil || len(towns.Choices) != 2 || towns.Choices[1].Name != "hehua" || towns.Choices[1].Label[""] != "荷花街道" || towns.Choices[1].Columns["county"] != "kecheng" {
		t.Errorf("towns %+v", towns)
	}
	if list := d.Lists["consent"]; list == nil || list.Choices[0].Label["English (en)"] != "Yes" || list.Choices[0].Media["image"]["中文 (zh)"] != "yes.png" {
		t.Errorf("consent %+v", list)
	}
	if len(d.Externals) != 2 || d.Externals[0].FileName() != "prices.csv" || d.Externals[1].XML != `<forest><oak height="3"/></forest>` {
		t.Errorf("externals %+v", d.Externals)
	}
	said := []string{}
	for _, c := range complaints {
		if !c.Warning || c.Line == 0 {
			t.Errorf("%+v", c)
		}
		said = append(said, fmt.Sprintf("%d %s %s", c.Line, c.Element, c.Text.Key))
	}
	want := []string{"89 wheel xform.unknownElement", "81 group xform.looseGroup", "60 h:em xform.markup", "82 output@value xform.output", "85 secret xform.otherControl",
		"52 bind@nodeset xform.noNode", "33 text@id xform.unusedTexts"}
	slices.Sort(said)
	slices.Sort(want)
	if !slices.EqualFunc(said, want, func(a, b string) bool { return a[strings.IndexByte(a, ' '):] == b[strings.IndexByte(b, ' '):] }) {
		t.Errorf("said %q", said)
	}
}

// TestReadFormKeepsTheMeaning: what is read from our own XForms means what they mean.
func TestReadFormKeepsTheMeaning(t *testing.T) {
	d, _ := readForm(t, otherTool(t))
	var first, second bytes.Buffer
	if err := openrosa.WriteForm(&first, d); err != nil {
		t.Fatal(err)
	}
	d, _ = readForm(t, first.Bytes())
	if err := openrosa.WriteForm(&second, d); err != nil {
		t.Fatal(err)
	}
	if found, err := differences(second.Bytes(), first.Bytes()); err != nil || len(found) > 0 {
		t.Errorf("%v %s", err, strings.Join(found, "\n"))
	}
}

const emptyForm = `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>a</h:title><model>MODEL</model></h:head><h:body>BODY</h:body></h:html>`

func xformOf(model, body string) []byte {
	return []byte(strings.NewReplacer("MODEL", model, "BODY", body).Replace(emptyForm))
}

// again is a form of five megabytes whose texts would come to three hundred.
func again() []byte {
	var elements, controls strings.Builder
	for i := range 300 {
		fmt.Fprintf(&elements, "<q%d/>", i)
		fmt.Fprintf(&controls, `<input ref="/data/q%d"><label ref="jr:itext('a')"/></input>`, i)
	}
	return xformOf(`<instance><data id="a">`+elements.String()+`</data></instance><itext><translation lang="a"><text id="a"><value>`+strings.Repeat("x", 1<<20)+`</value></text></translation></itext>`, controls.String())
}

// large is a form of 5,000 questions, each calculated by another's change, and 50,000 choices in two languages.
func large() []byte {
	var elements, binds, controls, items, zh, en strings.Builder
	for i := range 5000 {
		fmt.Fprintf(&elements, "<q%d/>", i)
		fmt.Fprintf(&binds, `<bind nodeset="/data/q%d" type="string" relevant="/data/q%d != 'x'"/>`, i, max(0, i-1))
		fmt.Fprintf(&controls, `<select1 ref="/data/q%d"><label>Q%d</label><itemset nodeset="instance('l')/root/item[group = /data/q0]"><value ref="name"/><label ref="jr:itext(itextId)"/></itemset>`+
			`<setvalue ref="/data/q%d" event="xforms-value-changed" value="now()"/></select1>`, i, i, (i+1)%5000)
	}
	for i := range 50000 {
		fmt.Fprintf(&items, "<item><itextId>l-%d</itextId><name>c%d</name><group>g%d</group></item>", i, i, i%100)
		fmt.Fprintf(&zh, `<text id="l-%d"><value>选项 %d</value></text>`, i, i)
		fmt.Fprintf(&en, `<text id="l-%d"><value>Choice %d</value></text>`, i, i)
	}
	return xformOf(`<instance><data id="large">`+elements.String()+`</data></instance><instance id="l"><root>`+items.String()+`</root></instance><itext><translation lang="zh">`+
		zh.String()+`</translation><translation lang="en">`+en.String()+`</translation></itext>`+binds.String(), controls.String())
}

func TestReadFormLarge(t *testing.T) {
	d, complaints := readForm(t, large())
	if len(d.Fields) != 5000 || len(d.Lists["l"].Choices) != 50000 || d.Fields[4999].Triggers[0] != "q4998" || len(complaints) != 0 {
		t.Error(len(d.Fields), len(d.Lists["l"].Choices), complaints)
	}
}

// TestReadFormInPieces: comments break a text into very many pieces, which are one text.
func TestReadFormInPieces(t *testing.T) {
	title := strings.Repeat("a<!---->", 200_000)
	d, _ := readForm(t, xformOf(`<instance><data id="a"><q/></data></instance><bind nodeset="/data/q" type="string"/>`,
		`<input ref="/data/q"><label>`+title+`</label></input>`))
	if got := d.Fields[0].Label.In("", d); got != strings.Repeat("a", 200_000) {
		t.Errorf("%d characters: %.20s", len(got), got)
	}
}

func BenchmarkReadForm(b *testing.B) {
	raw := large()
	b.SetBytes(int64(len(raw)))
	for b.Loop() {
		readForm(b, raw)
	}
}

func TestReadFormRefuses(t *testing.T) {
	const one = `<instance><data id="a"><q/></data></instance>`
	for _, c := range []struct {
		name  string
		xform []byte
		key   string
	}{
		{"no XML", []byte("type,name"), "xform.notXForm"},
		{"broken XML", []byte("<a><b></a>"), "xform.notXML"},
		{"a page", []byte("<html><body/></html>"), "xform.notXForm"},
		{"entities", []byte(`<!DOCTYPE a [<!ENTITY b "c">]><a/>`), "xform.doctype"},
		{"no instance", xformOf("", ""), "xform.noInstance"},
		{"an expression", xformOf(one+`<bind nodeset="/data/q" relevant="1 +"/>`, ""), "xform.expression"},
		{"no such node", xformOf(one, `<input ref="/data/z"/>`), "xform.noNode"},
		{"no ref", xformOf(one, `<input/>`), "xform.noRef"},
		{"a nodeset that is no path", xformOf(one+`<bind nodeset="/data/*[1]"/>`, ""), "xform.nodeset"},
		{"a property that lists have", xformOf(one+`<bind nodeset="/data/q" type="string" xmlns:entities="http://www.opendatakit.org/xforms/entities" entities:saveto="__version"/>`, ""), "xform.property"},
		{"too deep", xformOf("<instance>"+strings.Repeat("<a>", 200)+strings.Repeat("</a>", 200)+"</instance>", ""), "xform.tooDeep"},
		{"a long id", xformOf(`<instance><data id="`+strings.Repeat("a", 1001)+`"><q/></data></instance>`, ""), "xform.headValue"},
		{"a text used again and again", again(), "xform.tooMuchText"},
		{"too large", bytes.Repeat([]byte(" "), openrosa.MaxForm+1), "xform.tooLarge"},
	} {
		d, complaints, err := openrosa.ReadForm(bytes.NewReader(c.xform), "a.xml")
		keys := []string{}
		if err != nil {
			keys = append(keys, problem.From(err).Text.Key)
		}
		for _, complaint := range complaints {
			if !complaint.Warning {
				keys = append(keys, complaint.Text.Key)
			}
		}
		if d != nil || !slices.Equal(keys, []string{c.key}) {
			t.Errorf("%s: %v", c.name, keys)
		}
	}
}

func TestReadFormSaysWhere(t *testing.T) {
	_, complaints, err := openrosa.ReadForm(bytes.NewReader(xformOf("<instance><data><q/></data></instance>\n\n<bind nodeset=\"/data/q\" constraint=\". =&gt; 1\"/>", "")), "a.xml")
	if err != nil || len(complaints) != 1 || complaints[0].Line != 3 || complaints[0].Element != "bind@constraint" {
		t.Fatal(complaints, err)
	}
	if said := message.Sprint(message.Chinese, complaints[0].Text); !strings.Contains(said, "3") || !strings.Contains(said, ". => 1") {
		t.Error(said)
	}
}

// TestReadFormFlat: groups that no element stands for, in a form without other sections.
func TestReadFormFlat(t *testing.T) {
	d, complaints := readForm(t, xformOf(`<instance><data id="a"><x/><p/><c/><q/><r/></data></instance><bind nodeset="/data/c" calculate="1"/><bind nodeset="/data/q" relevant="/data/p = '/data/x' and ../x='1' or /data/c"/>`,
		`<input ref="/data/x"/><group appearance="field-list"><label>组</label><input ref="/data/p"/><group><label>内</label><input ref="/data/q"/></group></group><input ref="/data/r"/>`))
	var paths []string
	if q := d.Find("group/group_2/q"); q.Relevant == nil || q.Relevant.Source != "${p} = '/data/x' and ${x}='1' or ${c}" {
		t.Errorf("%+v", q.Relevant)
	}
	if p, wrong := instance.Compile(d); p == nil || len(wrong) != 0 {
		t.Error(wrong)
	}
	d.Walk(func(path form.Path, f *form.Field) { paths = append(paths, string(path)+"="+f.Label[""]) })
	if !d.XForm.Flat || len(complaints) != 0 || strings.Join(paths, " ") != "x= group=组 group/p= group/c= group/group_2=内 group/group_2/q= r=" {
		t.Error(d.XForm.Flat, paths, complaints)
	}
}

// TestReadFormFollowsTheBody: questions come in the order in which they are asked.
func TestReadFormFollowsTheBody(t *testing.T) {
	d, _ := readForm(t, xformOf(`<instance><data id="a"><one/><hidden/><two/><three/></data></instance>`, `<input ref="/data/three"/><input ref="/data/one"/><input ref="/data/two"/>`))
	var names []string
	for _, f := range d.Fields {
		names = append(names, f.Name)
	}
	if strings.Join(names, " ") != "three hidden one two" {
		t.Error(names)
	}
}

func FuzzReadForm(f *testing.F) {
	f.Add(otherTool(f))
	f.Add(xformOf(`<instance><data id="a"><r jr:template=""><q/></r></data></instance><instance id="l"><root><item><itextId>l-0</itextId><name>a</name></item></root></instance>`,
		`<group ref="/data/r"><repeat nodeset="/data/r"><select ref="/data/r/q"><itemset nodeset="instance('l')/root/item[name != ../x]"><value ref="name"/><label ref="jr:itext(itextId)"/></itemset></select></repeat></group>`))
	f.Fuzz(func(t *testing.T, xform []byte) {
		d, _, err := openrosa.ReadForm(bytes.NewReader(xform), "a.xml")
		if err != nil && problem.From(err).Kind == problem.Internal {
			t.Fatal(err)
		}
		if d == nil {
			return
		}
		if err := openrosa.WriteForm(&bytes.Buffer{}, d); err != nil && problem.From(err).Kind == problem.Internal {
			t.Fatal(err)
		}
	})
}

// TestReadFormWithSameNames: fields of one name in several sections are told apart by their paths.
func TestReadFormWithSameNames(t *testing.T) {
	xform := xformOf(`<instance><data id="a"><g><q/></g><h><q/></h><n/><meta><instanceID/></meta></data></instance><bind nodeset="/data/meta/instanceID" type="string" readonly="true()" jr:preload="uid"/><bind nodeset="/data/n" type="string"/>`+
		`<bind nodeset="/data/g/q" type="string"/><bind nodeset="/data/h/q" type="string"/>`,
		`<group ref="/data/g"><input ref="/data/g/q"><label>甲</label><setvalue ref="/data/n" event="xforms-value-changed" value="/data/g/q"/></input></group>`+
			`<group ref="/data/h"><input ref="/data/h/q"><label>不同于 <output value="/data/g/q"/>（<output value="/data/meta/instanceID"/>）</label></input></group>`)
	d, complaints := readForm(t, xform)
	if got := d.Find("h/q").Label[""]; got != "不同于 ${/data/g/q}（${instanceID}）" || len(complaints) != 0 {
		t.Error(got, complaints)
	}
	var again bytes.Buffer
	if err := openrosa.WriteForm(&again, d); err != nil {
		t.Fatal(err)
	}
	if found, err := differences(again.Bytes(), xform); err != nil || len(found) != 1 || !strings.Contains(found[0], "xforms-version") {
		t.Error(err, found)
	}
	p, wrong := instance.Compile(d)
	if p == nil {
		t.Fatal(wrong)
	}
	i := p.Start(instance.Environment{})
	i.Set("g/q", "橘子")
	if got := p.Text(i, "h/q", d.Find("h/q").Label, ""); !strings.HasPrefix(got, "不同于 橘子（") || i.Answers()["n"] != "橘子" {
		t.Error(got, i.Answers())
	}
}

// TestReadFormSnippets: what other tools write, each in the least form that has it, and what becomes of its field.
func TestReadFormSnippets(t *testing.T) {
	for name, c := range map[string]struct{ model, body, path, want string }{
		"a relative ref, and a text set at first": {`<instance><data id="a"><g><q/></g></data></instance>`,
			`<group ref="/data/g"><input ref="q"><label>Q</label><setvalue event="odk-instance-first-load" ref="/data/g/q">it's</setvalue></input></group>`,
			"g/q", `{"bind":{"type":""},"dynamicDefault":"\"it's\"","label":{"":"Q"},"type":"text"}`},
		"a text that looks like a reference": {`<instance><data id="a"><q/></data></instance><bind nodeset="/data/q" type="string" constraint=". != ''" jr:constraintMsg="no ${x}"/>`,
			`<input ref="/data/q"><label>costs ${5}</label></input>`,
			"q", `{"constraint":". != ''","constraintMessage":{"":"no $​{x}"},"label":{"":"costs $​{5}"},"type":"text"}`},
		"a group without a path": {`<instance><data id="a"><g><q/><h><r/></h></g></data></instance>`,
			`<group appearance="field-list"><label>G</label><input ref="/data/g/q"><label>Q</label></input><group><label>H</label><input ref="/data/g/h/r"><label>R</label></input></group></group>`,
			"g", `{"appearance":"field-list","label":{"":"G"},"type":"group"}`},
		"a group without a path in one without": {`<instance><data id="a"><g><h><r/></h></g></data></instance>`,
			`<group><label>G</label><group><label>H</label><input ref="/data/g/h/r"><label>R</label></input></group></group>`,
			"g/h", `{"label":{"":"H"},"type":"group"}`},
		"two events": {`<instance><data id="a"><q/><r/></data></instance><bind nodeset="/data/r" type="integer"/>`,
			`<input ref="/data/q"><label>Q</label><setvalue event="odk-instance-first-load xforms-value-changed" ref="/data/r" value="../q * 2"/></input>`,
			"r", `{"bind":{"type":"integer"},"calculation":"../q * 2","dynamicDefault":"../q * 2","triggers":["q"],"type":"calculate"}`},
		"an empty value goes before the text": {`<instance><data id="a"><q/><r/></data></instance>`,
			`<input ref="/data/q"><label>Q</label><setvalue event="xforms-value-changed" ref="/data/r" value="">ignored</setvalue></input>`,
			"r", `{"bind":{"type":""},"triggers":["q"],"type":"calculate"}`},
		"choices under names of their own": {`<instance><data id="a"><q/></data></instance><itext><translation lang="en"><text id="k"><value>King</value></text></translation></itext>` +
			`<instance id="c"><counties><county><code>k</code></county></counties></instance>`,
			`<select1 ref="/data/q"><label>Q</label><itemset nodeset="instance('c')/counties/county"><label ref="jr:itext(code)"/><value ref="code"/></itemset></select1>`,
			"q", `{"bind":{"type":""},"label":{"":"Q"},"list":"c","type":"select_one"}`},
		"nodes that an expression reads too": {`<instance><data id="a"><q/><r/></data></instance><instance id="c"><counties><county><code>k</code></county></counties></instance>` +
			`<bind nodeset="/data/r" calculate="count(instance('c')/counties/county)"/>`,
			`<select1 ref="/data/q"><label>Q</label><itemset nodeset="instance('c')/counties/county"><label ref="code"/><value ref="code"/></itemset></select1>`,
			"q", `{"bind":{"type":""},"itemset":"instance('c')/counties/county","label":{"":"Q"},"parameters":{"label":"code","value":"code"},"type":"select_one"}`},
		"choices from a repeat": {`<instance><data id="a"><r jr:template=""><n/></r><q/></data></instance>`,
			`<group><repeat nodeset="/data/r"><input ref="/data/r/n"><label>N</label></input></repeat></group><select ref="/data/q"><label>Q</label>` +
				`<itemset nodeset="/data/r[./n != '']"><value ref="n"/><label ref="n"/></itemset></select>`,
			"q", `{"bind":{"type":""},"itemset":"/data/r[./n != '']","label":{"":"Q"},"parameters":{"label":"n","value":"n"},"type":"select_multiple"}`},
		"a place taken when another question is answered": {`<instance><data id="a"><q/><p/></data></instance><bind nodeset="/data/p" type="geopoint"/>`,
			`<input ref="/data/q"><label>Q</label><odk:setgeopoint xmlns:odk="http://www.opendatakit.org/xforms" event="xforms-value-changed" ref="/data/p"/></input>`,
			"p", `{"triggers":["q"],"type":"background-geopoint"}`},
		"a file's choices": {`<instance><data id="a"><q/></data></instance><instance id="t" src="jr://file/trees.geojson"/>`,
			`<select1 ref="/data/q"><label>Q</label><itemset nodeset="instance('t')/root/item[height &gt; 3]"><value ref="id"/><label ref="species"/></itemset></select1>`,
			"q", `{"bind":{"type":""},"choiceFilter":"height > 3","file":"trees.geojson","label":{"":"Q"},"list":"t","parameters":{"label":"species"},"type":"select_one"}`},
	} {
		d, complaints := readForm(t, xformOf(c.model, c.body))
		if got := lines(t, d)[c.path]; got != c.want || len(complaints) != 0 {
			t.Errorf("%s: got  %s\nwant %s %v", name, got, c.want, complaints)
		}
		if p, wrong := instance.Compile(d); p == nil {
			t.Errorf("%s: %v", name, wrong)
		}
		if list := d.Lists["c"]; list != nil && (list.Choices[0].Name != "k" || list.Choices[0].Label["en"] != "King") {
			t.Errorf("%s: %+v", name, list)
		}
	}
}
