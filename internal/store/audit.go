package store

// auditLines are batches of a chain's lines: the id is the number of the batch's first line, so
// that no two processes can write the same place. auditHeads tell where each chain ends.
var (
	auditLines = &Collection{Name: "auditlines"}
	auditHeads = &Collection{Name: "auditheads"}
)
