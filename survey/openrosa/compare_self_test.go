package openrosa_test

import (
	"strings"
	"testing"
)

// specimen has one of each thing that an XForm says.
const specimen = `<?xml version="1.0"?>
<h:html xmlns="http://www.w3.org/2002/xforms" xmlns:h="http://www.w3.org/1999/xhtml" xmlns:jr="http://openrosa.org/javarosa" xmlns:odk="http://www.opendatakit.org/xforms">
  <h:head>
    <h:title>Village visits</h:title>
    <model odk:xforms-version="1.0.0">
      <submission action="https://example.org/submission" method="post"/>
      <itext>
        <translation lang="zh" default="true()">
          <text id="/data/town:label"><value>镇 <output value=" /data/county "/></value><value form="image">jr://images/town.png</value></text>
        </translation>
        <translation lang="en">
          <text id="/data/town:label"><value>Town</value></text>
        </translation>
      </itext>
      <instance>
        <data id="visits" version="3">
          <county>001</county>
          <town/>
          <people jr:template=""><age/></people>
          <people><age/></people>
        </data>
      </instance>
      <instance id="counties"><root><item><name>001</name><label>East</label></item></root></instance>
      <instance id="towns" src="jr://file-csv/towns.csv"/>
      <bind nodeset="/data/county" type="string" required="true()"/>
      <bind nodeset="/data/town" type="string" relevant=" /data/county  = '001'"/>
      <setvalue ref="/data/town" event="odk-instance-first-load" value="now()"/>
    </model>
  </h:head>
  <h:body class="pages">
    <select1 ref="/data/county" appearance="minimal">
      <label>County</label>
      <itemset nodeset="instance('counties')/root/item"><value ref="name"/><label ref="label"/></itemset>
    </select1>
    <group ref="/data/people"><label>People</label><repeat nodeset="/data/people"><input ref="/data/people/age"><label>Age</label></input></repeat></group>
  </h:body>
</h:html>`

func TestDifferences(t *testing.T) {
	for name, change := range map[string][2]string{
		"title":                        {"Village visits", "Village visit"},
		"id":                           {`id="visits"`, `id="visit"`},
		"version":                      {`version="3"`, `version="4"`},
		"version of the specification": {`xforms-version="1.0.0"`, `xforms-version="1.1.0"`},
		"submission":                   {`method="post"`, `method="put"`},
		"default language":             {` default="true()"`, ""},
		"language":                     {`lang="en"`, `lang="fr"`},
		"id of a text":                 {`<text id="/data/town:label"><value>Town`, `<text id="/data/town:hint"><value>Town`},
		"text":                         {"<value>Town</value>", "<value>Towns</value>"},
		"form of a text":               {`form="image"`, `form="big-image"`},
		"missing form of a text":       {`<value form="image">jr://images/town.png</value>`, ""},
		"output":                       {`<output value=" /data/county "/>`, `<output value=" /data/town "/>`},
		"missing field":                {"<county>001</county>", ""},
		"default":                      {"<county>001</county>", "<county>002</county>"},
		"order of fields":              {"<county>001</county>\n          <town/>", "<town/>\n          <county>001</county>"},
		"template":                     {` jr:template=""`, ""},
		"namespace of an attribute":    {` jr:template=""`, ` odk:template=""`},
		"choice":                       {"<name>001</name>", "<name>1</name>"},
		"label of a choice":            {"<label>East</label>", "<label>West</label>"},
		"id of an instance":            {`instance id="towns"`, `instance id="town"`},
		"source of an instance":        {"towns.csv", "town.csv"},
		"missing instance":             {`<instance id="towns" src="jr://file-csv/towns.csv"/>`, ""},
		"type":                         {`nodeset="/data/town" type="string"`, `nodeset="/data/town" type="int"`},
		"missing attribute of a bind":  {` required="true()"`, ""},
		"expression":                   {"= '001'", "= '002'"},
		"missing bind":                 {`<bind nodeset="/data/county" type="string" required="true()"/>`, ""},
		"action":                       {`value="now()"`, `value="today()"`},
		"event":                        {"odk-instance-first-load", "odk-instance-load"},
		"class of the body":            {`class="pages"`, `class="theme-grid"`},
		"control":                      {"select1", "select"},
		"appearance":                   {"minimal", "minimal autocomplete"},
		"nodeset":                      {"instance('counties')/root/item\"", "instance('counties')/root/item[name != '']\""},
		"itemset":                      {`<label ref="label"/>`, `<label ref="name"/>`},
		"control moved":                {"</repeat></group>", "</repeat><input ref=\"/data/town\"/></group>"},
		"repeat":                       {`<repeat nodeset="/data/people">`, `<repeat nodeset="/data/people" jr:count="3">`},
	} {
		if n := strings.Count(specimen, change[0]); n == 0 {
			t.Fatalf("%s: %q is not in the specimen", name, change[0])
		}
		changed := strings.ReplaceAll(specimen, change[0], change[1])
		for _, pair := range [][2]string{{changed, specimen}, {specimen, changed}} {
			found, err := differences([]byte(pair[0]), []byte(pair[1]))
			if err != nil || len(found) == 0 {
				t.Errorf("%s: not noticed (%v)", name, err)
			}
		}
	}
}

// TestNoDifference: white space, the order of attributes, prefixes, and the order of binds and instances say nothing.
func TestNoDifference(t *testing.T) {
	bind := `<bind nodeset="/data/county" type="string" required="true()"/>`
	for name, change := range map[string]string{
		"none":         specimen,
		"white space":  strings.ReplaceAll(specimen, "Village visits", "\n Village\t visits "),
		"attributes":   strings.Replace(specimen, `type="string" required="true()"`, `required="true()"  type="string"`, 1),
		"prefix":       strings.NewReplacer("jr:template", "x:template", "xmlns:jr", "xmlns:x").Replace(specimen),
		"bind's place": strings.Replace(strings.Replace(specimen, bind, "", 1), "<instance>", bind+"<instance>", 1),
	} {
		if found, err := differences([]byte(change), []byte(specimen)); err != nil || len(found) > 0 {
			t.Errorf("%s: %q %v", name, found, err)
		}
	}
	if _, err := differences([]byte("<h:html/>"), []byte(specimen)); err == nil {
		t.Error("no XForm at all passes")
	}
}
