package survey_test

import (
	"strings"
	"testing"

	"tianye/internal/problem"
	"tianye/survey"
)

// otherXForm is a small form of another tool: paths, no ${name}, choices in the question.
const otherXForm = `<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa"><h:head><h:title>村庄</h:title><model>
<instance><village id="village" version="7"><town/><kin jr:template=""><age/></kin><old/></village></instance>
<instance id="towns"><root><item><name>a</name><label>甲</label><county>x</county></item><item><name>b</name><label>乙</label><county>y</county></item></root></instance>
<bind nodeset="/village/town" type="string" required="true()"/>
<bind nodeset="/village/kin/age" type="int" constraint=". &lt; 130" jr:constraintMsg="太老"/>
<bind nodeset="/village/old" type="int" calculate="count(/village/kin[age &gt; 59])"/>
</model></h:head><h:body>
<select1 ref="/village/town"><label>乡镇</label><itemset nodeset="instance('towns')/root/item"><value ref="name"/><label ref="label"/></itemset></select1>
<group ref="/village/kin"><label>家人</label><repeat nodeset="/village/kin"><input ref="/village/kin/age"><label>年龄</label></input></repeat></group>
</h:body></h:html>`

func TestXFormOfAnotherTool(t *testing.T) {
	everywhere(t, func(w *world) {
		f, complaints, err := w.Upload(w.Context(), quzhou, alice, []byte("\uFEFF"+otherXForm), "村庄.xml", "")
		if err != nil || f.Name != "village" || f.Title != "村庄" || f.Draft.Questions != 2 || len(complaints) != 0 {
			w.Fatal(err, complaints, f)
		}
		if f, err = w.Publish(w.Context(), quzhou, alice, f.ID, f.Revision); err != nil || f.Current().Name != "7" {
			w.Fatal(f, err)
		}
		sub := w.submit(f, m{"town": "b", "kin": []any{m{"age": "70"}, m{"age": "30"}}})
		if sub.Answers["old"] != "1" {
			w.Errorf("%v", sub.Answers)
		}
		_, err = w.Submit(w.Context(), quzhou, bob, w.incoming(f, m{"town": "c", "kin": []any{m{"age": "170"}}}))
		if details := want(w, err, problem.Invalid, "survey.breaksRules"); len(details) != 2 || details["kin[1]/age"].Args[0] != "太老" {
			w.Error(details)
		}
		if a, r, err := w.Workbook(w.Context(), quzhou, f.ID, 1); text(w, r, err) != "\uFEFF"+otherXForm || a.Name != "村庄.xml" || a.ContentType != "application/xml" {
			w.Error(a, err)
		}
	})
}

func TestXFormRefused(t *testing.T) {
	w := here(t)
	f, complaints, err := w.Upload(t.Context(), quzhou, alice, []byte(strings.Replace(otherXForm, "count(/village/kin[age &gt; 59])", "/village/old + 1", 1)), "a.xml", "")
	if err != nil || f.ID != "" || len(complaints) != 1 || !complaints[0].IsError || complaints[0].Sheet != "XForm" || complaints[0].Cell != "3" || !strings.HasPrefix(complaints[0].Column, "old") {
		t.Error(err, complaints)
	}
	_, _, err = w.Upload(t.Context(), quzhou, alice, []byte("<html><body/></html>"), "a.xlsx", "")
	want(t, err, problem.Malformed, "xform.notXForm")
	_, _, err = survey.Check([]byte("no form at all"), "a.xml")
	want(t, err, problem.Unsupported, "xlsform.notWorkbook")
}

// TestExternalChoicesOfAnXForm: they come from the media file, in the draft and for ever in its version.
func TestExternalChoicesOfAnXForm(t *testing.T) {
	w := here(t)
	xform := `<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml"><h:head><h:title>a</h:title><model>
<instance><data id="ext"><county/><village/></data></instance><bind nodeset="/data/county" type="string"/><bind nodeset="/data/village" type="string"/></model></h:head>
<h:body><input ref="/data/county"><label>县</label></input><input ref="/data/village" query="instance('village')/root/item[county= /data/county ]"><label>村</label></input></h:body></h:html>`
	itemsets := file("itemsets.csv", "list_name,name,label::中文,label::English,county\nvillage,hetang,荷塘,Hetang,x\nvillage,liantang,莲塘,Liantang,y\n")
	f, complaints, err := w.Upload(t.Context(), quzhou, alice, []byte(xform), "ext.xml", "", itemsets)
	if err != nil || f.Draft == nil {
		t.Fatal(err, complaints)
	}
	if got := states(w, f.Draft.Media, f.Draft.Needs); got != "itemsets.csv=there" {
		t.Error(got)
	}
	if f, err = w.Publish(t.Context(), quzhou, alice, f.ID, f.Revision); err != nil {
		t.Fatal(err)
	}
	p, err := w.Program(t.Context(), quzhou, f.ID, 1)
	if err != nil || p.Definition.ExternalLists["village"].Choices[1].Label["English"] != "Liantang" {
		t.Fatal(err)
	}
	w.submit(f, m{"county": "y", "village": "liantang"})
	_, err = w.Submit(t.Context(), quzhou, bob, w.incoming(f, m{"county": "y", "village": "hetang"}))
	want(t, err, problem.Invalid, "survey.breaksRules")
}
