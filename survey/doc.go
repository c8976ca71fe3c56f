// Package survey holds the rules of questionnaires.
//
// A Form is a questionnaire's identity. It has a Draft, not yet published, and
// published Versions, each of which stays readable for ever: a Submission keeps
// the version that it was made with. An Instance is one filled-in copy of a form
// (package instance); a Submission is an instance that the server has received,
// judged by its own evaluator and stored durably. A Submission is reviewed
// (ReviewState) and may be corrected, with a reason; former revisions stay.
package survey
