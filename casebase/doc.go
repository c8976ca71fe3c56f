// Package casebase keeps the cases of a project: its units of study.
//
//   - A Case 案例 is free-form: a title, a state of work, attributes, a document and
//     attachments. It is one aggregate, saved whole; every saving is a revision that
//     stays readable, with who saved it and when.
//   - An Attribute is a named, typed property of a case. Any name may appear; what the
//     cases of a project have between them is derived (AttributeSummary).
//   - A Document is the case's text in Markdown.
//   - Two people who save the same case at once lose nothing: see Conflict.
//   - Import reads .docx, Markdown, text, workbooks and CSV; Preview says first what
//     it will do.
//
// Service holds the rules. Lists, summaries and the Table of a project are answered
// from a copy without the texts that each process keeps in memory and brings up to
// date by the store's changes.
package casebase
