// Package survey holds the rules of questionnaires and of the fieldwork done with them.
//
// A Form is a questionnaire's identity. It has a Draft, not yet published, and
// published Versions, each of which stays readable for ever: a Submission keeps
// the version that it was made with. An Instance is one filled-in copy of a form
// (package instance); a Submission is an instance that the server has received,
// judged by its own evaluator and stored durably. A Submission is reviewed
// (ReviewState) and may be corrected, with a reason; former revisions stay.
//
// Before it comes: an Assignment gives a case and a form to an enumerator, with a
// day on which it is due; a Visit that brought nothing is noted there with its
// outcome. A back-check is an assignment that has somebody else ask again what a
// submission says. A PublicLink lets anybody answer, once for each device or code,
// counted against quotas; what comes by the link of a suggestion box is a
// Suggestion, which may be answered in public.
//
// After it came: a form's ReviewRule says which submissions wait on hold before
// they enter charts and exports; what is returned goes back to the enumerator, is
// mended, and keeps both versions. A Flag is a doubt that a check (package quality)
// raises, which somebody may settle. A Plan says what is expected by when, and
// Progress how far it has come. A Webhook tells another program of it, a Notice a
// member.
//
// What follows from submissions (an assignment's state, what waits, what counts, the
// board) is derived from the kept tables whenever it is asked for, and never stored.
package survey
