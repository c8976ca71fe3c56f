// Package xlsform reads the workbook in which a questionnaire is written (XLSForm,
// xlsform.org) into a form.Definition, and makes a workbook to begin from.
//
// Sheets: survey (one row a question; begin and end rows hold sections), choices
// (the answer options by list), settings (one row below the header), entities, external_choices and
// osm. Headers may carry a language, "label::中文 (zh)". Sheets, headers and types may be written in Chinese.
// What XLSForm writes short is written out in the definition, as an XForm has it: loops, table-lists,
// or_other, repeat_count. Expressions are parsed and checked here, once: syntax, references, cycles.
//
// A workbook is either read whole or refused with every reason at once, each at its
// sheet, row and column. What is read and what is refused are those of XLSForm's reference converter,
// pyxform 4.5; besides, what is no XPath is refused. Columns that nobody knows are a warning.
//
// The workbook itself is read by a reader of its own: a sheet's rows until more than sixty
// are empty, and nothing of the other parts. Many programs write a thousand styled and empty rows, which
// take a general library longer to parse than the form.
package xlsform
