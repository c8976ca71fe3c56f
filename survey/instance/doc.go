// Package instance is a form being filled in: relevance, calculation, constraint,
// repeats. It is the judge: what a browser sends is evaluated again here. Its twin
// in web/islands/fill/engine walks the same trees; both pass testdata/vectors.
//
// Answers are kept as an XForms instance would: every leaf is a string in its
// lexical form ("3", "2026-04-12", "10:30:00.000+08:00", "a b" for
// select_multiple and rank, "28.97 118.87 0 5" for geopoint, a file's name for image
// and file, "OK" for acknowledge), a group is an object, a repeat an array of objects.
// "" and an absent leaf are the same: no answer.
//
// The rules (ODK XForms specification, "Bindings", "XPath evaluation"; getodk.github.io/xforms-spec):
//
//   - Relevance is inherited. An irrelevant field keeps its value while the instance
//     is being filled in, but reads as empty in expressions, and is left out of the
//     submission.
//   - Calculations run in the order of their dependencies whenever something that
//     they read changes; a relevant calculated field's value is always the calculation's.
//   - A constraint is judged only when the field is relevant and answered; "." is the
//     value. Required is judged when the field is relevant and unanswered.
//   - Defaults are given when the instance or the new repeat instance is made;
//     dynamic defaults are evaluated once then.
//   - A reference ${x} means the field in the same instances of the repeats that the
//     reader and x share; of the repeats that only x is in, all instances (a node-set).
//   - repeat_count, where given, decides how many instances there are; else a repeat
//     begins with one instance (zero with appearance "minimal") and people add and remove.
//   - A select's answer that its choice filter no longer offers is a violation, and
//     the fill page clears it.
package instance
