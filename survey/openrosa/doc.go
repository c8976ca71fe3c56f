// Package openrosa is the XML that collection clients speak, as bytes: a form as an XForm, written
// and read; an instance with its answers; the form list and a form's manifest. HTTP is the web layer's.
//
// Written by these documents: the ODK XForms specification (getodk.github.io/xforms-spec: structure,
// bindings, body, actions, secondary instances, languages, metadata), the ODK Entities specification
// (versions 2023.1.0 to 2025.1.0) and the OpenRosa specifications (docs.getodk.org/openrosa: form list, form
// submission, HTTP request). An XForm made of a workbook has the ids of texts and of secondary instances, the paths and the
// attributes that the reference converter of XLSForm, pyxform 4.5, gives it.
package openrosa
