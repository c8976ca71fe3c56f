// Package xlsform reads the workbook in which a questionnaire is written (XLSForm,
// xlsform.org) into a form.Definition.
//
// Sheets: survey (one row a question; begin and end rows hold sections), choices
// (the answer options by list), settings (one row below the header). Headers may carry
// a language, "label::中文 (zh)". Expressions are parsed and checked here, once: syntax,
// references, cycles. The workbook itself is kept beside the definition, so there is no writer.
//
// A workbook is either read whole or refused with every reason at once, each at its
// sheet, row and column. What the standard knows and this package does not yet carry
// out is an error that names it, never skipped. Columns that nobody knows are a warning.
//
// The names and aliases of types and columns are those of XLSForm's reference
// converter, pyxform. Two of its readings differ here: a text's default such as
// "甲 - 乙" stays a literal (see isDynamic), and Chinese quotation marks are kept in
// labels.
package xlsform
