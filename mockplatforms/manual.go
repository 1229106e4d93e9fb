package mockplatforms

import (
	"go/parser"
	"go/token"
)

// Manual takes the package comment out of a doc.go: one text, read in the source and printed by `hookdrill help`.
// It is empty for a file without one, which Validate refuses.
func Manual(docGo string) string {
	file, err := parser.ParseFile(token.NewFileSet(), "doc.go", docGo, parser.ParseComments|parser.PackageClauseOnly)
	if err != nil || file.Doc == nil {
		return ""
	}
	return file.Doc.Text()
}
