// Package audit keeps who did what to which object, when, from where, before and after. Its lines
// are only ever appended. Every project has a chain of its own, the server one for what belongs to
// none: each line's check sum covers the one before it, so that a line that was removed,
// altered, moved or put in afterwards is found by Verify.
//
// Who can write to the store can also make a whole chain anew; against that helps only to note down
// a line's check sum elsewhere (the page and the export show them) and to look for it later.
package audit
