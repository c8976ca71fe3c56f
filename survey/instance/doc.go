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
//   - ${x} and absolute paths leave out what is not relevant. In comparisons an empty
//     node-set counts as "", and as a boolean a node-set is true when it holds an answer
//     (an unanswered question and an absent one are the same); else XPath 1.0 holds.
//   - Vertices of the dependency graph are evaluated once each, in order; a repeat's
//     instances in their order, so that one may read the instances before it.
//   - A select's answer that its choice filter no longer offers is a violation, and
//     the fill page clears it.
//   - Only what is asked is judged by required, constraint and choices: a calculate,
//     hidden or preloaded field is judged by its type, a calculation's result not at all.
//   - What is submitted: relevant answers; unanswered leaves and groups without
//     answers are left out, each instance of a repeat is there. "end" is stamped then.
//   - The judge (Load) adds nothing to what was sent but calculations; see there for
//     those that depend on the moment.
//
// Compile finds what is wrong in a definition, Program.Start begins an instance,
// Program.Load takes a finished one; Instance.Set, AddRepeat and RemoveRepeat fill it
// in, re-evaluating only what depends on the change; View, Validate, Answers read it.
package instance
