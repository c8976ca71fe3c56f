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
// Further rules of functions and paths:
//
//   - A call of an unknown function or with a wrong number of arguments, and a variable
//     ($x), are the empty text. | gives the nodes of both sides in document order, each once.
//   - format-date and format-date-time are one function: all identifiers in both, %W
//     (ISO week, no zero before it) and %j (day of the year, three digits) among them.
//   - round(f, n) works on the decimal digits as they are written: round(1.005, 2) is 1.01.
//     More than 30 places either way are NaN.
//   - sum leaves out what is unanswered, as JavaRosa; another text that is no number makes it NaN.
//   - digest knows MD5, SHA-1, SHA-256, SHA-384 and SHA-512 in any case of letters, base64
//     (the default) and hex; anything else is "". base64-decode of what is no base64, or no
//     UTF-8, is ""; white space and missing padding do not matter. extract-signed(c, key): c is
//     64 bytes of Ed25519 signature and the message, key 32 bytes, both in base64; the
//     message, or "".
//   - area, distance, geofence, intersects take node-sets and texts of points joined by ";",
//     in distance several arguments, all as one line. Blanks are left out; what is no position
//     (2 to 4 numbers, within 90 and 180 degrees) makes NaN or false. The sphere's radius is
//     6,378,100 m; results are rounded to two decimals; fewer than two (three) points are 0. A
//     fence is closed if it is not.
//   - randomize(nodes, seed): JavaRosa's and Enketo's inside-out shuffle and Park–Miller
//     generator; the seed is the whole part of a number, of a text that is none the first 8
//     bytes of its SHA-256 as a signed big-endian integer, of "" 0.
//   - pulldata(list, column, key, value) is instance(list)/root/item[key = value]/column, the
//     first; columns are compared as texts.
//   - property() knows deviceid, username, email, phonenumber; else "".
//   - jr:itext knows the ids that pyxform gives: /data/path:label, :hint, :jr:constraintMsg and
//     :jr:requiredMsg, and list-0 of a list's choice, counted from 0; in the environment's
//     language, as jr:choice-name (which, of an itemset that asks for labels of itemsets, knows none).
//   - Elements of secondary instances may have attributes; of the form's own instance only the
//     root has: id and version. following:: and preceding:: walk as XPath says; comment(),
//     processing-instruction() and namespace:: are always empty. p:* admits names with the prefix.
//   - ${last-saved#x} (a ref with s "last-saved#x" and x's path) and instance('__last-saved'), whose
//     root may be called anything, read Environment.LastSaved; without it, they are empty.
//
// Rules of choices, events and secondary instances:
//
//   - A select from a file (Field.File; List is the secondary instance's id) offers the items
//     below root; Parameters value and label name the children ("name" and "label" if not given; of
//     .geojson "id" and "title"). The label is one of the default language.
//   - A select with Itemset offers the nodes that it comes to and that have a value. When Itemset is a reference ${name} (in a repeat or not),
//     the choices are the answered ones of name, each both value and label; ChoiceFilter is
//     evaluated with the section around name, in all instances of its repeats, as context, whose position
//     is that among its siblings of its name, and ${x} of a field in name's innermost repeat means that instance's.
//   - Where the list, file or instance is not there, nothing is offered and the judge refuses
//     nothing; so too with appearance search(…).
//   - Parameters randomize=true puts what is offered into the order of randomize(); seed is a
//     number, ${name} or an absolute path; without one, the select's place keeps floor(random * 2147483646), drawn
//     when it is first shown.
//   - A field with Triggers has no calculation of its own: when the answer to one of them changes
//     (by a person, a dynamic default or another event, not by a calculation, and not when an
//     instance is opened with answers), its Calculation is evaluated for the nodes that ${name} would
//     mean to the trigger, and is their value; without Calculation they are cleared. What that changes
//     is settled first; then their own events fire. At most 1,000 events follow one answer.
//   - meta/instanceID and meta/instanceName (with instance_name in the settings; the audit's too) are
//     fields that ${name} and paths read; they are in no view and no answers.
//   - A calculation that reads what is not there (a missing file, the last saved instance,
//     property(), instanceID) keeps, in the judge, the value sent.
//
// Compile finds what is wrong in a definition, Program.Start begins an instance,
// Program.Load takes a finished one; Instance.Set, AddRepeat and RemoveRepeat fill it
// in, re-evaluating only what depends on the change; View, Validate, Answers read it.
package instance
